//! Deleting from a token: what goes is written down first, so that a run cut short can be finished.

use std::io;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::certificate::{Certificate, hexadecimal};
use crate::error::{Error, Result};
use crate::files::{self, Access};
use crate::key::{KeyId, PublicKey};
use crate::pkcs11::Token;
use crate::token::{CertificateObject, Contents, Identity, KeyObject, TokenIdentity};

/// The largest record that is read, in bytes.
const MAXIMUM_BYTES: u64 = 1024 * 1024;

/// The version of a record's shape.
const VERSION: u32 = 1;

/// The folder of deletions that were begun and not finished.
#[derive(Clone, Debug)]
pub struct Deletions {
    folder: PathBuf,
}

/// A deletion that was begun: which objects go, by what they are and not by a handle.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Deletion {
    version: u32,
    /// The token.
    pub token: TokenIdentity,
    /// What was asked for, in the user's words: the same words again finish it.
    pub order: String,
    /// What goes, in this order.
    pub targets: Vec<Target>,
}

/// An object that is to go.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Target {
    /// Its class.
    pub class: TargetClass,
    /// `CKA_ID`
    pub id: Option<KeyId>,
    /// `CKA_LABEL`
    pub label: Option<String>,
    /// SHA-256 of the certificate or of the public key, where it can be read.
    pub sha256: Option<String>,
}

/// The class of an object that can be deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum TargetClass {
    Certificate,
    PublicKey,
    PrivateKey,
}

impl Deletions {
    /// The deletions in this folder, which is made when it is first written to.
    pub fn new(folder: impl Into<PathBuf>) -> Self {
        Self {
            folder: folder.into(),
        }
    }

    /// The deletion that an earlier run began in the same words and did not finish.
    ///
    /// # Errors
    ///
    /// [`Error::JournalUnreadable`] for a record that cannot be read.
    pub fn unfinished(&self, token: &TokenIdentity, order: &str) -> Result<Option<Deletion>> {
        let path = self.path(token, order);
        let unreadable = |reason: String| Error::JournalUnreadable {
            path: path.display().to_string(),
            reason,
        };
        let bytes = match files::read(&path, MAXIMUM_BYTES) {
            Err(Error::FileRead { source, .. }) if source.kind() == io::ErrorKind::NotFound => {
                return Ok(None);
            }
            bytes => bytes?,
        };
        let deletion: Deletion =
            serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
        if deletion.version != VERSION {
            return Err(unreadable(format!(
                "version {} is not known",
                deletion.version
            )));
        }
        Ok(Some(deletion).filter(|found| found.token == *token && found.order == order))
    }

    /// Writes down what is going to be deleted.
    pub fn begin(
        &self,
        token: &TokenIdentity,
        order: &str,
        targets: Vec<Target>,
    ) -> Result<Deletion> {
        let deletion = Deletion {
            version: VERSION,
            token: token.clone(),
            order: order.to_owned(),
            targets,
        };
        let path = self.path(token, order);
        let json = serde_json::to_vec_pretty(&deletion)
            .map_err(|error| Error::writing(&path, io::Error::other(error)))?;
        files::private_folder(&self.folder)?;
        files::write(&path, &json, Access::Private)?;
        Ok(deletion)
    }

    /// Forgets a deletion. To be called after the last call into the module.
    pub fn finish(&self, deletion: &Deletion) -> Result<()> {
        files::remove(&self.path(&deletion.token, &deletion.order))
    }

    /// One file for a token and the words of an order.
    fn path(&self, token: &TokenIdentity, order: &str) -> PathBuf {
        let parts = [
            &token.manufacturer,
            &token.model,
            &token.serial,
            &token.label,
        ];
        let mut digest = Sha256::new();
        for part in parts.into_iter().map(String::as_str).chain([order]) {
            digest.update(part.as_bytes());
            digest.update([0]);
        }
        let digest = digest.finalize();
        let name = hexadecimal(digest.get(..8).unwrap_or_default());
        Path::new(&self.folder).join(format!("{name}.json"))
    }
}

impl Deletion {
    /// Deletes what is still there of the targets, telling of each; what is gone
    /// already was deleted by an earlier run.
    ///
    /// The user must be logged in.
    pub fn run(
        &self,
        token: &Token<'_>,
        contents: &Contents,
        telling: &mut dyn FnMut(&Target),
    ) -> Result<()> {
        // Objects can be alike: each is deleted once.
        let mut gone = Vec::new();
        for target in &self.targets {
            if target.class == TargetClass::Certificate {
                let mut objects = contents.all_certificates();
                let left = |object: &&CertificateObject| !gone.contains(&object.handle);
                if let Some(object) = objects.find(|object| left(object) && target.is(*object)) {
                    token.delete_certificate(object)?;
                    telling(target);
                    gone.push(object.handle);
                }
                continue;
            }
            let mut keys = contents
                .identities
                .iter()
                .filter_map(|one| target.key_of(one));
            if let Some(key) = keys.find(|key| !gone.contains(&key.handle) && target.is(*key)) {
                token.delete_key(key)?;
                telling(target);
                gone.push(key.handle);
            }
        }
        Ok(())
    }
}

impl Target {
    /// A certificate.
    #[must_use]
    pub fn certificate(object: &CertificateObject) -> Self {
        Self::describe(object, TargetClass::Certificate)
    }

    /// The keys of an identity, the public half first: should the run end between the two, the
    /// private key can still be found by what remains.
    #[must_use]
    pub fn keys(identity: &Identity) -> Vec<Self> {
        let halves = [
            (identity.public_key.as_ref(), TargetClass::PublicKey),
            (identity.private_key.as_ref(), TargetClass::PrivateKey),
        ];
        let halves = halves
            .into_iter()
            .filter_map(|(key, class)| Some((key?, class)));
        halves
            .map(|(key, class)| Self::describe(key, class))
            .collect()
    }

    fn describe(object: &impl Recognizable, class: TargetClass) -> Self {
        let (id, label, sha256) = object.marks();
        Self {
            class,
            id: id.cloned(),
            label: label.map(str::to_owned),
            sha256,
        }
    }

    /// True if this object is the target: by its hash where there is one, for labels can repeat.
    fn is(&self, object: &impl Recognizable) -> bool {
        let (id, label, sha256) = object.marks();
        let named = self.id.as_ref() == id && self.label.as_deref() == label;
        named && (sha256.is_none() || self.sha256.is_none() || sha256 == self.sha256)
    }

    fn key_of<'a>(&self, identity: &'a Identity) -> Option<&'a KeyObject> {
        match self.class {
            TargetClass::PublicKey => identity.public_key.as_ref(),
            TargetClass::PrivateKey => identity.private_key.as_ref(),
            TargetClass::Certificate => None,
        }
    }
}

type Marks<'a> = (Option<&'a KeyId>, Option<&'a str>, Option<String>);

/// An object that can be told from others in a later run.
trait Recognizable {
    fn marks(&self) -> Marks<'_>;
}

impl Recognizable for CertificateObject {
    fn marks(&self) -> Marks<'_> {
        let digest = self.certificate.as_ref().map(Certificate::fingerprint);
        (self.id.as_ref(), self.label.as_deref(), digest)
    }
}

impl Recognizable for KeyObject {
    fn marks(&self) -> Marks<'_> {
        let digest = self.public_key.as_ref().map(PublicKey::sha256);
        let digest = digest.map(|digest| hexadecimal(&digest));
        (self.id.as_ref(), self.label.as_deref(), digest)
    }
}
