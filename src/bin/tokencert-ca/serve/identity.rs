//! The server's own key and certificate: given, or made by the authority and renewed in time.

use std::collections::BTreeSet;
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};

use der::SecretDocument;
use der::pem::LineEnding;
use jiff::Timestamp;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};
use tokencert::Error;
use tokencert::ca::RegistrationAuthority;
use tokencert::certificate::{Certificate, MAXIMUM_FILE_BYTES, read_certificates};
use tokencert::est::server::{Identity, public_key_of};
use tokencert::files::{self, Access};
use tokencert::key::{PublicKey, SigningKey};
use tokencert::request::AlternativeName;
use zeroize::Zeroizing;

use crate::system::random;

/// The files of what the authority makes itself, in its folder.
const KEY: &str = "tls.key";
const CERTIFICATE: &str = "tls.pem";

/// The part of its life that a certificate has left when it is renewed: one in so many.
const LEFT: i64 = 3;

/// Where the certificate comes from, and what it has to say.
pub(crate) struct Certificates {
    pub(crate) folder: PathBuf,
    pub(crate) given: Option<(PathBuf, PathBuf)>,
    pub(crate) name: String,
    pub(crate) address: IpAddr,
}

impl Certificates {
    /// What is to be shown now; made or renewed where that is due.
    pub(crate) fn current(
        &self,
        authority: &RegistrationAuthority,
        key: &dyn SigningKey,
        now: Timestamp,
    ) -> Result<Identity, Error> {
        if let Some((certificate, key)) = &self.given {
            return Identity::from_pem(&chain(certificate)?, &pem(key)?);
        }
        let own = self.own_key()?;
        let public = public_key_of(&own)?;
        let file = self.folder.join(CERTIFICATE);
        let present = match chain(&file) {
            Ok(chain) => chain.into_iter().next(),
            Err(Error::FileRead { source, .. }) if source.kind() == io::ErrorKind::NotFound => None,
            // What is damaged is made anew, as the key is.
            Err(Error::CertificateUnreadable { .. }) => None,
            Err(error) => return Err(error),
        };
        let names = self.names()?;
        let root = authority.certificate();
        let good = |present: &Certificate| {
            present.is_issued_by(root)
                && present.public_key().is_ok_and(|key| key == public)
                && says(present, &names)
                && !is_due(present, now)
        };
        let certificate = match present.filter(good) {
            Some(present) => present,
            None => self.made(authority, &public, &names, key, now)?,
        };
        Identity::from_pem(&[certificate, root.clone()], &own)
    }

    fn made(
        &self,
        authority: &RegistrationAuthority,
        public: &PublicKey,
        names: &[AlternativeName],
        key: &dyn SigningKey,
        now: Timestamp,
    ) -> Result<Certificate, Error> {
        let made = authority.server_certificate(public, names, key, now, &mut random)?;
        let text = made.to_pem()? + &authority.certificate().to_pem()?;
        let file = self.folder.join(CERTIFICATE);
        files::write(&file, text.as_bytes(), Access::Public)?;
        Ok(made)
    }

    /// The name, and the address where it is one that clients can write.
    fn names(&self) -> Result<Vec<AlternativeName>, Error> {
        let mut names = vec![alternative_name(&self.name)?];
        if !self.address.is_unspecified() {
            let address = alternative_name(&self.address.to_string())?;
            if !names.contains(&address) {
                names.push(address);
            }
        }
        Ok(names)
    }

    /// The key, which is made where there is none. Of two servers that start at once in one
    /// folder, both take what the first has written.
    fn own_key(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let file = self.folder.join(KEY);
        if !file.exists() {
            let written = files::write_new(&file, new_key()?.as_bytes(), Access::Private);
            if !file.exists() {
                written?;
            }
        }
        files::check_private(&file)?;
        let present = pem(&file)?;
        if public_key_of(&present).is_ok() {
            return Ok(present);
        }
        // Clients know the server by the authority: a damaged key is no loss.
        files::write(&file, new_key()?.as_bytes(), Access::Private)?;
        pem(&file)
    }
}

/// A P-256 key in PEM.
fn new_key() -> Result<Zeroizing<String>, Error> {
    let unmade = |reason: String| Error::ServerKey { reason };
    let algorithm = &ECDSA_P256_SHA256_ASN1_SIGNING;
    let made = EcdsaKeyPair::generate_pkcs8(algorithm, &SystemRandom::new())
        .map_err(|_| unmade("no key could be made".to_owned()))?;
    SecretDocument::try_from(made.as_ref())
        .and_then(|document| document.to_pem("PRIVATE KEY", LineEnding::LF))
        .map_err(|error| unmade(error.to_string()))
}

fn pem(file: &Path) -> Result<Zeroizing<Vec<u8>>, Error> {
    files::read(file, MAXIMUM_FILE_BYTES).map(Zeroizing::new)
}

fn chain(file: &Path) -> Result<Vec<Certificate>, Error> {
    let bytes = files::read(file, MAXIMUM_FILE_BYTES)?;
    read_certificates(&file.display().to_string(), &bytes)
}

/// True if the certificate names exactly these.
fn says(certificate: &Certificate, names: &[AlternativeName]) -> bool {
    let found: BTreeSet<String> = certificate.alternative_names().into_iter().collect();
    let wanted: BTreeSet<String> = names.iter().map(ToString::to_string).collect();
    found == wanted
}

/// True if less than a third of its life is left, or it is not valid yet.
fn is_due(certificate: &Certificate, now: Timestamp) -> bool {
    let (begin, end) = (certificate.not_before(), certificate.not_after());
    let left = end.as_second() - now.as_second();
    left * LEFT < end.as_second() - begin.as_second() || now < begin
}

fn alternative_name(name: &str) -> Result<AlternativeName, Error> {
    let kind = if name.parse::<IpAddr>().is_ok() {
        "ip"
    } else {
        "dns"
    };
    format!("{kind}:{name}").parse()
}

/// Reads `--name`: a name of the DNS in one form, or an address.
pub(crate) fn host(text: &str) -> Result<String, Error> {
    let name = match text.parse::<IpAddr>() {
        Ok(address) => address.to_string(),
        Err(_) => text.trim_end_matches('.').to_ascii_lowercase(),
    };
    alternative_name(&name).map(|_| name)
}
