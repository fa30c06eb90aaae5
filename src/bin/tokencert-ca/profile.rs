//! `tokencert-ca profile`

use std::path::PathBuf;

use tokencert::ca::{CertificateAuthority, Folder, Settings};
use tokencert::certificate::sanitized;
use tokencert::files::{self, Access};
use tokencert::profile::{Destination, Profile};

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::{DirArgs, RegistryArgs};
use crate::registration;
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
                        $ tokencert-ca profile export --dir /srv/ca --url https://ca.example.jp:8443 --destination usb \
                        --support-name 'Help desk' --support-telephone 0120-000-000 --out example.toml\n  \
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

    /// Address of the authority's server, https://HOST:PORT or https://HOST:PORT/LABEL; without it,
    /// the profile names the folder
    #[arg(long, value_name = "URL")]
    url: Option<String>,

    /// Page to log in at, in place of the server's own
    #[arg(long, value_name = "URL", requires = "url")]
    login_url: Option<String>,

    /// Code of the institution, in place of the contracts'
    #[arg(long, value_name = "CODE", requires = "url")]
    institution: Option<String>,

    /// Where the key has to be born: on a hardware token, or on this computer
    #[arg(long, value_name = "PLACE")]
    destination: Option<Place>,

    /// Name of the support desk
    #[arg(long, value_name = "NAME")]
    support_name: Option<String>,

    /// Telephone number of the support desk
    #[arg(long, value_name = "NUMBER")]
    support_telephone: Option<String>,

    /// Hours of the support desk
    #[arg(long, value_name = "HOURS")]
    support_hours: Option<String>,

    #[command(flatten)]
    registry: RegistryArgs,
}

/// Where a key has to be born.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Place {
    Usb,
    Pc,
}

impl From<Place> for Destination {
    fn from(place: Place) -> Self {
        match place {
            Place::Usb => Self::Usb,
            Place::Pc => Self::Pc,
        }
    }
}

pub(crate) fn run(args: &ProfileArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let ProfileCommand::Export(args) = &args.command;
    files::check_writable(&args.out, args.force)?;
    let (name, profile) = profile(args)?;
    let toml = profile.to_toml()?;
    // What cannot be read back is no profile: `tokencert` would refuse it.
    Profile::parse(&name, &toml)?;
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

/// The profile and its name.
fn profile(args: &ExportArgs) -> Result<(String, Profile), Failure> {
    let named = |authority: &Settings| match &args.name {
        Some(name) => name.clone(),
        None => name_of(&authority.name),
    };
    let (name, mut profile) = if let Some(url) = &args.url {
        let authority = registration::open(&args.dir, &args.registry)?;
        let name = named(authority.settings());
        let institutions = authority.institutions()?;
        if args.institution.is_none() && institutions.len() > 1 {
            let codes = Vec::from_iter(institutions).join(", ");
            let several = message("institution-ambiguous").with("codes", codes);
            return Err(Failure::usage(several));
        }
        let profile = authority.profile(&name, server(url)?)?;
        (name, profile)
    } else {
        let folder = Folder::open(&args.dir.dir)?;
        let location = args.registry.registry.as_ref();
        let authority = CertificateAuthority::open_with(folder, location)?;
        let name = named(authority.settings());
        let profile = authority.profile(&name)?;
        (name, profile)
    };
    let given = |place: &mut Option<String>, value: &Option<String>| {
        if value.is_some() {
            place.clone_from(value);
        }
    };
    let login = args.login_url.as_deref().map(server).transpose()?;
    given(&mut profile.login_url, &login.map(str::to_owned));
    given(&mut profile.institution, &args.institution);
    given(&mut profile.support.name, &args.support_name);
    given(&mut profile.support.telephone, &args.support_telephone);
    given(&mut profile.support.hours, &args.support_hours);
    if let Some(place) = args.destination {
        profile.destination = Some(place.into());
    }
    Ok((name, profile))
}

/// The address of a server: what is no `https://` would be a folder to `tokencert`.
fn server(url: &str) -> Result<&str, Failure> {
    let host = url.strip_prefix("https://").unwrap_or_default();
    let bad = |c: char| c.is_whitespace() || c.is_control() || matches!(c, '@' | '?' | '#');
    if host.is_empty() || host.starts_with(['/', ':']) || host.contains(bad) {
        // What stands before an `@` may be a password.
        let shown = url.rsplit_once('@').map_or(url, |(_, place)| place);
        return Err(Failure::usage(
            message("url-invalid").with("url", sanitized(shown)),
        ));
    }
    Ok(url.trim_end_matches('/'))
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
