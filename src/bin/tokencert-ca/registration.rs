//! The authority's registry and rules, opened without its key.

use tokencert::ca::{CertificateAuthority, Folder, RegistrationAuthority};

use crate::failure::Failure;
use crate::options::{DirArgs, RegistryArgs};
use crate::own_token;
use crate::system::random;

/// The registry and the rules of the authority in a folder. The registry itself keeps those apart
/// who change it at the same time.
pub(crate) fn open(
    dir: &DirArgs,
    registry: &RegistryArgs,
) -> Result<RegistrationAuthority, Failure> {
    let location = registry.registry.as_ref();
    Ok(RegistrationAuthority::open(
        &dir.dir,
        location,
        &mut random,
    )?)
}

/// The authority whose key is going to be used: returns only when its token can be reached.
pub(crate) fn with_token(
    dir: &DirArgs,
    registry: &RegistryArgs,
) -> Result<CertificateAuthority, Failure> {
    let location = registry.registry.as_ref();
    Ok(CertificateAuthority::open_with(folder(dir)?, location)?)
}

/// The authority's folder: returns only when the token that is in it can be reached.
pub(crate) fn folder(dir: &DirArgs) -> Result<Folder, Failure> {
    let folder = Folder::open(&dir.dir)?;
    if own_token::is_in(folder.path()) {
        own_token::enter(folder)
    } else {
        Ok(folder)
    }
}
