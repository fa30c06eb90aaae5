//! The command `completions` of both programs, and the completions themselves: the script that a
//! shell reads once asks this program at each Tab.

use std::ffi::OsString;

use clap::Command;
use clap_complete::env::{EnvCompleter, Shells};

use crate::exit::Exit;
use crate::failure::Failure;
use crate::live;
use crate::ui::Ui;

/// The variable by which the script asks, and in which it says for which shell.
pub(crate) const VARIABLE: &str = crate::COMPLETE;

/// bash's own script: the crate's takes words for broken where bash breaks them, and candidates with
/// blanks for several.
const BASH: &str = include_str!("completions.bash");

/// Print a completion script for a shell
///
/// What it completes is looked up at each Tab, tokens and the labels on them too. That never takes a
/// PIN.
#[derive(clap::Args, Debug)]
#[command(after_help = concat!(
    "Examples:\n  $ ", env!("CARGO_BIN_NAME"), " completions bash > /etc/bash_completion.d/",
    env!("CARGO_BIN_NAME")
))]
pub(crate) struct CompletionsArgs {
    /// The shell
    shell: clap_complete::Shell,
}

pub(crate) fn run(args: &CompletionsArgs, ui: &Ui) -> Result<Exit, Failure> {
    let name = env!("CARGO_BIN_NAME");
    let mut script = Vec::new();
    match completer(&args.shell.to_string()) {
        Some(shell) if shell.name() != "bash" => shell
            .write_registration(VARIABLE, &name.replace('-', "_"), name, name, &mut script)
            .map_err(Failure::Output)?,
        _ => {
            let text = BASH.replace("BIN", name);
            let text = text.replace("NAME", &name.replace('-', "_"));
            script.extend(text.replace("VAR=", &format!("{VARIABLE}=")).bytes());
        }
    }
    ui.data(script)?;
    Ok(Exit::Done)
}

/// Answers a shell's script, if it is one that asks.
pub(crate) fn answer(command: &Command, arguments: &[OsString]) -> Option<Result<Exit, Failure>> {
    let shell = std::env::var(VARIABLE).ok()?;
    let shell = completer(&shell)?;
    let from = arguments.iter().position(|word| word == "--")? + 1;
    let words = arguments.get(from..)?.to_vec();
    let before = words.get(..index(words.len())).unwrap_or(&words);
    let mut command = live::with_candidates(command.clone(), before);
    let here = std::env::current_dir().ok();
    let mut answer = Vec::new();
    let written = shell.write_complete(&mut command, words, here.as_deref(), &mut answer);
    // Nobody reads an error between two key strokes.
    let ui = Ui::silent();
    let said = written.map_err(Failure::Output);
    Some(said.and_then(|()| ui.data(answer)).map(|()| Exit::Done))
}

/// Which of the words is completed: what the scripts say, else the last one.
fn index(words: usize) -> usize {
    let said = std::env::var("_CLAP_COMPLETE_INDEX").ok();
    let said = said.and_then(|index| index.parse().ok());
    said.unwrap_or(words.saturating_sub(1))
}

fn completer(name: &str) -> Option<&'static dyn EnvCompleter> {
    const SHELLS: Shells<'static> = Shells::builtins();
    SHELLS.0.iter().copied().find(|shell| shell.is(name))
}
