//! Other programs: what they say of themselves, and how paths and words are written for them.

use std::io::ErrorKind;
use std::path::Path;
use std::process::{Command, Stdio};

use tokencert::certificate::sanitized;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;

/// What a program prints; nothing if it fails.
pub(crate) fn ask(
    program: &str,
    arguments: &[&str],
    context: &Context,
) -> Result<Option<String>, Failure> {
    let mut command = Command::new(program);
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stderr(Stdio::null());
    for name in context.secret_variables() {
        command.env_remove(name);
    }
    match command.output() {
        Ok(output) => {
            let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
            Ok(output.status.success().then_some(text))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let said = message("program-missing").with("program", program);
            Err(Failure::Program(Exit::Failed, said))
        }
        Err(error) => Err(tokencert::Error::reading(program, error).into()),
    }
}

/// A path as text that needs no escapes in anybody's configuration once it stands in double quotes.
pub(crate) fn plain(path: &Path) -> Result<String, Failure> {
    let text = path.to_str().map(|text| {
        if cfg!(windows) {
            text.replace('\\', "/")
        } else {
            text.to_owned()
        }
    });
    let odd = |c: char| c.is_control() || "\"'\\$`".contains(c);
    text.filter(|text| !text.contains(odd)).ok_or_else(|| {
        let path = sanitized(&path.to_string_lossy());
        Failure::usage(message("integrate-path").with("path", path))
    })
}

/// A word as a shell reads it.
pub(crate) fn shell(word: &str) -> String {
    let harmless = |c: char| c.is_ascii_alphanumeric() || "@%+=:,./_-".contains(c);
    if !word.is_empty() && word.chars().all(harmless) {
        word.to_owned()
    } else {
        format!("'{}'", word.replace('\'', r"'\''"))
    }
}

/// A command line, with the variables of the environment that it needs.
pub(crate) fn line(environment: &[(String, String)], words: &[&str]) -> String {
    let variables = environment
        .iter()
        .map(|(name, value)| format!("{name}={}", shell(value)));
    let words = words.iter().map(|word| shell(word));
    variables.chain(words).collect::<Vec<_>>().join(" ")
}
