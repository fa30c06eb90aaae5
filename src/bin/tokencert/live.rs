//! Completions of what is there now: tokens, the keys and certificates on them, profiles, and what
//! is unfinished. Nothing is asked for, nothing is written, and nobody is logged in.

use std::ffi::{OsStr, OsString};

use clap::{Command, CommandFactory, FromArgMatches};
use clap_complete::engine::ArgValueCompleter;
use tokencert::certificate::Certificate;
use tokencert::token::{Contents, Need, TokenFlags, TokenIdentity};

use crate::candidates::{self, Candidate, PATIENCE, can_be_typed};
use crate::context::Context;
use crate::failure::Failure;
use crate::options::{Destination, Options};
use crate::ui::Ui;
use crate::{modules, session, softhsm};

/// Finds candidates; what begins with the text is left.
type Look = fn(&Context, &Ui, &str) -> Result<Vec<Candidate>, Failure>;

/// The arguments whose values are looked up, by their names.
const LOOKS: &[(&str, Look)] = &[
    ("token", tokens),
    ("from", tokens),
    ("selector", objects),
    ("any_selector", objects),
    ("profile", profiles),
    ("id", unfinished),
];

/// The command line with candidates, as `words` in front of the one that is completed choose them.
pub(crate) fn with_candidates(command: Command, words: &[OsString]) -> Command {
    let mut command = command;
    for (name, look) in LOOKS {
        // An ID is of what is unfinished only where that is given up.
        let other = *name == "id" && command.get_name() != "abandon";
        let there = command.get_arguments().any(|arg| arg.get_id() == name);
        if there && !other {
            let words = words.to_vec();
            let find = move |typed: &OsStr| {
                let words = words.clone();
                candidates::find(typed, move |typed| found(words, *look, typed))
            };
            command = command.mut_arg(name, |arg| arg.add(ArgValueCompleter::new(find)));
        }
    }
    command.mut_subcommands(|sub| with_candidates(sub, words))
}

fn found(words: Vec<OsString>, look: Look, current: &str) -> Option<Vec<Candidate>> {
    let command = crate::Cli::command().ignore_errors(true);
    let matches = command.try_get_matches_from(words).ok()?;
    let mut options = innermost(&matches)?;
    // No completion waits for a token or knows a PIN.
    (options.wait, options.pin_source) = (None, None);
    let ui = Ui::silent();
    let context = Context::new(options, false, &ui).ok()?;
    context.profile(&ui).ok()?;
    if context.destination() == Some(Destination::Pc) {
        let configuration = softhsm::configuration(&context.software_token_folder());
        if !configuration.exists() {
            return None;
        }
        if !softhsm::is_entered(&configuration) {
            softhsm::start_again(&configuration, |_| false);
            return None;
        }
    }
    look(&context, &ui, current).ok()
}

/// The options as they stand on the command line, wherever on it.
fn innermost(matches: &clap::ArgMatches) -> Option<Options> {
    match matches.subcommand() {
        Some((_, sub)) => innermost(sub),
        None => Options::from_arg_matches(matches).ok(),
    }
}

/// The tokens that are plugged in. Each module is looked at in a process of its own, which a crash
/// there would end.
fn tokens(context: &Context, ui: &Ui, _: &str) -> Result<Vec<Candidate>, Failure> {
    let modules = modules::candidates(context, ui)?;
    let look = modules::look_within(PATIENCE, &modules, context, ui);
    let mut found: Vec<TokenIdentity> = Vec::new();
    for slot in look.listings.iter().flat_map(modules::Listing::slots) {
        let Some(token) = slot.token() else { continue };
        let ready = token.flags.has(TokenFlags::TOKEN_INITIALIZED);
        if ready && !found.contains(&token.identity) {
            found.push(token.identity.clone());
        }
    }
    Ok(candidates::tokens(&found))
}

/// The keys and certificates that are seen without a PIN.
fn objects(context: &Context, ui: &Ui, current: &str) -> Result<Vec<Candidate>, Failure> {
    session::with_token(context, Need::Read, ui, |token| {
        let contents = token.contents()?;
        Ok(match current.split_once(':') {
            Some(("sha256", _)) => fingerprints(&contents),
            Some(("id", _)) => named(&contents, |one| one.id.clone(), "id:"),
            Some(("label", _)) => named(&contents, |one| one.label.clone(), "label:"),
            _ => named(&contents, |one| one.label.clone().or(one.id.clone()), ""),
        })
    })
}

/// An object as it can be named.
struct Object {
    id: Option<String>,
    label: Option<String>,
    holder: String,
}

fn fingerprints(contents: &Contents) -> Vec<Candidate> {
    let certificates = contents.all_certificates();
    let certificates = certificates.filter_map(|object| object.certificate.as_ref());
    certificates
        .map(|one| (format!("sha256:{}", one.fingerprint()), subject(one)))
        .collect()
}

fn named(
    contents: &Contents,
    name: impl Fn(&Object) -> Option<String>,
    prefix: &str,
) -> Vec<Candidate> {
    let keys = contents.identities.iter().map(|key| Object {
        id: key.id().map(ToString::to_string),
        label: key.label().map(str::to_owned),
        holder: match key
            .certificates
            .first()
            .and_then(|it| it.certificate.as_ref())
        {
            Some(certificate) => subject(certificate),
            None => key
                .algorithm()
                .map(|kind| kind.to_string())
                .unwrap_or_default(),
        },
    });
    let others = contents.certificates.iter().map(|object| Object {
        id: object.id.as_ref().map(ToString::to_string),
        label: object.label.clone(),
        holder: object.certificate.as_ref().map(subject).unwrap_or_default(),
    });
    let mut objects: Vec<Object> = keys.chain(others).collect();
    // A label that several have names none of them.
    let labels: Vec<Option<String>> = objects.iter().map(|one| one.label.clone()).collect();
    for object in &mut objects {
        let alone = labels
            .iter()
            .filter(|label| **label == object.label)
            .count()
            == 1;
        object.label = object
            .label
            .take()
            .filter(|label| alone && can_be_typed(label));
    }
    objects
        .iter()
        .filter_map(|one| Some((format!("{prefix}{}", name(one)?), one.holder.clone())))
        .collect()
}

fn subject(certificate: &Certificate) -> String {
    crate::text::short_name(certificate.subject())
}

/// The user's profiles.
fn profiles(context: &Context, _: &Ui, _: &str) -> Result<Vec<Candidate>, Failure> {
    let names = context.profiles().list()?.into_iter();
    Ok(names.map(|name| (name, String::new())).collect())
}

/// What was begun and not finished.
fn unfinished(context: &Context, ui: &Ui, _: &str) -> Result<Vec<Candidate>, Failure> {
    let entries = context.unfinished(ui)?.into_iter();
    Ok(entries.map(|entry| (entry.id, String::new())).collect())
}
