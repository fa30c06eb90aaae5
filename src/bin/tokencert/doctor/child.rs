//! A process that has loaded a module: what it tells, and how it ends.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant};

use tokencert::doctor::{Library, Outcome, ProbeEvent, SeenSlot};

/// The most that is read of what a module says, in bytes: one that talks without end is cut off.
const LARGEST: u64 = 8 << 20;

/// How often to look whether the process has ended: one that it started may keep its pipes open.
const PAUSE: Duration = Duration::from_millis(50);

/// What was learnt of a module.
pub(super) struct Probed {
    pub(super) outcome: Outcome,
    pub(super) library: Option<Library>,
    pub(super) slots: Vec<SeenSlot>,
}

/// A line of a process.
enum Line {
    /// What the process tells of the module.
    Event(Box<ProbeEvent>),
    /// What the module says by itself.
    Said(String),
}

/// How a process ended.
enum End {
    Status(ExitStatus),
    Killed,
    Unstarted(String),
}

/// Runs the process that looks at a module, for as long as `limit`.
pub(super) fn probe(command: &mut Command, limit: Duration) -> Probed {
    let mut probed = Probed {
        outcome: Outcome::NotLoaded,
        library: None,
        slots: Vec::new(),
    };
    let (mut events, mut said) = (Vec::new(), String::new());
    let end = match start(command) {
        Ok((child, lines)) => watch(child, &lines, limit, &mut |line| match line {
            Line::Event(event) => events.push(*event),
            Line::Said(text) => said = text,
        }),
        Err(error) => End::Unstarted(error.to_string()),
    };
    // The last thing that was begun; when all is done, only ending is left.
    let mut call = "exit".to_owned();
    let mut answer = None;
    for event in events {
        match event {
            ProbeEvent::Calling(function) => call = function,
            ProbeEvent::Library(library) => probed.library = Some(library),
            ProbeEvent::Slot(slot) => probed.slots.push(slot),
            ProbeEvent::Unloadable(reason) => answer = Some(Outcome::Unloadable(reason)),
            ProbeEvent::Refused { function, value } => {
                answer = Some(Outcome::Refused { function, value });
            }
            ProbeEvent::Done(finalize) => {
                "exit".clone_into(&mut call);
                answer = Some(Outcome::Answered { finalize });
            }
            _ => {}
        }
    }
    probed.outcome = outcome(end, answer, call, said, limit);
    probed
}

fn outcome(
    end: End,
    answer: Option<Outcome>,
    call: String,
    said: String,
    limit: Duration,
) -> Outcome {
    let status = match end {
        End::Unstarted(reason) => return Outcome::Unloadable(reason),
        End::Killed => {
            let seconds = limit.as_secs();
            return Outcome::Hung { call, seconds };
        }
        End::Status(status) => status,
    };
    match (signal(status), answer) {
        (Some(signal), _) => Outcome::Crashed { call, signal },
        (None, Some(answer)) => answer,
        (None, None) => Outcome::Ended {
            call,
            status: status.code().unwrap_or_default(),
            said,
        },
    }
}

fn start(command: &mut Command) -> std::io::Result<(Child, Receiver<Line>)> {
    let pipes = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = pipes.spawn()?;
    let (sender, lines) = mpsc::channel();
    if let Some(stdout) = child.stdout.take() {
        read(stdout, sender.clone());
    }
    if let Some(stderr) = child.stderr.take() {
        read(stderr, sender);
    }
    Ok((child, lines))
}

/// Reads a pipe in a thread, which ends with it.
fn read(pipe: impl Read + Send + 'static, sender: Sender<Line>) {
    std::thread::spawn(move || {
        let mut pipe = BufReader::new(pipe.take(LARGEST));
        let mut bytes = Vec::new();
        while pipe
            .read_until(b'\n', &mut bytes)
            .is_ok_and(|read| read > 0)
        {
            let text = String::from_utf8_lossy(&bytes).trim().to_owned();
            bytes.clear();
            let line = match serde_json::from_str(&text) {
                Ok(event) => Line::Event(Box::new(event)),
                Err(_) if text.is_empty() => continue,
                Err(_) => Line::Said(text),
            };
            if sender.send(line).is_err() {
                return;
            }
        }
    });
}

