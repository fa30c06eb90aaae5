//! A program's two languages: which one is meant, and its texts.

#[cfg(test)]
#[path = "i18n/tests.rs"]
mod tests;

use std::borrow::Cow;
use std::ffi::OsString;
use std::fmt::Display;

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use tokencert::Error;

/// A language of the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// English.
    En,
    /// Japanese.
    Ja,
}

impl Language {
    /// The language of help and usage errors: `--lang` wherever it stands, else the variable, else
    /// the locale.
    pub(crate) fn of(arguments: &[OsString], variable: &str) -> Self {
        let mut arguments = arguments.iter().filter_map(|argument| argument.to_str());
        while let Some(argument) = arguments.next() {
            let value = match argument {
                "--" => break,
                "--lang" => arguments.next(),
                other => other.strip_prefix("--lang="),
            };
            match value {
                Some("en") => return Self::En,
                Some("ja") => return Self::Ja,
                _ => {}
            }
        }
        match std::env::var(variable).as_deref() {
            Ok("en") => return Self::En,
            Ok("ja") => return Self::Ja,
            _ => {}
        }
        match sys_locale::get_locale() {
            Some(locale) if locale == "ja" || locale.starts_with("ja-") => Self::Ja,
            _ => Self::En,
        }
    }

    /// The Fluent files: what both programs say, then what this one says.
    fn sources(self) -> [&'static str; 2] {
        match self {
            Self::En => [include_str!("i18n/en.ftl"), crate::TEXTS.en],
            Self::Ja => [include_str!("i18n/ja.ftl"), crate::TEXTS.ja],
        }
    }
}

/// The Fluent files of a program: its `TEXTS`.
pub(crate) struct Texts {
    /// English.
    pub(crate) en: &'static str,
    /// Japanese.
    pub(crate) ja: &'static str,
}

/// A text of the program by its key, and the values that it names.
#[derive(Clone, Debug)]
pub(crate) struct Message {
    key: String,
    values: Vec<(Cow<'static, str>, FluentValue<'static>)>,
}

/// The message with this key of the Fluent files.
pub(crate) fn message(key: &str) -> Message {
    Message {
        key: key.to_owned(),
        values: Vec::new(),
    }
}

impl Message {
    /// Gives a value as text.
    pub(crate) fn with(mut self, name: impl Into<Cow<'static, str>>, value: impl Display) -> Self {
        let value = FluentValue::from(value.to_string());
        self.values.push((name.into(), value));
        self
    }

    /// Gives a value as a number, which can choose between singular and plural.
    pub(crate) fn count(
        mut self,
        name: impl Into<Cow<'static, str>>,
        value: impl TryInto<i64>,
    ) -> Self {
        let value = FluentValue::from(value.try_into().unwrap_or(i64::MAX));
        self.values.push((name.into(), value));
        self
    }

    /// The same values for the attribute `name` of the message, `hint` for example.
    pub(crate) fn attribute(&self, name: &str) -> Self {
        Self {
            key: format!("{}.{name}", self.key),
            values: self.values.clone(),
        }
    }
}

/// The texts of one language.
pub(crate) struct Catalog {
    language: Language,
    bundle: FluentBundle<FluentResource>,
}

impl Catalog {
    /// Reads the texts of `language`.
    pub(crate) fn new(language: Language) -> Self {
        let locale = match language {
            Language::En => "en",
            Language::Ja => "ja",
        };
        let mut bundle = FluentBundle::new(vec![locale.parse().unwrap_or_default()]);
        // Without this, invisible characters would surround every value.
        bundle.set_use_isolating(false);
        for source in language.sources() {
            // Whatever cannot be parsed is missing below; the tests fail on it.
            let resource =
                FluentResource::try_new(source.to_owned()).unwrap_or_else(|(resource, _)| resource);
            bundle.add_resource_overriding(resource);
        }
        Self { language, bundle }
    }

    /// Which language this is.
    pub(crate) fn language(&self) -> Language {
        self.language
    }

    /// The text of a message; its key where there is none.
    pub(crate) fn text(&self, message: &Message) -> String {
        self.find(message).unwrap_or_else(|| message.key.clone())
    }

    /// The text of a message, if there is one.
    pub(crate) fn find(&self, message: &Message) -> Option<String> {
        let (key, attribute) = match message.key.split_once('.') {
            Some((key, attribute)) => (key, Some(attribute)),
            None => (message.key.as_str(), None),
        };
        let found = self.bundle.get_message(key)?;
        let pattern = match attribute {
            Some(attribute) => found.get_attribute(attribute)?.value(),
            None => found.value()?,
        };
        let values: FluentArgs<'_> = message
            .values
            .iter()
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        let mut errors = Vec::new();
        Some(
            self.bundle
                .format_pattern(pattern, Some(&values), &mut errors)
                .into_owned(),
        )
    }

