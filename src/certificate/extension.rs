//! The extensions that a request asks for and that a certificate carries.

use const_oid::AssociatedOid;
use der::asn1::OctetString;
use der::{Decode, Encode};
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, SubjectAltName};
use x509_cert::ext::{Extension, Extensions};

use super::alternative_name::AlternativeName;
use super::usage::Usage;

/// The extensions of these names and usages; none for what is empty.
pub(crate) fn extensions_of(
    names: &[AlternativeName],
    usages: &[Usage],
) -> der::Result<Extensions> {
    let mut extensions = Extensions::new();
    let flags = Usage::flags(usages);
    if !flags.is_empty() {
        // RFC 5280 section 4.2.1.3: conforming CAs mark it as critical.
        extensions.push(extension(true, &KeyUsage(flags))?);
    }
    let purposes = Usage::purposes(usages);
    if !purposes.is_empty() {
        extensions.push(extension(false, &ExtendedKeyUsage(purposes))?);
    }
    if !names.is_empty() {
        let names = names
            .iter()
            .map(AlternativeName::to_general_name)
            .collect::<der::Result<_>>()?;
        extensions.push(extension(false, &SubjectAltName(names))?);
    }
    Ok(extensions)
}

/// An extension with this value.
pub(crate) fn extension<T: AssociatedOid + Encode>(
    critical: bool,
    value: &T,
) -> der::Result<Extension> {
    Ok(Extension {
        extn_id: T::OID,
        critical,
        extn_value: OctetString::new(value.to_der()?)?,
    })
}

/// The value of the first extension of its kind, if there is one that can be read.
pub(crate) fn find<'a, T>(extensions: &'a [Extension]) -> Option<T>
where
    T: AssociatedOid + Decode<'a>,
{
    let found = extensions
        .iter()
        .find(|extension| extension.extn_id == T::OID)?;
    T::from_der(found.extn_value.as_bytes()).ok()
}

/// The usages that the extensions allow, key usages first.
pub(crate) fn usages_in(extensions: &[Extension]) -> Vec<Usage> {
    let flags = find::<KeyUsage>(extensions)
        .map(|usage| usage.0)
        .unwrap_or_default();
    let purposes = find::<ExtendedKeyUsage>(extensions)
        .map(|usage| usage.0)
        .unwrap_or_default();
    Usage::from_flags(flags)
        .chain(purposes.into_iter().map(Usage::Extended))
        .collect()
}
