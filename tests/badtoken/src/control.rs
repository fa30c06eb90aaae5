//! The control file: `key word word …` lines that tell what to do wrong, read again at every call.

use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use cryptoki_sys::{CK_RV, CK_ULONG};

use crate::names;

/// Every key that can stand in a control file; README.md says what each does.
const KEYS: &[&str] = &[
    "allow-wrap",
    "always-authenticate",
    "back-after",
    "broken-clock",
    "cache-objects",
    "clear-flag",
    "empty-slots",
    "fault",
    "fault-of",
    "failing-slot",
    "find-batch",
    "force-exponent",
    "forget-certificates",
    "free-memory",
    "give-secret",
    "hide",
    "init-text",
    "insist-on-locking",
    "insist-on-slot-info",
    "keypad",
    "late-removal",
    "latency",
    "lost-updates",
    "need-login",
    "no-login",
    "no-read-only-sessions",
    "nul-padding",
    "odd-objects",
    "one-subject-per-label",
    "only-token",
    "only-user-type",
    "out",
    "pin-limits",
    "point-on-private",
    "record-templates",
    "refuse-attribute",
    "refuse-duplicates",
    "refuse-false-usages",
    "refuse-mechanism",
    "refuse-second-certificate",
    "refuse-second-key",
    "replace-id",
    "replace-label",
    "report",
    "require-attribute",
    "room",
    "second-token",
    "set-flag",
    "silent-pin-flags",
    "so-tries",
    "spoil-signatures",
    "strict-search",
    "token",
    "unlist-mechanism",
    "user-tries",
];

/// What the control file said when the present call began.
#[derive(Default)]
pub(crate) struct Control(Vec<Vec<String>>);

static NOW: Mutex<Option<Arc<Control>>> = Mutex::new(None);

/// Reads the control file again.
pub(crate) fn refresh() {
    *NOW.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(Control::read()));
}

/// What the control file said when the present call began.
pub(crate) fn now() -> Arc<Control> {
    let now = NOW.lock().unwrap_or_else(PoisonError::into_inner);
    now.clone().unwrap_or_default()
}

/// The control file, or what is to be its name with this ending: a state that outlives the process.
pub(crate) fn beside(ending: &str) -> Option<PathBuf> {
    let mut path = std::env::var_os("BADTOKEN_CONTROL").or_else(|| {
        // A test that loads this module itself cannot give its own process a variable.
        let mut path = std::env::var_os("SOFTHSM2_CONF")?;
        path.push(".bad");
        Some(path)
    })?;
    path.push(ending);
    Some(PathBuf::from(path))
}

/// Appends a line to a file beside the control file.
pub(crate) fn note(ending: &str, line: &str) {
    let file = beside(ending).map(|path| {
        std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)
    });
    if let Some(Ok(mut file)) = file {
        // A note that cannot be written is missed by the test that looks for it.
        let _ = file.write_all(format!("{line}\n").as_bytes());
    }
}

/// Ends the process loudly: a control file that is not understood would make a test prove nothing.
pub(crate) fn misunderstood(line: &[String]) -> ! {
    let message = format!("badtoken does not understand `{}`\n", line.join(" "));
    let _ = std::io::stderr().write_all(message.as_bytes());
    std::process::abort();
}

impl Control {
    fn read() -> Self {
        let text = beside("").and_then(|path| std::fs::read_to_string(path).ok());
        let lines: Vec<Vec<String>> = text
            .unwrap_or_default()
            .lines()
            .map(|line| line.split_whitespace().map(str::to_owned).collect())
            .filter(|line: &Vec<String>| !line.is_empty())
            .collect();
        for line in &lines {
            if !line.first().is_some_and(|key| KEYS.contains(&key.as_str())) {
                misunderstood(line);
            }
        }
        Self(lines)
    }

    /// The words after the key, of every line with it.
    pub(crate) fn all(&self, key: &str) -> impl Iterator<Item = &[String]> {
        self.0
            .iter()
            .filter(move |line| line.first().is_some_and(|first| first == key))
            .filter_map(|line| line.get(1..))
    }

    pub(crate) fn is(&self, key: &str) -> bool {
        self.all(key).next().is_some()
    }

    /// The first word after a key.
    pub(crate) fn word(&self, key: &str) -> Option<&str> {
        self.all(key).next()?.first().map(String::as_str)
    }

    /// The first word after a key as a number.
    pub(crate) fn number(&self, key: &str) -> Option<CK_ULONG> {
        self.word(key).map(number)
    }

    /// The code that a switch answers with; `CKR_GENERAL_ERROR` where it names none.
    pub(crate) fn code(&self, key: &str) -> Option<CK_RV> {
        let words = self.all(key).next()?;
        Some(
            words
                .first()
                .map_or(cryptoki_sys::CKR_GENERAL_ERROR, |it| number(it)),
        )
    }
}

/// A name of the standard or a number.
pub(crate) fn number(word: &str) -> CK_ULONG {
    names::number(word).unwrap_or_else(|| misunderstood(&[word.to_owned()]))
}

/// A value: `true`, `false`, `hex:0102`, or the text itself.
pub(crate) fn value(word: &str) -> Vec<u8> {
    match word {
        "true" => vec![1],
        "false" => vec![0],
        _ => match word.strip_prefix("hex:") {
            Some(digits) => hexadecimal(digits),
            None => word.as_bytes().to_vec(),
        },
    }
}

fn hexadecimal(digits: &str) -> Vec<u8> {
    let pairs = (0..digits.len()).step_by(2);
    let byte = |at| {
        digits
            .get(at..at + 2)
            .and_then(|pair| u8::from_str_radix(pair, 16).ok())
    };
    pairs
        .map(|at| byte(at).unwrap_or_else(|| misunderstood(&[digits.to_owned()])))
        .collect()
}
