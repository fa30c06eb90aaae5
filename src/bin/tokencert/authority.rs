//! The authority that `--authority` or the profile names.

use std::ffi::OsString;
use std::path::PathBuf;

use tokencert::authority::{Authority, FolderAuthority, HandoffAuthority};
use tokencert::profile::Profile;
use tokencert::{Error, files};

use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;

/// Which authority.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct AuthorityArgs {
    /// Authority: dir:PATH of a tokencert-ca folder, or files:DIR of a hand-off folder; without
    /// it, the profile's
    #[arg(long, value_name = "AUTHORITY")]
    pub(crate) authority: Option<String>,
}

impl AuthorityArgs {
    /// The name of the authority: that of the option, else the profile's.
    pub(crate) fn named<'n>(&'n self, profile: Option<&'n Profile>) -> Result<&'n str, Failure> {
        let of_profile = profile.map(|profile| profile.authority.as_str());
        let named = self.authority.as_deref().or(of_profile);
        named.ok_or_else(|| Failure::usage(message("authority-missing")))
    }
}

/// The program of the embedded authority.
const PROGRAM: &str = "tokencert-ca";

/// Opens `dir:PATH` or `files:DIR`.
pub(crate) fn open(named: &str, context: &Context) -> Result<Box<dyn Authority>, Failure> {
    match named.split_once(':') {
        Some(("dir", folder)) => {
            let scratch = context.scratch_folder();
            files::private_folder(&scratch)?;
            let removed = removed_variables(context);
            Ok(Box::new(FolderAuthority::new(
                program(),
                folder,
                scratch,
                removed,
            )?))
        }
        Some(("files", folder)) => Ok(Box::new(HandoffAuthority::new(folder)?)),
        _ => Err(Error::AuthorityInvalid {
            authority: tokencert::certificate::sanitized(named),
            reason: "it is neither `dir:PATH` nor `files:DIR`".to_owned(),
        }
        .into()),
    }
}

/// The program beside this one, else the one in `PATH`.
fn program() -> PathBuf {
    let name = format!("{PROGRAM}{}", std::env::consts::EXE_SUFFIX);
    let sibling = std::env::current_exe()
        .ok()
        .map(|program| program.with_file_name(&name));
    sibling
        .filter(|path| path.is_file())
        .unwrap_or_else(|| name.into())
}

/// What the authority's process must not see: this program's settings, the place of its tokens and
/// its PIN. Settings of the authority itself are its own.
fn removed_variables(context: &Context) -> Vec<OsString> {
    let ours = |name: &OsString| {
        let name = name.to_string_lossy();
        let own = name.starts_with("TOKENCERT_") && !name.starts_with("TOKENCERT_CA_");
        own || name.starts_with("PKCS11SPY") || name == "SOFTHSM2_CONF"
    };
    let variables = std::env::vars_os().map(|(name, _)| name).filter(ours);
    let pin = context.pin_source().ok().flatten();
    let pin = pin.and_then(|source| source.variable().map(OsString::from));
    variables.chain(pin).collect()
}
