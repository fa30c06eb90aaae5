//! The report of an audit as one page for a browser and for paper: nothing is loaded from elsewhere.
//!
//! What the tokens say is in the page as JSON, and its script shows it as text only. The content
//! security policy of the page allows this script and this style by their hashes, and nothing else.

use std::io;

use base64ct::{Base64, Encoding as _};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use crate::certificate::sanitized;
use crate::finding::{Report, RuleId, Severity};

const SCRIPT: &str = include_str!("page/page.js");
const STYLE: &str = include_str!("page/page.css");

/// The words of the page: the name of each, and the English one.
pub const WORDS: [(&str, &str); 36] = [
    ("title", "Audit of tokens"),
    (
        "no-script",
        "This page needs JavaScript to show the report that it holds.",
    ),
    ("computer", "Computer"),
    ("time", "Time"),
    ("policy", "Policy"),
    ("tokens", "Tokens"),
    ("certificates", "Certificates"),
    ("keys", "Keys"),
    ("findings", "Findings"),
    ("not-checked", "Not checked"),
    ("waived", "Waived"),
    ("modules", "Modules that could not be used"),
    ("expiries", "When certificates expire"),
    ("expired", "expired"),
    ("with-finding", "with a finding"),
    ("without-finding", "without a finding"),
    ("filter", "Filter"),
    ("severity", "Severity"),
    ("any-severity", "any"),
    ("shown", "shown"),
    ("rule", "Rule"),
    ("token", "Token"),
    ("serial", "Token's serial number"),
    ("object", "Object"),
    ("message", "What was found"),
    ("action", "What to do"),
    ("reason", "Reason"),
    ("until", "Until"),
    ("subject", "Subject"),
    ("issuer", "Issuer"),
    ("serial-number", "Serial number"),
    ("issue-count", "Issue count"),
    ("expires", "Expires"),
    ("days-left", "Days left"),
    ("nothing", "Nothing."),
    ("error", "Error"),
];

/// The words of a page in the language of its reader.
pub struct Words<'a> {
    /// The language as HTML names it (BCP 47), for example `ja`.
    pub language: &'a str,
    /// The word with one of the names of [`WORDS`], or `severity-NAME`, or `rule-NAME`.
    pub word: &'a dyn Fn(&str) -> String,
}

impl std::fmt::Debug for Words<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut words = f.debug_struct("Words");
        words
            .field("language", &self.language)
            .finish_non_exhaustive()
    }
}

/// The English words.
#[must_use]
pub fn english() -> Words<'static> {
    Words {
        language: "en",
        word: &|name| {
            let known = WORDS.iter().find(|(known, _)| *known == name);
            let bare = |prefix| name.strip_prefix(prefix).map(str::to_owned);
            known
                .map(|(_, word)| (*word).to_owned())
                .or_else(|| bare("severity-"))
                .or_else(|| bare("rule-"))
                .unwrap_or_default()
        },
    }
}

/// Writes the page.
///
/// # Errors
///
/// Those of `to`.
pub fn write(report: &Report, words: &Words<'_>, to: &mut impl io::Write) -> io::Result<()> {
    let word = |name: &str| escaped(&(words.word)(name));
    let data = inert(&data(report, words)?);
    write!(
        to,
        "<!DOCTYPE html>\n\
         <html lang=\"{language}\">\n\
         <head>\n\
         <meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; \
         script-src '{script_hash}'; style-src '{style_hash}'; base-uri 'none'; \
         form-action 'none'\">\n\
         <meta name=\"referrer\" content=\"no-referrer\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <title>{title}</title>\n\
         <style>{STYLE}</style>\n\
         </head>\n\
         <body>\n\
         <noscript>{no_script}</noscript>\n\
         <main></main>\n\
         <script type=\"application/json\" id=\"data\">{data}</script>\n\
         <script>{SCRIPT}</script>\n\
         </body>\n\
         </html>\n",
        language = escaped(words.language),
        script_hash = hash(SCRIPT),
        style_hash = hash(STYLE),
        title = word("title"),
        no_script = word("no-script"),
    )
}

/// The report and the words, as the script reads them.
fn data(report: &Report, words: &Words<'_>) -> serde_json::Result<String> {
    let severities = Severity::ALL.map(|severity| format!("severity-{}", severity.name()));
    let rules = RuleId::ALL
        .iter()
        .map(|rule| format!("rule-{}", rule.name()));
    let names = WORDS.iter().map(|(name, _)| (*name).to_owned());
    let all = names.chain(severities).chain(rules);
    let texts: serde_json::Map<_, _> = all
        .map(|name| {
            let word = (words.word)(&name);
            (name, Value::String(word))
        })
        .collect();
    let mut report = serde_json::to_value(report)?;
    make_safe(&mut report);
    serde_json::to_string(&json!({
        "language": words.language,
        "severities": Severity::ALL.map(Severity::name),
        "words": texts,
        "report": report,
    }))
}

/// Replaces what cannot be seen, as in all output.
fn make_safe(value: &mut Value) {
    match value {
        Value::String(text) => *text = sanitized(text),
        Value::Array(values) => values.iter_mut().for_each(make_safe),
        Value::Object(members) => members.values_mut().for_each(make_safe),
        _ => {}
    }
}

/// JSON that cannot end the element it stands in, nor begin a comment or an element there.
fn inert(json: &str) -> String {
    json.replace('<', "\\u003c")
        .replace('>', "\\u003e")
        .replace('&', "\\u0026")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// As a content security policy names a script or a style.
fn hash(text: &str) -> String {
    format!("sha256-{}", Base64::encode_string(&Sha256::digest(text)))
}
