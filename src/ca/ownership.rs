//! The registry of an authority: where it is, that it is this one's, and that it is not a new one in
//! the place of one that was lost.

use std::path::Path;

use super::{REGISTRY_FILE, hash_of, secrets};
use crate::certificate::Certificate;
use crate::error::{Error, Result};
use crate::files::{self, Access};
use crate::registry::{Location, Registry};

/// The file whose presence says that the authority has used a server's database: one that is empty
/// now has lost what was in it.
const REGISTRY_MARK: &str = "registry.server";

/// Opens the registry of an authority, and makes a new one its own.
pub(super) fn open_registry(
    folder: &Path,
    location: Option<&Location>,
    certificate: &Certificate,
) -> Result<Registry> {
    let own = own_registry(folder);
    let location = location.unwrap_or(&own);
    let mark = folder.join(REGISTRY_MARK);
    let is_new_to_us = matches!(location, Location::Postgres(_)) && !mark.exists();
    let registry = if is_new_to_us {
        Registry::open(location)?
    } else {
        Registry::open_existing(location)?
    };
    claim_for(&registry, certificate, folder)?;
    if is_new_to_us {
        files::write(&mark, b"", Access::Private)?;
    }
    Ok(registry)
}

/// The registry in an authority's folder.
pub(super) fn own_registry(folder: &Path) -> Location {
    Location::File(folder.join(REGISTRY_FILE))
}

/// Makes a new registry that of an authority, and refuses another one's.
///
/// An authority is its key: what was issued is still its own when its certificate was made anew.
pub(super) fn claim_for(
    registry: &Registry,
    certificate: &Certificate,
    folder: &Path,
) -> Result<()> {
    let key = hash_of(&certificate.public_key()?);
    claim(registry, "ca-key-sha256", &key, || {
        secrets::unusable(folder, "the registry is another authority's")
    })
}

/// Writes a value into the registry, which must not have another one there.
pub(super) fn claim(
    registry: &Registry,
    name: &str,
    value: &str,
    refusal: impl Fn() -> Error,
) -> Result<()> {
    let verdict = |found: &str| {
        if found == value {
            Ok(())
        } else {
            Err(refusal())
        }
    };
    if let Some(found) = registry.read(|records| records.value(name))? {
        return verdict(&found);
    }
    registry.transaction(|records| match records.value(name)? {
        Some(found) => verdict(&found),
        None => records.set_value(name, value),
    })
}