    /// What happened and what to do next, for an error of the library.
    ///
    /// English is the library's own.
    pub(crate) fn error(&self, error: &Error) -> (String, Option<String>) {
        let values = error.values().into_iter();
        let said = Message {
            key: format!("err-{}", error.code()),
            values: values
                .map(|(name, value)| (name.into(), self.phrase(&value).into()))
                .collect(),
        };
        let (text, hint) = match self.find(&said) {
            Some(text) => (text, self.find(&said.attribute("hint"))),
            None => (error.to_string(), error.hint()),
        };
        // Each reason has a hint of its own.
        let hint = match error {
            Error::CertificateRefused { reason, .. } => Some(self.phrase(&format!("{reason:#}"))),
            _ => hint,
        };
        // The standard's own words are what one searches for, in every language.
        let call = error.call().map(|call| call.to_string());
        match call.filter(|call| !text.contains(call)) {
            Some(call) => (format!("{text} ({call})"), hint),
            None => (text, hint),
        }
    }

    /// A phrase of the library that is itself a value of a message, such as `user PIN`, or a list
    /// of tokens.
    ///
    /// Phrases are keyed by their English words; what has no key, a file's name for example, stays
    /// as it is.
    pub(crate) fn phrase(&self, english: &str) -> String {
        let found = self.known(english).or_else(|| self.around_values(english));
        found.unwrap_or_else(|| {
            let one = |part: &str| self.known(part).unwrap_or_else(|| self.token_name(part));
            english.split(", ").map(one).collect::<Vec<_>>().join(", ")
        })
    }

    /// A phrase around values, such as ``unknown key `colour` on line 3``: its words without them
    /// are the key, and the values are `a`, `b`, `c` in their order.
    fn around_values(&self, english: &str) -> Option<String> {
        if let Some((what, line)) = english.rsplit_once(" on line ")
            && let (line, Some(rest)) = digits(line)
            && !line.is_empty()
        {
            let said = message("say-on-line").with("what", self.phrase(what));
            return Some(self.find(&said.with("line", line))? + &self.phrase(rest));
        }
        if let Some((what, meant)) = english.split_once("; did you mean ") {
            let said = message("say-did-you-mean").with("what", self.phrase(what));
            let meant = meant.trim_end_matches('?');
            return self.find(&said.with("meant", meant));
        }
        if let Some((value, what)) = english.split_once("` is not a")
            && !what.contains('`')
            && let Some(what) = self.known(&format!("a{what}"))
        {
            let said = message("say-is-not").with("a", value.trim_start_matches('`'));
            return self.find(&said.with("what", what));
        }
        let (words, values) = without_values(english);
        let names = ["a", "b", "c"].into_iter();
        let mut said = message(&format!("say-{}", slug(&words)));
        for (name, value) in names.zip(&values) {
            said = said.with(name, value);
        }
        (!values.is_empty() && words.split_whitespace().nth(1).is_some())
            .then(|| self.find(&said))?
    }

    /// A phrase that has a text; names in backticks and single words are somebody's own.
    fn known(&self, english: &str) -> Option<String> {
        let own = english.starts_with('`') || !english.contains(' ');
        self.find(&message(&format!("say-{}", slug(english))))
            .filter(|_| !own)
    }

    /// A token as the library names it, `label` (serial 0123), in this language.
    fn token_name(&self, english: &str) -> String {
        let named = english.split_once(" (serial ").and_then(|(label, rest)| {
            let (serial, after) = rest.rsplit_once(')')?;
            let serial = self.text(&message("token-serial").with("serial", serial));
            Some(format!("{label}{serial}{after}"))
        });
        named.unwrap_or_else(|| english.to_owned())
    }
}

/// The digits at the beginning of a text, and what follows them.
fn digits(text: &str) -> (&str, Option<&str>) {
    let end = text.find(|c: char| !c.is_ascii_digit());
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    (digits, Some(rest))
}

/// The words of a phrase, and the values in it: what stands in backticks or braces, and numbers.
fn without_values(english: &str) -> (String, Vec<String>) {
    let (mut words, mut values) = (String::new(), Vec::new());
    let mut rest = english;
    while let Some(c) = rest.chars().next() {
        let after = &rest[c.len_utf8()..];
        let close = match c {
            '`' => Some('`'),
            '{' => Some('}'),
            _ => None,
        };
        if let Some((value, after)) = close.and_then(|close| after.split_once(close)) {
            values.push(value.to_owned());
            rest = after;
        } else if c.is_ascii_digit() && words.ends_with(' ') {
            let (number, after) = digits(rest);
            values.push(number.to_owned());
            rest = after.unwrap_or_default();
        } else {
            words.push(c);
            rest = after;
        }
    }
    (words, values)
}

/// The key of an English phrase: its words in lower case, joined by hyphens.
pub(crate) fn slug(english: &str) -> String {
    let words = english
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join("-").to_ascii_lowercase()
}
