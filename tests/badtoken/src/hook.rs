//! What happens around every call.

use std::collections::HashMap;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::path::PathBuf;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use cryptoki_sys::{CK_RV, CK_ULONG};

use crate::{control, faults, presence};

/// Which call it is, counted from 1 over the process.
pub(crate) struct Call {
    pub(crate) function: &'static str,
    pub(crate) number: usize,
    /// Counted over the calls of this function.
    pub(crate) number_of_function: usize,
    /// Counted over the calls that change something; `None` for one that only reads.
    pub(crate) number_of_change: Option<usize>,
}

/// Notes the call of `function`, then lets it be answered.
///
/// The only place every call passes: what is to go wrong at a call goes wrong here.
/// `first` is the first argument, where that is a number: a slot or a session, in most functions.
pub(crate) fn around(
    function: &'static str,
    first: Option<CK_ULONG>,
    answer: impl FnOnce() -> CK_RV,
) -> CK_RV {
    control::refresh();
    let call = count(function);
    note(function);
    let control = control::now();
    if let Some(milliseconds) = control.number("latency") {
        std::thread::sleep(Duration::from_millis(milliseconds));
    }
    presence::follow(&control);
    if let Some(code) =
        faults::before(&control, &call).or_else(|| presence::answer(function, first))
    {
        return code;
    }
    let code = answer();
    faults::after(&control, &call).unwrap_or(code)
}

/// An argument of a function, and the number that it is.
pub(crate) trait Argument: Copy {
    fn number(self) -> Option<CK_ULONG>;
}

impl Argument for CK_ULONG {
    fn number(self) -> Option<CK_ULONG> {
        Some(self)
    }
}

impl Argument for u8 {
    fn number(self) -> Option<CK_ULONG> {
        None
    }
}

impl<T> Argument for *mut T {
    fn number(self) -> Option<CK_ULONG> {
        None
    }
}

static COUNTS: Mutex<Option<HashMap<&str, usize>>> = Mutex::new(None);

/// The number of the present call, counted over the process.
pub(crate) fn calls() -> usize {
    let counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let counts = counts.as_ref();
    counts
        .and_then(|counts| counts.get(""))
        .copied()
        .unwrap_or(0)
}

fn count(function: &'static str) -> Call {
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let counts = counts.get_or_insert_default();
    let mut next = |name| {
        let count = counts.entry(name).or_insert(0);
        *count += 1;
        *count
    };
    Call {
        function,
        number: next(""),
        number_of_function: next(function),
        number_of_change: changes(function).then(|| next("change")),
    }
}

/// Whether a call leaves something behind: on the token, in its session or in the module.
fn changes(function: &str) -> bool {
    function != "C_FindObjects" && !function.starts_with("C_Get")
}

/// Appends one line to the log.
///
/// One `write` in append mode: lines of several processes and threads do not mix.
fn note(function: &str) {
    static LOG: OnceLock<Option<File>> = OnceLock::new();
    let log = LOG.get_or_init(|| {
        let path = std::env::var_os("BADTOKEN_LOG").map(PathBuf::from);
        let path = path.or_else(|| control::beside(".calls"))?;
        OpenOptions::new().append(true).create(true).open(path).ok()
    });
    if let Some(mut log) = log.as_ref() {
        let line = format!("{} {function}\n", std::process::id());
        // A call that could not be counted makes the count too small, which the tests notice.
        let _ = log.write_all(line.as_bytes());
    }
}
