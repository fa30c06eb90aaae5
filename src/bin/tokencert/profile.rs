//! `tokencert profile`

use std::io::Read;
use std::path::{Path, PathBuf};

use tokencert::Error;
use tokencert::certificate::sanitized;
use tokencert::est::{Trust, fetch_profile};
use tokencert::files;
use tokencert::profile::{MAXIMUM_BYTES, Profile};
use tokencert::report::json;

use crate::authority::{TrustArgs, network};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::{Language, message};
use crate::table;
use crate::text::ABSENT;
use crate::ui::Ui;

/// Add, list and show profiles of banks and help desks
///
/// A profile says which authority to ask, for which subject, with which key, and whom to call.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert profile add bank.toml\n  \
    $ tokencert profile add https://ca.example.jp --trust sha256:9f3c…")]
pub(crate) struct ProfileArgs {
    #[command(subcommand)]
    command: ProfileCommand,
}

#[derive(clap::Subcommand, Debug)]
enum ProfileCommand {
    /// Add a profile, or replace the one of the same name and authority
    Add {
        /// The profile's file; `-` is standard input, and https://… is fetched
        #[arg(value_name = "FILE|URL")]
        file: PathBuf,

        /// Replace the profile of the same name also where it is of another authority
        #[arg(long)]
        force: bool,

        #[command(flatten)]
        trust: TrustArgs,
    },
    /// List the profiles
    List,
    /// Show a profile with all its values
    Show {
        /// Its name, as `tokencert profile list` shows it
        #[arg(value_name = "NAME")]
        name: String,
    },
}

pub(crate) fn run(args: &ProfileArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let profiles = context.profiles();
    match &args.command {
        ProfileCommand::Add { file, force, trust } => {
            let name = sanitized(&file.display().to_string());
            let text = match file.to_str().filter(|url| url.starts_with("https://")) {
                Some(url) => fetch(url, trust, context, ui)?,
                None => read(file)?,
            };
            let profile = profiles.add(&name, &text, *force)?;
            ui.status(&message("profile-added").with("name", &profile.name));
            ui.hint(&message("profile-next"));
        }
        ProfileCommand::List => {
            let names = profiles.list()?;
            let all: Vec<Profile> = names
                .iter()
                .map(|name| profiles.load(name))
                .collect::<Result<_, _>>()?;
            if context.json() {
                ui.json(&json::profiles(&all))?;
            } else if all.is_empty() {
                ui.say(&message("profile-none"))?;
            } else {
                ui.data(listing(&all, ui))?;
            }
        }
        ProfileCommand::Show { name } => {
            let profile = profiles.load(name)?;
            if context.json() {
                ui.json(&json::profiles(&[profile]))?;
            } else {
                ui.data(profile.to_toml()?)?;
            }
        }
    }
    Ok(Exit::Done)
}

/// The profile that a server gives away, once it is known whom to trust. A server that answers and
/// has none was reached, and no key waits for it.
fn fetch(url: &str, trust: &TrustArgs, context: &Context, ui: &Ui) -> Result<String, Failure> {
    let fetched = fetched(url, trust, context, ui).map_err(|error| match error {
        Error::AuthorityAnswer { reason, .. } | Error::AuthorityRefused { reason, .. } => {
            Error::ProfileUnavailable {
                url: sanitized(url),
                reason,
            }
        }
        other => other,
    });
    Ok(fetched?)
}

fn fetched(url: &str, trust: &TrustArgs, context: &Context, ui: &Ui) -> Result<String, Error> {
    let mut trusted = trust.trusted(url, None, context)?;
    if trusted.trust == Trust::Unknown {
        trusted.ask(url, ui)?;
    }
    let fetched = fetch_profile(url, trusted.trust.clone(), network(url, ui));
    let (text, certificates) = fetched.map_err(|error| trusted.explain(error))?;
    trusted.keep(&certificates)?;
    Ok(text)
}

fn listing(profiles: &[Profile], ui: &Ui) -> String {
    let headings = [
        "column-name",
        "column-title",
        "column-authority",
        "column-support",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for profile in profiles {
        let title = match ui.language() {
            Language::En => &profile.title.en,
            Language::Ja => &profile.title.ja,
        };
        let said =
            |text: &Option<String>| text.as_deref().map_or_else(|| ABSENT.to_owned(), sanitized);
        rows.add_row([
            profile.name.clone(),
            said(title),
            sanitized(&profile.authority),
            said(&profile.support.name),
        ]);
    }
    table::text(&mut rows)
}

fn read(path: &Path) -> Result<String, Error> {
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        let input = std::io::stdin().take(MAXIMUM_BYTES).read_to_end(&mut bytes);
        input.map_err(|error| Error::reading(path, error))?;
        bytes
    } else {
        files::read(path, MAXIMUM_BYTES)?
    };
    String::from_utf8(bytes).map_err(|_| Error::ProfileInvalid {
        name: sanitized(&path.display().to_string()),
        reason: "it is not UTF-8 text".to_owned(),
    })
}
