//! Questions on the terminal, which may be there even if the standard streams are redirected.

use std::fs::OpenOptions;
use std::io::{self, BufRead, BufReader, IsTerminal, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
#[cfg(unix)]
use std::sync::{Mutex, PoisonError};
#[cfg(unix)]
use std::time::Duration;

use signal_hook::consts::SIGINT;
#[cfg(unix)]
use signal_hook::consts::{SIGHUP, SIGTERM, SIGXFSZ};
use signal_hook::flag;
#[cfg(unix)]
use signal_hook::iterator::Signals;
use tokencert::Error;
#[cfg(unix)]
use tokencert::pkcs11::between_calls;
use zeroize::Zeroizing;

use super::Ui;
use crate::failure::Failure;
use crate::i18n::{Message, message};

#[cfg(unix)]
const INPUT: &str = "/dev/tty";
#[cfg(unix)]
const OUTPUT: &str = "/dev/tty";
#[cfg(windows)]
const INPUT: &str = "CONIN$";
#[cfg(windows)]
const OUTPUT: &str = "CONOUT$";

/// The exit status after Ctrl-C, 128 and the signal's number as shells have it.
const INTERRUPTED: i32 = 130;

/// How long a prompt has to notice Ctrl-C by itself.
#[cfg(unix)]
const PROMPT_TURN: Duration = Duration::from_millis(300);

/// True if somebody sits at a terminal: a program in a pipeline may ask, one without any
/// standard stream on the terminal, as from cron, may not.
pub(super) fn available(talks: bool) -> bool {
    (talks || io::stdin().is_terminal()) && OpenOptions::new().read(true).open(INPUT).is_ok()
}

/// What ends the program from outside: Ctrl-C, the end of the session, a polite `kill`.
///
/// A module that is cut short in a call can destroy a token, so the first signal waits for the end
/// of the call that is under way, and a second one does not. At a PIN prompt Ctrl-C has to wait
/// until the terminal's echo is switched on again.
pub(super) struct Interrupt {
    ends_program: Arc<AtomicBool>,
    /// How the terminal was set before a prompt, in the words of stty(1).
    #[cfg(unix)]
    before: Arc<Mutex<Option<String>>>,
    /// What a first signal does in place of ending the program.
    #[cfg(unix)]
    instead: Arc<Mutex<Option<Instead>>>,
}

/// What a signal does.
#[cfg(unix)]
type Instead = Box<dyn FnMut(i32) + Send>;

impl Interrupt {
    /// Takes the signals over, except those that are to be ignored.
    #[cfg(unix)]
    pub(super) fn new() -> Self {
        let ends_program = Arc::new(AtomicBool::new(true));
        let ending = Arc::new(AtomicBool::new(false));
        // Where the size of files is limited, a write is to fail rather than end the program.
        let _ = flag::register(SIGXFSZ, Arc::new(AtomicBool::new(false)));
        let ignored = ignored();
        let heeded = |signal: &i32| ignored & (1 << (signal - 1)) == 0;
        let heeded: Vec<i32> = [SIGINT, SIGTERM, SIGHUP]
            .into_iter()
            .filter(heeded)
            .collect();
        // First what a second signal does: in the other order, the thread could take a signal for
        // the first one while its handler still runs, which would then take it for the second.
        for &signal in &heeded {
            let ending = Arc::clone(&ending);
            let _ = flag::register_conditional_shutdown(signal, 128 + signal, ending);
        }
        let ends = Arc::clone(&ends_program);
        let before = Arc::new(Mutex::new(None));
        let terminal = Arc::clone(&before);
        let instead: Arc<Mutex<Option<Instead>>> = Arc::default();
        let heeding = Arc::clone(&instead);
        match Signals::new(&heeded) {
            Ok(mut signals) => {
                _ = std::thread::spawn(move || {
                    for signal in signals.forever() {
                        if signal == SIGINT && !ends.load(Ordering::SeqCst) {
                            // The prompt reads Ctrl-C itself and ends the program. One that comes
                            // before the prompt has taken the terminal is nobody else's.
                            std::thread::sleep(PROMPT_TURN);
                            if ends.load(Ordering::SeqCst) {
                                continue;
                            }
                        }
                        give_back(&terminal);
                        ending.store(true, Ordering::SeqCst);
                        let mut heeding = heeding.lock().unwrap_or_else(PoisonError::into_inner);
                        if let Some(act) = &mut *heeding {
                            act(signal);
                            continue;
                        }
                        between_calls(|| signal_hook::low_level::exit(128 + signal));
                    }
                });
            }
            // Nobody waits for a first signal, so that every one is a second one.
            Err(_) => ending.store(true, Ordering::SeqCst),
        }
        Self {
            ends_program,
            before,
            instead,
        }
    }

    /// Takes Ctrl-C over.
    #[cfg(not(unix))]
    pub(super) fn new() -> Self {
        let ends_program = Arc::new(AtomicBool::new(true));
        let ends = Arc::clone(&ends_program);
        // Where no handler can be had, Ctrl-C ends the program as the system does it.
        let _ = flag::register_conditional_shutdown(SIGINT, INTERRUPTED, ends);
        Self { ends_program }
    }

    /// Has a first signal do something else than end the program; a second one ends it.
    #[cfg(unix)]
    pub(super) fn instead(&self, act: impl FnMut(i32) + Send + 'static) {
        *self.instead.lock().unwrap_or_else(PoisonError::into_inner) = Some(Box::new(act));
    }

    /// Ctrl-C ends the program here, as the system does it.
    #[cfg(not(unix))]
    pub(super) fn instead(&self, _: impl FnMut(i32) + Send + 'static) {}

    fn guard<T>(&self, act: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        #[cfg(unix)]
        set(&self.before, stty(&["-g"]));
        self.ends_program.store(false, Ordering::SeqCst);
        let result = act();
        self.ends_program.store(true, Ordering::SeqCst);
        #[cfg(unix)]
        set(&self.before, None);
        if let Err(error) = &result
            && error.kind() == io::ErrorKind::Interrupted
        {
            signal_hook::low_level::exit(INTERRUPTED);
        }
        result
    }
}

#[cfg(unix)]
fn set(before: &Mutex<Option<String>>, state: Option<String>) {
    *before.lock().unwrap_or_else(PoisonError::into_inner) = state;
}

/// Sets the terminal as it was before the prompt that a signal has ended.
#[cfg(unix)]
fn give_back(before: &Mutex<Option<String>>) {
    let state = before.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(state) = state {
        stty(&[state.trim()]);
    }
}

/// Runs stty(1) on the terminal; nothing where there is no such program.
#[cfg(unix)]
fn stty(arguments: &[&str]) -> Option<String> {
    let terminal = OpenOptions::new().read(true).open(INPUT).ok()?;
    let mut stty = std::process::Command::new("stty");
    let output = stty.args(arguments).stdin(terminal).output().ok()?;
    String::from_utf8(output.stdout).ok()
}

/// The signals that whoever started the program wants ignored, as `nohup` does, one bit each; none
/// where the system does not say.
#[cfg(unix)]
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    line.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok())
        .unwrap_or(0)
}

