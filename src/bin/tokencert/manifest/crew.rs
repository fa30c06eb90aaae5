//! The processes: one for each token, and what they tell in the order in which they do.

use std::collections::VecDeque;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use tokencert::Error;
use zeroize::Zeroizing;

use super::wire::{Order, Said};
use crate::exit::Exit;
use crate::modules;

/// What happens in a process.
pub(super) enum Event {
    /// It tells how far it is.
    Said(Said),
    /// It talks to people.
    Talked(String),
    /// It has ended, and everything that it said was passed on.
    Ended(Exit),
}

/// The most processes that are started before it is known how many there is work for.
const AHEAD: usize = 8;

/// The processes that run.
pub(super) struct Crew {
    running: usize,
    /// Processes that wait for an order, and who starts them.
    ahead: Option<JoinHandle<Vec<Child>>>,
    ready: VecDeque<Child>,
    sender: Sender<(usize, Event)>,
    receiver: Receiver<(usize, Event)>,
}

impl Crew {
    pub(super) fn new() -> Self {
        let (sender, receiver) = mpsc::channel();
        Self {
            running: 0,
            ahead: None,
            ready: VecDeque::new(),
            sender,
            receiver,
        }
    }

    pub(super) fn is_idle(&self) -> bool {
        self.running == 0
    }

    /// Starts processes for so many rows while the caller looks for their tokens.
    pub(super) fn prepare(&mut self, rows: usize) {
        // What cannot be started now is tried again, and its failure told, when there is an order.
        let start = move || (0..rows.min(AHEAD)).map_while(|_| spawn().ok()).collect();
        self.ahead = thread::Builder::new().spawn(start).ok();
    }

    /// Ends the processes that still wait for an order: without one, they have touched nothing.
    pub(super) fn dismiss(&mut self) {
        self.gather();
        for mut idle in self.ready.drain(..) {
            let _ = idle.kill();
            let _ = idle.wait();
        }
    }

    fn gather(&mut self) {
        let ahead = self.ahead.take();
        self.ready
            .extend(ahead.into_iter().flat_map(JoinHandle::join).flatten());
    }

    /// Gives the order for the row of that number to a process that waits for one, or to a new one.
    pub(super) fn start(&mut self, row: usize, order: &Order) -> Result<(), Error> {
        self.gather();
        let text = serde_json::to_string(order).map_err(|error| failed(error.into()))?;
        let text = Zeroizing::new(text);
        let mut child = match self.ready.pop_front() {
            Some(ready) => ready,
            None => spawn().map_err(failed)?,
        };
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

impl Drop for Crew {
    fn drop(&mut self) {
        self.dismiss();
    }
}

/// Starts this program once more, with the same arguments: its order comes by a pipe, for no process
/// list to show.
fn spawn() -> io::Result<Child> {
    let mut command = Command::new(std::env::current_exe()?);
    command
        .args(std::env::args_os().skip(1))
        .arg("--worker")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    modules::start(&mut command)
}

fn failed(error: io::Error) -> Error {
    Error::reading("tokencert", error)
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
