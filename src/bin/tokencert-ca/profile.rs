//! `tokencert-ca profile`

use std::path::PathBuf;

use tokencert::ca::{CertificateAuthority, Folder};
use tokencert::files::{self, Access};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::DirArgs;
use crate::ui::Ui;

/// The name of a profile where the authority's has no letter that a profile's can have.
const FALLBACK_NAME: &str = "tokencert-ca";

/// The most characters of a name that is made of the authority's.
const NAME_CHARACTERS: usize = 32;

/// Make the profile that holders use the authority with
#[derive(clap::Args, Debug)]
pub(crate) struct ProfileArgs {
    #[command(subcommand)]
    command: ProfileCommand,
}

#[derive(clap::Subcommand, Debug)]
enum ProfileCommand {
    Export(ExportArgs),
}

/// Write the profile to a file, for `tokencert profile add`
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca profile export --dir /srv/ca --out example.toml\n  \
                        $ tokencert profile add example.toml"
)]
struct ExportArgs {
    #[command(flatten)]
    dir: DirArgs,

    /// File to write the profile to
    #[arg(long, value_name = "FILE")]
    out: PathBuf,

    /// Name of the profile, in place of one made of the authority's
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Replace a file that is there
    #[arg(long)]
    force: bool,
}

pub(crate) fn run(args: &ProfileArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let ProfileCommand::Export(args) = &args.command;
    files::check_writable(&args.out, args.force)?;
    let authority = CertificateAuthority::open(Folder::open(&args.dir.dir)?)?;
    let name = match &args.name {
        Some(name) => name.clone(),
        None => name_of(&authority.settings().name),
    };
    let toml = authority.profile(&name)?.to_toml()?;
    if args.force {
        files::write(&args.out, toml.as_bytes(), Access::Public)?;
    } else {
        files::write_new(&args.out, toml.as_bytes(), Access::Public)?;
    }
    if context.json() {
        ui.json(&serde_json::json!({
            "version": 1,
            "name": name,
            "file": args.out.display().to_string(),
        }))?;
        return Ok(Exit::Done);
    }
    let said = message("profile-written")
        .with("name", name)
        .with("path", args.out.display());
    ui.say(&said)?;
    Ok(Exit::Done)
}

/// A profile's name out of an authority's: `Example CA` is `example-ca`.
pub(crate) fn name_of(authority: &str) -> String {
    let words = authority.split(|c: char| !c.is_ascii_alphanumeric());
    let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
    let name = words.join("-").to_ascii_lowercase();
    let name: String = name.chars().take(NAME_CHARACTERS).collect();
    if name.is_empty() {
        FALLBACK_NAME.to_owned()
    } else {
        name
    }
}

#[cfg(test)]
mod tests {
    use super::name_of;

    #[test]
    fn a_profile_is_named_after_its_authority() {
        assert_eq!(name_of("Example CA (2026)"), "example-ca-2026");
        assert_eq!(name_of("しんきん認証局"), "tokencert-ca");
    }
}