/// Takes what the process tells until it ends, or kills it when the time is up.
fn watch(
    mut child: Child,
    lines: &Receiver<Line>,
    limit: Duration,
    take: &mut dyn FnMut(Line),
) -> End {
    let until = Instant::now() + limit;
    loop {
        match lines.recv_timeout(PAUSE) {
            Ok(line) => {
                take(line);
                if Instant::now() < until {
                    continue;
                }
            }
            Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => std::thread::sleep(PAUSE),
        }
        if let Ok(Some(status)) = child.try_wait() {
            while let Ok(line) = lines.recv_timeout(PAUSE) {
                take(line);
            }
            return End::Status(status);
        }
        if Instant::now() >= until {
            // One that has just ended need not be killed.
            let _ = child.kill();
            let _ = child.wait();
            while let Ok(line) = lines.recv_timeout(PAUSE) {
                take(line);
            }
            return End::Killed;
        }
    }
}

/// The signal that ended a process.
#[cfg(unix)]
fn signal(status: ExitStatus) -> Option<String> {
    use std::os::unix::process::ExitStatusExt;
    let number = status.signal()?;
    let name = signal_hook::low_level::signal_name(number);
    Some(name.map_or_else(|| number.to_string(), str::to_owned))
}

/// The exception that ended a process: Windows has them as statuses of this form (NTSTATUS).
#[cfg(not(unix))]
fn signal(status: ExitStatus) -> Option<String> {
    let code = status.code()?.cast_unsigned();
    (code >= 0xc000_0000).then(|| format!("{code:#010x}"))
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(line: &str, seconds: u64) -> Probed {
        let mut command = Command::new("sh");
        probe(command.args(["-c", line]), Duration::from_secs(seconds))
    }

    fn event(event: &ProbeEvent) -> String {
        format!("echo '{}'", serde_json::to_string(event).unwrap())
    }

    fn calling(function: &str) -> String {
        event(&ProbeEvent::Calling(function.to_owned()))
    }

    #[test]
    fn a_process_that_dies_of_a_signal_is_a_crash_in_the_call_that_was_begun() {
        let probed = shell(&format!("{}; kill -SEGV $$", calling("C_Initialize")), 60);
        let crashed = Outcome::Crashed {
            call: "C_Initialize".to_owned(),
            signal: "SIGSEGV".to_owned(),
        };
        assert_eq!(probed.outcome, crashed);
    }

    #[test]
    fn a_process_that_exits_half_way_is_told_with_its_last_words() {
        let line = format!("{}; echo sorry >&2; sleep 0.2; exit 7", calling("dlopen"));
        let ended = Outcome::Ended {
            call: "dlopen".to_owned(),
            status: 7,
            said: "sorry".to_owned(),
        };
        assert_eq!(shell(&line, 60).outcome, ended);
    }

    #[test]
    fn a_process_that_hangs_is_killed_and_what_it_told_before_is_kept() {
        let slot = ProbeEvent::Slot(SeenSlot {
            id: 7,
            description: String::new(),
            content: tokencert::doctor::Content::Empty,
        });
        let begun = Instant::now();
        let told = [event(&slot), calling("C_GetTokenInfo")].join("; ");
        let probed = shell(&format!("{told}; exec sleep 60"), 1);
        assert!(begun.elapsed() < Duration::from_secs(30));
        assert_eq!(probed.slots.len(), 1);
        let hung = Outcome::Hung {
            call: "C_GetTokenInfo".to_owned(),
            seconds: 1,
        };
        assert_eq!(probed.outcome, hung);
    }

    #[test]
    fn a_process_that_leaves_another_one_behind_has_ended_all_the_same() {
        let done = event(&ProbeEvent::Done(None));
        let begun = Instant::now();
        let probed = shell(&format!("sleep 30 & {done}; exit 0"), 60);
        assert!(begun.elapsed() < Duration::from_secs(20));
        assert_eq!(probed.outcome, Outcome::Answered { finalize: None });
    }

    #[test]
    fn what_a_module_prints_by_itself_is_no_answer() {
        let lines = ["echo '{\"slot\": 1}'", "echo hello", &calling("exit")].join("; ");
        let done = event(&ProbeEvent::Done(Some("C_Finalize failed".to_owned())));
        let probed = shell(&format!("{lines}; {done}"), 60);
        assert!(probed.slots.is_empty());
        let finalize = Some("C_Finalize failed".to_owned());
        assert_eq!(probed.outcome, Outcome::Answered { finalize });
    }

    #[test]
    fn a_program_that_cannot_be_started_is_no_fault_of_the_module() {
        let mut command = Command::new("/nowhere/at/all");
        let probed = probe(&mut command, Duration::from_secs(1));
        assert!(matches!(probed.outcome, Outcome::Unloadable(_)));
    }
}
