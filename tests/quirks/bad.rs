//! A token that misbehaves as told, in the test's own process.

#![allow(dead_code, reason = "each test binary uses its own part")]
use std::cell::Cell;
use std::path::PathBuf;

use jiff::Timestamp;
use tokencert::Error;
use tokencert::certificate::{Certificate, read_certificates};
use tokencert::issue::{KeyChoice, Prepared, prepare};
use tokencert::key::{KeyAlgorithm, SignatureScheme};
use tokencert::pkcs11::{ExclusiveModule, LoginPolicy, Pin, Token, TokenAccess};
use tokencert::request::{Csr, RequestTemplate};
use tokencert::testing::{SoftHsm, with_private_softhsm};
use tokencert::token::{Contents, Need, TokenSelector};

use crate::common::{Calls, PIN, SO_PIN, badtoken};

/// SoftHSM2 with a token `desk`, and badtoken in front of it.
pub(crate) struct Bad<'a> {
    pub(crate) softhsm: &'a SoftHsm,
    pub(crate) serial: String,
    folder: tempfile::TempDir,
    /// The lines of the log that were counted already.
    seen: Cell<usize>,
}

impl Bad<'_> {
    /// Runs `story`, a closure that stands in a test, in a process of its own.
    pub(crate) fn tell<S: FnOnce(&Bad<'_>)>(story: S) {
        // `quirks::slots::a_fact::{{closure}}`; a name that is no test's fails.
        let name = std::any::type_name::<S>();
        let name = name.trim_end_matches("::{{closure}}");
        let (_, test) = name.split_once("::").unwrap();
        with_private_softhsm(test, |softhsm| {
            story(&Bad {
                serial: softhsm.init_token("desk", SO_PIN, PIN).unwrap(),
                softhsm,
                folder: tempfile::tempdir().unwrap(),
                seen: Cell::new(0),
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

    /// The same with what is to go wrong already.
    pub(crate) fn control_more(&self, lines: &str) {
        let before = std::fs::read_to_string(self.beside("")).unwrap();
        self.control(&format!("{before}\n{lines}"));
    }

    /// Fails the nth `C_GetAttributeValue` from now, and no other.
    pub(crate) fn fail_read(&self, nth: usize) {
        let read = Calls::read(&self.beside(".calls")).of("C_GetAttributeValue");
        let at = read + nth;
        self.control(&format!(
            "fault before {at} C_GetAttributeValue CKR_FUNCTION_FAILED"
        ));
    }

    fn beside(&self, ending: &str) -> PathBuf {
        PathBuf::from(format!("{}.bad{ending}", self.softhsm.conf().display()))
    }

    /// The calls since the last time this was asked.
    pub(crate) fn calls(&self) -> Calls {
        let text = std::fs::read_to_string(self.beside(".calls")).unwrap();
        let seen = self.seen.replace(text.lines().count());
        let functions = text
            .lines()
            .skip(seen)
            .map(|line| line.split_once(' ').unwrap().1);
        functions.collect()
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

/// A certificate for the key of a request, and that of the throw-away CA which openssl plays.
pub(crate) fn certify(csr: &Csr, subject: &str) -> Vec<Certificate> {
    certify_with(csr, subject, "DNS:desk.example")
}

/// The same with these alternative names.
pub(crate) fn certify_with(csr: &Csr, subject: &str, names: &str) -> Vec<Certificate> {
    let folder = tempfile::tempdir().unwrap();
    let openssl = |arguments: &[&str]| {
        let mut command = std::process::Command::new("openssl");
        command.args(arguments).current_dir(&folder);
        let output = command.output().unwrap();
        assert!(output.status.success(), "{output:?}");
    };
    std::fs::write(folder.path().join("request.pem"), csr.to_pem().unwrap()).unwrap();
    let mut root = vec!["req", "-x509", "-newkey", "ec", "-nodes", "-subj", "/CN=CA"];
    root.extend(["-pkeyopt", "ec_paramgen_curve:P-256", "-keyout", "ca.key"]);
    root.extend(["-out", "ca.pem"]);
    openssl(&root);
    let subject = format!("/{}", subject.replace(',', "/"));
    let mut leaf = vec!["x509", "-req", "-in", "request.pem", "-subj", &subject];
    leaf.extend(["-CA", "ca.pem", "-CAkey", "ca.key", "-out", "leaf.pem"]);
    leaf.extend(["-extfile", "names"]);
    let names = format!("subjectAltName={names}");
    std::fs::write(folder.path().join("names"), names).unwrap();
    openssl(&leaf);
    let read = |name: &str| std::fs::read(folder.path().join(name)).unwrap();
    read_certificates("chain", &[read("leaf.pem"), read("ca.pem")].concat()).unwrap()
}
