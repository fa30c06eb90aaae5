//! Faults at a call: `fault before|after N[+] [C_Function|change] WHAT`; `fault-of WORD …` is for
//! processes that have the word among their arguments.
//!
//! `N` counts the calls of the process, of one function, or those that change something; `N+` is that
//! call and all later ones.
//! `WHAT` is a code to answer with, or `kill`, `crash`, `pull` or `pull:LABEL`.
//! With `only-token SERIAL`, the faults are met by a process that has opened a session with that
//! token, and by no other.

use cryptoki_sys::CK_RV;

use crate::control::{self, Control, misunderstood, number};
use crate::hook::Call;
use crate::{inside, presence};

/// What goes wrong before the call is done; a code is answered instead of doing it.
pub(crate) fn before(control: &Control, call: &Call) -> Option<CK_RV> {
    meet(control, call, "before")
}

/// What goes wrong after the call was done; a code replaces its answer.
pub(crate) fn after(control: &Control, call: &Call) -> Option<CK_RV> {
    meet(control, call, "after")
}

fn meet(control: &Control, call: &Call, when: &str) -> Option<CK_RV> {
    if control
        .word("only-token")
        .is_some_and(|serial| !inside::uses(serial))
    {
        return None;
    }
    let lines = control
        .all("fault")
        .chain(control.all("fault-of").filter_map(of_this_process));
    let due = lines.filter_map(|line| match line {
        [at_time, at, function, what] if at_time == when && function == call.function => {
            is_at(at, call.number_of_function, line).then_some(what)
        }
        [at_time, at, change, what] if at_time == when && change == "change" => {
            is_at(at, call.number_of_change?, line).then_some(what)
        }
        [at_time, at, what] if at_time == when => is_at(at, call.number, line).then_some(what),
        [..] => None,
    });
    let what = due.last()?;
    let process = std::process::id();
    let line = format!("{process} {} {} {when} {what}", call.number, call.function);
    control::note(".hits", &line);
    match what.as_str() {
        "kill" => kill(),
        "crash" => std::process::abort(),
        "pull" => {
            presence::pull(None);
            None
        }
        what => match what.strip_prefix("pull:") {
            Some(label) => {
                presence::pull(Some(label));
                None
            }
            None => Some(number(what)),
        },
    }
}

/// The rest of a line whose first word is an argument of this process.
fn of_this_process(line: &[String]) -> Option<&[String]> {
    let (word, rest) = line.split_first()?;
    std::env::args()
        .any(|argument| argument == *word)
        .then_some(rest)
}

fn is_at(at: &str, now: usize, line: &[String]) -> bool {
    let parse = |digits: &str| digits.parse().unwrap_or_else(|_| misunderstood(line));
    match at.strip_suffix('+') {
        Some(first) => now >= parse(first),
        None => now == parse(at),
    }
}

/// Ends the process as `kill -9` or a power cut would: nothing of it runs on.
fn kill() -> ! {
    #[cfg(unix)]
    // SAFETY: raising a signal that cannot be handled touches no memory.
    unsafe {
        libc::raise(libc::SIGKILL);
    }
    std::process::abort();
}
