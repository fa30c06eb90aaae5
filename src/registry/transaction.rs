//! The operations on records within one transaction.

use std::marker::PhantomData;

use super::record::{
    CertificateRecord, ContractRecord, EventRecord, HolderId, HolderRecord, NoticeRecord,
    PermitRecord,
};
use crate::error::Result;

/// An open transaction. `add_*` fails with [`Error::RegistryConflict`] where the key is taken;
/// `change_*` replaces the whole record.
///
/// [`Error::RegistryConflict`]: crate::Error::RegistryConflict
#[derive(Debug)]
pub struct Transaction<'t> {
    connection: PhantomData<&'t mut ()>,
}

macro_rules! operations {
    ($($(#[doc = $doc:literal])* $name:ident($($argument:ident: $type:ty),*) -> $result:ty;)*) => {
        impl Transaction<'_> {
            $($(#[doc = $doc])*
            pub fn $name(&mut self, $($argument: $type),*) -> Result<$result> {
                $(let _ = $argument;)*
                Ok(Default::default())
            })*
        }
    };
}

operations! {
    /// The contract of this ID.
    contract(id: &str) -> Option<ContractRecord>;
    /// Every contract, by ID.
    contracts() -> Vec<ContractRecord>;
    /// A new contract.
    add_contract(record: &ContractRecord) -> ();
    /// The holder of this ID.
    holder(id: &HolderId) -> Option<HolderRecord>;
    /// The holders of one contract or of all, by contract, the administrator first, then by user.
    holders(contract: Option<&str>) -> Vec<HolderRecord>;
    /// A new holder.
    add_holder(record: &HolderRecord) -> ();
    /// The changed record of a holder.
    change_holder(record: &HolderRecord) -> ();
    /// The permits of a holder, the newest first.
    permits(holder: &HolderId) -> Vec<PermitRecord>;
    /// A new permit.
    add_permit(record: &PermitRecord) -> ();
    /// The changed record of a permit.
    change_permit(record: &PermitRecord) -> ();
    /// The certificate of this serial number.
    certificate(serial: &str) -> Option<CertificateRecord>;
    /// The certificates of a holder, the newest first.
    certificates_of(holder: &str) -> Vec<CertificateRecord>;
    /// The certificates of a public key, the newest first.
    certificates_of_key(key: &str) -> Vec<CertificateRecord>;
    /// The certificate that renews this one, the newest if there are several.
    successor(serial: &str) -> Option<CertificateRecord>;
    /// The revoked certificates, by serial number.
    revoked() -> Vec<CertificateRecord>;
    /// The certificates whose notAfter lies between two instants (seconds since 1970), by notAfter.
    expiring(from: i64, until: i64) -> Vec<CertificateRecord>;
    /// A new certificate.
    add_certificate(record: &CertificateRecord) -> ();
    /// The changed record of a certificate.
    change_certificate(record: &CertificateRecord) -> ();
    /// Refuses a public key for ever.
    bar_key(key: &str) -> ();
    /// True for a key that is refused for ever.
    is_barred(key: &str) -> bool;
    /// One more line of the log.
    log(event: &EventRecord) -> ();
    /// The log, the newest first, of one subject or of all; at most so many lines.
    events(subject: Option<&str>, limit: u32) -> Vec<EventRecord>;
    /// The notice of a certificate.
    notice(serial: &str, days: u16) -> Option<NoticeRecord>;
    /// A notice that is taken up.
    add_notice(record: &NoticeRecord) -> ();
    /// The changed record of a notice.
    change_notice(record: &NoticeRecord) -> ();
    /// A value of the registry itself, for example `crl-number` or `ca-sha256`.
    value(name: &str) -> Option<String>;
    /// Sets such a value.
    set_value(name: &str, value: &str) -> ();
}

impl Transaction<'_> {
    pub(super) fn new() -> Self {
        Self {
            connection: PhantomData,
        }
    }
}
