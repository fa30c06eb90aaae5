//! Looking at several modules at once, each in a child process of its own.

use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::{Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use serde::Deserialize;
use serde_json::Value;
use tokencert::token::{Slot, SlotState, TokenFlags, TokenIdentity, TokenInfo};

use crate::context::Context;
use crate::i18n::message;
use crate::ui::Ui;

/// How long a module may take to list its tokens.
const PATIENCE: Duration = Duration::from_secs(20);

/// What several modules show.
pub(crate) struct Look {
    /// One for each module that answered.
    pub(crate) listings: Vec<Listing>,
    /// The modules that gave no answer.
    pub(crate) silent: Vec<PathBuf>,
}

/// What one module shows, as the JSON that its child process printed.
pub(crate) struct Listing {
    pub(crate) module: PathBuf,
    pub(crate) tokens: Vec<Value>,
    pub(crate) failed: Vec<Value>,
}

/// A token of a [`Listing`], as far as it takes to choose one.
#[derive(Deserialize)]
struct ListedToken {
    #[serde(flatten)]
    identity: TokenIdentity,
    flags: Vec<String>,
    slot: u64,
    slot_description: String,
    software: bool,
}

impl Look {
    /// Names the modules that gave no answer, where that may be why nothing was found.
    pub(crate) fn name_silent(&self, ui: &Ui) {
        for module in &self.silent {
            ui.warn(&message("module-silent").with("module", module.display()));
        }
    }
}

impl Listing {
    /// The slots that tokens are in.
    pub(crate) fn slots(&self) -> impl Iterator<Item = Slot> {
        let tokens = self
            .tokens
            .iter()
            .filter_map(|token| ListedToken::deserialize(token).ok());
        tokens.map(|token| token.slot())
    }

    /// Reads what the child printed.
    fn read(module: &Path, output: &[u8]) -> Option<Self> {
        let mut value: Value = serde_json::from_slice(output).ok()?;
        let mut array = |name: &str| match value.get_mut(name).map(Value::take) {
            Some(Value::Array(values)) => values,
            _ => Vec::new(),
        };
        Some(Self {
            module: module.to_owned(),
            tokens: array("tokens"),
            failed: array("failed"),
        })
    }
}

impl ListedToken {
    fn slot(&self) -> Slot {
        let bits = (0..u32::BITS).map(|bit| TokenFlags(1 << bit));
        let set = bits.filter(|flag| {
            flag.names()
                .first()
                .is_some_and(|name| self.flags.iter().any(|set| set == name))
        });
        let flags = TokenFlags(set.fold(0, |flags, flag| flags | flag.0));
        let mut token = TokenInfo::new(self.identity.clone(), flags);
        token.software = self.software;
        Slot::new(
            self.slot,
            self.slot_description.clone(),
            SlotState::Token(token),
        )
    }
}

/// What each module shows, all looked at at the same time.
///
/// A module that fails or does not answer in time shows nothing; `-v` says why.
pub(crate) fn look_at(modules: &[PathBuf], context: &Context, ui: &Ui) -> Look {
    look_within(PATIENCE, modules, context, ui)
}

/// The same with as much time as the caller has.
pub(crate) fn look_within(
    patience: Duration,
    modules: &[PathBuf],
    context: &Context,
    ui: &Ui,
) -> Look {
    let _progress = ui.progress(&message("progress-looking"));
    let until = Instant::now() + patience;
    let children: Vec<_> = modules
        .iter()
        .map(|module| (module, list(module, context)))
        .collect();
    let mut look = Look {
        listings: Vec::new(),
        silent: Vec::new(),
    };
    for (module, child) in children {
        let output = child.and_then(|child| output(child, until, module));
        match output.and_then(|output| Listing::read(module, &output)) {
            Some(listing) => look.listings.push(listing),
            None => look.silent.push(module.clone()),
        }
    }
    look
}

fn list(module: &Path, context: &Context) -> Option<Child> {
    let program = std::env::current_exe().ok()?;
    let mut command = Command::new(program);
    command
        .args(["token", "list", "--format", "json", "--module"])
        .arg(module);
    context.hand_down(&mut command);
    let pipes = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null());
    start(pipes)
        .inspect_err(|error| tracing::info!(?module, %error, "no child process"))
        .ok()
}

/// Starts a child process, one at a time: where pipes are not closed to other children from the
/// first, one that is started at the same moment would keep this one's open.
pub(crate) fn start(command: &mut Command) -> io::Result<Child> {
    static STARTING: Mutex<()> = Mutex::new(());
    let _turn = STARTING.lock().unwrap_or_else(PoisonError::into_inner);
    command.spawn()
}

/// What the child prints until it ends; one that has not ended in time is killed.
pub(crate) fn output(mut child: Child, until: Instant, module: &Path) -> Option<Vec<u8>> {
    let mut stdout = child.stdout.take()?;
    let (sender, receiver) = mpsc::channel();
    std::thread::spawn(move || {
        let mut output = Vec::new();
        // Nobody waits any more for what comes too late.
        let _ = sender.send(stdout.read_to_end(&mut output).map(|_| output));
    });
    let output = receiver.recv_timeout(until.saturating_duration_since(Instant::now()));
    if output.is_err() {
        tracing::info!(?module, "killed: it gave no answer in time");
        // A child that has just ended need not be killed.
        let _ = child.kill();
    }
    let status = child.wait().ok()?;
    if !status.success() {
        tracing::info!(?module, %status, "cannot be used");
    }
    output.ok()?.ok()
}

#[cfg(test)]
#[cfg(unix)]
mod tests {
    use super::*;

    fn shell(line: &str) -> Child {
        let mut command = Command::new("sh");
        let command = command.args(["-c", line]).stdout(Stdio::piped());
        command.spawn().unwrap()
    }

    #[test]
    fn a_child_that_does_not_answer_is_killed_when_the_time_is_up() {
        let begun = Instant::now();
        let until = begun + Duration::from_millis(200);
        assert_eq!(output(shell("exec sleep 60"), until, Path::new("m")), None);
        assert!(begun.elapsed() < Duration::from_secs(30));
    }

    #[test]
    fn what_a_child_prints_is_read_to_its_end_however_much_it_is() {
        let until = Instant::now() + Duration::from_mins(1);
        let long = output(shell("head -c 200000 /dev/zero"), until, Path::new("m"));
        assert_eq!(long.map(|output| output.len()), Some(200_000));
    }
}
