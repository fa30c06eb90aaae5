//! The authority that `--authority` or the profile names.

use std::ffi::OsString;
use std::path::PathBuf;

use tokencert::authority::{Authority, FolderAuthority, HandoffAuthority};
use tokencert::{Error, files};

use crate::context::Context;
use crate::failure::Failure;

/// The program of the embedded authority.
const PROGRAM: &str = "tokencert-ca";

/// Opens `dir:PATH` or `files:DIR`.
pub(super) fn open(named: &str, context: &Context) -> Result<Box<dyn Authority>, Failure> {
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
