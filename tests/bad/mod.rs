//! A token that misbehaves as told, in the test's own process.

#![allow(dead_code, reason = "each test binary uses its own part")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    reason = "a helper of a test may fail it, and a test is a program with a clock"
)]

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokencert::error::Error;
use tokencert::issue::{KeyChoice, Prepared, prepare};
use tokencert::key::{KeyAlgorithm, SignatureScheme};
use tokencert::pkcs11::{ExclusiveModule, LoginPolicy, Pin, Token, TokenAccess};
use tokencert::request::RequestTemplate;
use tokencert::testing::{SoftHsm, with_private_softhsm};
use tokencert::token::{Contents, Need, TokenSelector};

use crate::common::{Calls, PIN, SO_PIN, badtoken};

/// SoftHSM2 with a token `desk`, and badtoken in front of it.
pub(crate) struct Bad<'a> {
    pub(crate) softhsm: &'a SoftHsm,
    pub(crate) serial: String,
    folder: tempfile::TempDir,
}

impl Bad<'_> {
    /// Runs `story` in a process of its own; `test` is the name of the calling test.
    pub(crate) fn tell(test: &str, story: impl FnOnce(&Bad<'_>)) {
        with_private_softhsm(test, |softhsm| {
            story(&Bad {
                serial: softhsm.init_token("desk", SO_PIN, PIN).unwrap(),
                softhsm,
                folder: tempfile::tempdir().unwrap(),
            });
        })
        .unwrap();
    }

    /// What is to go wrong from now on, in place of what was to before.
    pub(crate) fn control(&self, lines: &str) {
        // Renamed, so that no call reads half of it.
        let half = self.beside(".new");
        std::fs::write(&half, lines).unwrap();
        std::fs::rename(half, self.beside("")).unwrap();
    }

    fn beside(&self, ending: &str) -> PathBuf {
        PathBuf::from(format!("{}.bad{ending}", self.softhsm.conf().display()))
    }

    /// The calls since the last time this was asked.
    pub(crate) fn calls(&self) -> Calls {
        let calls = Calls::read(&self.beside(".calls"));
        // Emptied and not removed: badtoken keeps it open.
        std::fs::write(self.beside(".calls"), "").unwrap();
        calls
    }

    /// The faults that were met, and the secrets that were asked for with a buffer.
    pub(crate) fn hits(&self) -> String {
        std::fs::read_to_string(self.beside(".hits")).unwrap_or_default()
    }

    /// The templates since `record-templates`, a line each: class, `CKA_NAME=hex` and so on.
    pub(crate) fn templates(&self, class: &str) -> Vec<String> {
        let text = std::fs::read_to_string(self.beside(".templates")).unwrap_or_default();
        let lines = text.lines().filter_map(|line| line.split_once(' '));
        lines
            .filter(|(of, _)| *of == class)
            .map(|(_, template)| template.to_owned())
            .collect()
    }

    /// badtoken, alone in this process.
    pub(crate) fn module() -> ExclusiveModule {
        ExclusiveModule::open(badtoken(), None).unwrap()
    }

    /// The token, open for writing.
    pub(crate) fn token(module: &ExclusiveModule) -> Token<'_> {
        module.open(&TokenSelector::Only, Need::Write).unwrap()
    }

    /// The token, with its user logged in.
    pub(crate) fn logged_in(module: &ExclusiveModule) -> Token<'_> {
        let token = Self::token(module);
        token.login(&mut pin(), LoginPolicy::default()).unwrap();
        token
    }

    /// A new key and a request that it has signed.
    pub(crate) fn try_request(
        &self,
        token: &Token<'_>,
        key: &str,
        scheme: Option<SignatureScheme>,
    ) -> tokencert::Result<Prepared> {
        let algorithm: KeyAlgorithm = key.parse().unwrap();
        prepare(
            token,
            &KeyChoice::new(algorithm, "Hanako"),
            &RequestTemplate::new("CN=Hanako,C=JP"),
            scheme,
            (self.folder.path(), Timestamp::now()),
            &mut random,
        )
    }

    pub(crate) fn request(&self, token: &Token<'_>, key: &str) -> Prepared {
        self.try_request(token, key, None).unwrap()
    }

    /// What is really on the token, as another program sees it past badtoken.
    pub(crate) fn objects(&self) -> Vec<String> {
        let list = std::process::Command::new("pkcs11-tool")
            .args(["--login", "--pin", PIN, "--list-objects", "--module"])
            .arg(self.softhsm.module())
            .envs(self.softhsm.command_env())
            .output()
            .unwrap();
        assert!(list.status.success(), "{list:?}");
        let text = String::from_utf8(list.stdout).unwrap();
        let heads = text.lines().filter(|line| line.contains(" Object"));
        heads
            .map(|line| line.split(" Object").next().unwrap().to_owned())
            .collect()
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// The right PIN, given once.
pub(crate) fn pin() -> Pin {
    Pin::new(PIN.to_owned())
}

/// What a key pair is, for [`Bad::objects`].
pub(crate) const PAIR: [&str; 2] = ["Private Key", "Public Key"];

/// The objects in a fixed order.
pub(crate) fn sorted(mut objects: Vec<String>) -> Vec<String> {
    objects.sort();
    objects
}

/// The one key pair that is seen on the token.
pub(crate) fn only(contents: &Contents) -> &tokencert::token::Identity {
    assert_eq!(contents.identities.len(), 1, "{contents:?}");
    &contents.identities[0]
}

pub(crate) fn random(bytes: &mut [u8]) -> tokencert::Result<()> {
    let mut source = std::fs::File::open("/dev/urandom").unwrap();
    std::io::Read::read_exact(&mut source, bytes).map_err(|error| Error::Random {
        reason: error.to_string(),
    })
}
