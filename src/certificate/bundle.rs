//! Files that hold certificates.
use super::Certificate;
use crate::error::Result;
/// The largest file that is read, in bytes.
pub const MAXIMUM_FILE_BYTES: u64 = 1024 * 1024;
/// Reads every certificate of a file: PEM (one or many, text around it tolerated), DER, certs-only PKCS#7 as PEM, DER or BER. `name` names it in errors. PKCS#12 and private keys → Error::PrivateKeyFile; a CSR → an error that says so; over the limit → FileTooLarge. Duplicates dropped.
pub fn read_certificates(name: &str, bytes: &[u8]) -> Result<Vec<Certificate>> { todo!() }
