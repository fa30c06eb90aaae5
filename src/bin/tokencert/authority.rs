//! The authority that `--authority` or the profile names.

mod account;
mod network;
mod remote;
mod trust;

use std::ffi::OsString;
use std::path::PathBuf;

use tokencert::Error;
use tokencert::authority::{Authority, FolderAuthority, HandoffAuthority};
use tokencert::profile::Profile;

use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;

pub(crate) use account::{Account, AccountArgs, pin as account_pin};
pub(crate) use network::network;
pub(crate) use trust::{TrustArgs, Trusted};

/// The program of the embedded authority.
const PROGRAM: &str = "tokencert-ca";

/// Which authority.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct AuthorityArgs {
    /// Authority: https://HOST[:PORT][/LABEL], dir:PATH of a tokencert-ca folder, or files:DIR of a
    /// hand-off folder; without it, the profile's
    #[arg(long, value_name = "AUTHORITY")]
    pub(crate) authority: Option<String>,

    #[command(flatten)]
    pub(crate) trust: TrustArgs,
}

impl AuthorityArgs {
    /// The name of the authority: that of the option, else the profile's.
    pub(crate) fn named<'n>(&'n self, profile: Option<&'n Profile>) -> Result<&'n str, Failure> {
        let of_profile = profile.map(|profile| profile.authority.as_str());
        let named = self.authority.as_deref().or(of_profile);
        named.ok_or_else(|| Failure::usage(message("authority-missing")))
    }

    /// Opens `https://…`, `dir:PATH` or `files:DIR`, for whoever has an account there.
    pub(crate) fn open<'u>(
        &self,
        profile: Option<&'u Profile>,
        account: Option<Account<'u>>,
        context: &'u Context,
        ui: &'u Ui,
    ) -> Result<Box<dyn Authority + 'u>, Failure> {
        let named = self.named(profile)?;
        match named.split_once(':') {
            Some(("https", _)) => {
                let trusted = self.trust.trusted(named, profile, context)?;
                let remote = remote::Remote::new(named, trusted, account, ui)?;
                Ok(Box::new(remote))
            }
            Some(("dir", folder)) => {
                let removed = removed_variables(context);
                Ok(Box::new(FolderAuthority::new(program(), folder, removed)?))
            }
            Some(("files", folder)) => Ok(Box::new(HandoffAuthority::new(folder)?)),
            _ => Err(Error::AuthorityInvalid {
                authority: tokencert::certificate::sanitized(named),
                reason: "it is none of `https://HOST`, `dir:PATH` and `files:DIR`".to_owned(),
            }
            .into()),
        }
    }
}

/// True for an authority that is asked over the network.
pub(crate) fn is_remote(named: &str) -> bool {
    named.starts_with("https:")
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
    let secrets = context.secret_variables().into_iter();
    variables.chain(secrets.map(OsString::from)).collect()
}
