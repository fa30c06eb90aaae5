//! The processes: one for each token, and what they tell in the order in which they do.

use std::io::{BufRead, BufReader, Read, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::Duration;

use tokencert::Error;
use zeroize::Zeroizing;

use super::wire::{Order, Said};
use crate::exit::Exit;

/// What happens in a process.
pub(super) enum Event {
    /// It tells how far it is.
    Said(Said),
    /// It talks to people.
    Talked(String),
    /// It has ended, and everything that it said was passed on.
    Ended(Exit),
}

/// The processes that run.
pub(super) struct Crew {
    running: usize,
    sender: Sender<(usize, Event)>,
    receiver: Receiver<(usize, Event)>,
}

impl Crew {
    pub(super) fn new() -> Self {
        let (sender, receiver) = mpsc::channel();
        Self {
            running: 0,
            sender,
            receiver,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.running == 0
    }

    /// Starts this program once more for the row of that number: with the same arguments, and with
    /// an order that no process list shows.
    pub(super) fn start(
        &mut self,
        row: usize,
        order: &Order,
        module: Option<&Path>,
    ) -> Result<(), Error> {
        let failed = |error| Error::reading("tokencert", error);
        let program = std::env::current_exe().map_err(failed)?;
        let mut command = Command::new(program);
        command.args(std::env::args_os().skip(1)).arg("--worker");
        if let Some(module) = module {
            command.arg("--module").arg(module);
        }
        command
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let text = serde_json::to_string(order).map_err(|error| failed(error.into()))?;
        let text = Zeroizing::new(text);
        let mut child = command.spawn().map_err(failed)?;
        let (stdin, stdout, stderr) =
            (child.stdin.take(), child.stdout.take(), child.stderr.take());
        if let Some(mut stdin) = stdin {
            // One that does not listen has ended, and is heard of below.
            let _ = stdin.write_all(text.as_bytes());
        }
        self.running += 1;
        let sender = self.sender.clone();
        thread::spawn(move || {
            let talk = sender.clone();
            let talking = thread::spawn(move || {
                for line in lines(stderr) {
                    let _ = talk.send((row, Event::Talked(line)));
                }
            });
            for line in lines(stdout) {
                if let Ok(said) = serde_json::from_str(&line) {
                    let _ = sender.send((row, Event::Said(said)));
                }
            }
            let _ = talking.join();
            let status = child.wait().ok().and_then(|status| status.code());
            let _ = sender.send((row, Event::Ended(Exit::from_status(status))));
        });
        Ok(())
    }

    /// The next that happens; nothing if the time is over, or nothing can happen.
    pub(super) fn next(&mut self, patience: Option<Duration>) -> Option<(usize, Event)> {
        let next = match patience {
            Some(patience) => self.receiver.recv_timeout(patience).ok(),
            None if self.running == 0 => None,
            None => self.receiver.recv().ok(),
        };
        if let Some((_, Event::Ended(_))) = &next {
            self.running -= 1;
        }
        next
    }
}

/// The lines of a pipe, whatever bytes are in them.
fn lines(pipe: Option<impl Read>) -> impl Iterator<Item = String> {
    let mut pipe = pipe.map(BufReader::new);
    std::iter::from_fn(move || {
        let mut line = Vec::new();
        match pipe.as_mut()?.read_until(b'\n', &mut line) {
            Ok(1..) => Some(String::from_utf8_lossy(&line).trim_end().to_owned()),
            _ => None,
        }
    })
}