impl Ui {
    /// Asks for a PIN without echo; `None` if nothing was typed or nobody can be asked.
    pub(crate) fn ask_pin(&self, question: &Message) -> Result<Option<Zeroizing<String>>, Error> {
        if !self.terminal {
            return Ok(None);
        }
        let question = format!("{}: ", self.text(question));
        let typed = self.pause(|| {
            self.interrupt
                .guard(|| rpassword::prompt_password(question))
        });
        match typed {
            Ok(pin) => Ok(Some(Zeroizing::new(pin)).filter(|pin| !pin.is_empty())),
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(Error::PinSource {
                name: "terminal".to_owned(),
                reason: error.to_string(),
            }),
        }
    }

    /// Asks for a line; `None` if nothing was typed or nobody can be asked.
    pub(crate) fn ask(&self, question: &Message) -> Result<Option<String>, Failure> {
        if !self.terminal {
            return Ok(None);
        }
        let question = format!("{}: ", self.text(question));
        let answer = self.pause(|| {
            let mut terminal = OpenOptions::new().write(true).open(OUTPUT)?;
            terminal.write_all(question.as_bytes())?;
            terminal.flush()?;
            let mut line = String::new();
            BufReader::new(OpenOptions::new().read(true).open(INPUT)?).read_line(&mut line)?;
            Ok(line)
        });
        let answer = answer.map_err(Failure::Output)?;
        Ok(Some(answer.trim().to_owned()).filter(|answer| !answer.is_empty()))
    }

    /// Asks for one of several by its number; `None` if none was chosen.
    pub(crate) fn choose(
        &self,
        question: &Message,
        options: &[String],
    ) -> Result<Option<usize>, Failure> {
        if !self.terminal {
            return Ok(None);
        }
        self.status(question);
        for (at, option) in options.iter().enumerate() {
            self.talk(&format!("  {}  {option}", at + 1));
        }
        loop {
            let question = message("choose-number").count("last", options.len());
            let Some(answer) = self.ask(&question)? else {
                return Ok(None);
            };
            match answer.parse::<usize>() {
                Ok(number) if (1..=options.len()).contains(&number) => {
                    return Ok(Some(number - 1));
                }
                _ => self.warn(&message("choose-again").with("answer", answer)),
            }
        }
    }
}
