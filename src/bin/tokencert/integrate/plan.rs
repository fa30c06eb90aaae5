//! What another program needs, printed or carried out.

use serde_json::json;
use tokencert::Error;

use super::Writing;
use super::change::{Change, Kind, State};
use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::{Message, message};
use crate::ui::Ui;

/// Everything that it takes.
#[derive(Default)]
pub(crate) struct Plan {
    /// The program's name.
    pub(crate) program: &'static str,
    /// The files, in the order in which they are written: none names one that is not there yet.
    pub(crate) changes: Vec<Change>,
    /// What somebody else has to be given: the public key as one line for OpenSSH.
    pub(crate) public_key: Option<String>,
    /// The private key's URI.
    pub(crate) uri: Option<String>,
    /// What is then typed.
    pub(crate) commands: Vec<String>,
    /// What else there is to know.
    pub(crate) notes: Vec<Message>,
    /// Settings of the program that say something else, and win or lose without anybody noticing.
    pub(crate) conflicts: Vec<Message>,
}

/// A change, how the file compares with it, and what the file would be.
type Looked<'c> = (&'c Change, State, String);

impl Plan {
    /// Prints it or, with `--write`, does it.
    pub(crate) fn carry_out(
        &self,
        writing: Writing,
        context: &Context,
        ui: &Ui,
    ) -> Result<(), Failure> {
        let looked = self.changes.iter().map(|change| {
            let (state, whole) = change.look()?;
            Ok((change, state, whole))
        });
        let looked: Vec<Looked<'_>> = looked.collect::<Result<_, Failure>>()?;
        if writing.write {
            self.write(&looked, writing.force)?;
        }
        if context.json() {
            return ui.json(&self.json(&looked, writing.write, ui));
        }
        if writing.write {
            tell(&looked, ui)?;
        } else {
            show(&looked, ui)?;
        }
        if let Some(line) = &self.public_key {
            section(&message("integrate-public-key"), line, ui)?;
        }
        if !self.commands.is_empty() {
            section(&message("integrate-then"), &self.commands.join("\n"), ui)?;
        }
        for note in &self.notes {
            ui.status(note);
        }
        if !writing.write {
            for conflict in &self.conflicts {
                ui.warn(conflict);
            }
            if looked.iter().any(|(_, state, _)| *state != State::Same) {
                ui.hint(&message("integrate-write"));
            }
        }
        Ok(())
    }

    /// Looks at everything before anything is written.
    fn write(&self, looked: &[Looked<'_>], force: bool) -> Result<(), Failure> {
        if !force {
            if let Some(conflict) = self.conflicts.first() {
                return Err(Failure::Program(
                    crate::exit::Exit::Failed,
                    conflict.clone(),
                ));
            }
            let differing = looked.iter().find(|(_, state, _)| *state == State::Differs);
            if let Some((change, ..)) = differing {
                let path = change.path.display().to_string();
                return Err(Error::FileExists { path }.into());
            }
        }
        for (change, state, whole) in looked {
            if *state != State::Same {
                change.write(whole)?;
            }
        }
        Ok(())
    }

    fn json(&self, looked: &[Looked<'_>], written: bool, ui: &Ui) -> serde_json::Value {
        let changes: Vec<_> = looked
            .iter()
            .map(|(change, state, _)| {
                let state = match state {
                    State::Missing | State::Differs if written => "written",
                    state => state.name(),
                };
                json!({
                    "path": change.path.display().to_string(),
                    "kind": change.kind(),
                    "text": change.lines(),
                    "state": state,
                    "undo": ui.text(&change.undo()),
                })
            })
            .collect();
        let texts = |messages: &[Message]| -> Vec<String> {
            messages.iter().map(|note| ui.text(note)).collect()
        };
        json!({
            "version": 1,
            "program": self.program,
            "uri": self.uri,
            "changes": changes,
            "public_key": self.public_key,
            "commands": self.commands,
            "notes": texts(&self.notes),
            "conflicts": texts(&self.conflicts),
        })
    }
}

/// What would stand where.
fn show(looked: &[Looked<'_>], ui: &Ui) -> Result<(), Failure> {
    for (change, state, _) in looked {
        let key = match (&change.kind, state) {
            (_, State::Same) => "integrate-same",
            (Kind::File, _) => "integrate-file",
            (Kind::Block(_), _) => "integrate-block",
            (Kind::Line, _) => "integrate-line",
        };
        let said = message(key).with("path", change.path.display());
        section(&said, &change.lines(), ui)?;
    }
    Ok(())
}

/// What was written, and how to take it back.
fn tell(looked: &[Looked<'_>], ui: &Ui) -> Result<(), Failure> {
    for (change, state, _) in looked {
        let key = match state {
            State::Same => "integrate-same",
            State::Missing | State::Differs => "written",
        };
        ui.say(&message(key).with("path", change.path.display()))?;
    }
    for (change, ..) in looked {
        ui.say(&change.undo())?;
    }
    Ok(())
}

fn section(heading: &Message, text: &str, ui: &Ui) -> Result<(), Failure> {
    ui.say(heading)?;
    ui.data(format!("\n{}\n\n", text.trim_end()))
}
