//! Completions of what is there now: the tokens of the module that was named.

use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use clap::{ArgMatches, Command, CommandFactory};
use clap_complete::engine::ArgValueCompleter;
use tokencert::pkcs11::{ExclusiveModule, TokenAccess};
use tokencert::token::{TokenFlags, TokenIdentity};

use crate::candidates::{self, Candidate};

/// The command line with candidates, as `words` in front of the one that is completed choose them.
pub(crate) fn with_candidates(command: Command, words: &[OsString]) -> Command {
    let mut command = command;
    if command.get_arguments().any(|arg| arg.get_id() == "token") {
        let words = words.to_vec();
        let find = move |typed: &OsStr| {
            let words = words.clone();
            candidates::find(typed, move |_| tokens(words))
        };
        command = command.mut_arg("token", |arg| arg.add(ArgValueCompleter::new(find)));
    }
    command.mut_subcommands(|sub| with_candidates(sub, words))
}

/// The tokens that are plugged in.
fn tokens(words: Vec<OsString>) -> Option<Vec<Candidate>> {
    let command = crate::Cli::command().ignore_errors(true);
    let module = module(&command.try_get_matches_from(words).ok()?)?;
    let module = ExclusiveModule::open(&module, None).ok()?;
    let slots = module.slots().ok()?;
    let tokens = slots.iter().filter_map(|slot| slot.token());
    let ready = tokens.filter(|token| token.flags.has(TokenFlags::TOKEN_INITIALIZED));
    let found: Vec<TokenIdentity> = ready.map(|token| token.identity.clone()).collect();
    Some(candidates::tokens(&found))
}

/// The module that the command line or the environment names.
fn module(matches: &ArgMatches) -> Option<PathBuf> {
    if let Some((_, sub)) = matches.subcommand() {
        return module(sub);
    }
    let module = matches.try_get_one::<PathBuf>("module").ok().flatten();
    module.cloned()
}
