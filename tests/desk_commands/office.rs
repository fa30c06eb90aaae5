//! An authority with its desk, and a signer that stands in for its server.

use std::cell::Cell;
use std::fs;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokencert::ca::{Folder, RegistrationAuthority};
use tokencert::certificate::Certificate;
use tokencert::key::{PublicKey, SignatureScheme, SigningKey};

use crate::common::{Outcome, World, clock, run};
use crate::soft::SoftKey;

/// An authority in the folder `ca`, with the contract SH001 by default.
pub(crate) struct Office {
    pub(crate) world: World,
    keys: Cell<u8>,
}

#[expect(
    clippy::unnecessary_wraps,
    reason = "the library's randomness may fail"
)]
pub(crate) fn random(bytes: &mut [u8]) -> tokencert::Result<()> {
    use std::io::Read;
    let mut source = fs::File::open("/dev/urandom").unwrap();
    source.read_exact(bytes).unwrap();
    Ok(())
}

#[expect(clippy::disallowed_methods, reason = "the programs read the clock too")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}

pub(crate) fn days(number: i64) -> SignedDuration {
    SignedDuration::from_hours(number * 24)
}

impl Office {
    pub(crate) fn new() -> Self {
        Self::initialised(&[])
    }

    /// With more options of `init`.
    pub(crate) fn initialised(more: &[&str]) -> Self {
        let world = World::new();
        // Long ago: nothing is issued before the authority was made.
        let init = [
            "init",
            "--dir",
            "ca",
            "--name",
            "Example CA",
            "--key",
            "ec:p256",
        ];
        let command = world.tokencert_ca_command(&[&init[..], more].concat());
        run(clock::at(command, "-500d")).succeeds();
        Self {
            world,
            keys: Cell::new(1),
        }
    }

    /// Runs `tokencert-ca` on the authority.
    pub(crate) fn ca(&self, arguments: &[&str]) -> Outcome {
        self.world
            .tokencert_ca(&[arguments, &["--dir", "ca"]].concat())
    }

    /// Runs it, and reads what it says as JSON.
    #[track_caller]
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        let outcome = self.ca(&[arguments, &["--format", "json"]].concat());
        let json = outcome.succeeds().json();
        assert_eq!(json["version"], 1);
        json
    }

    /// Registers a user of SH001, who has an address.
    pub(crate) fn add(&self, user: &str) -> Value {
        let email = format!("{user}@example.jp");
        self.json(&[
            "holder",
            "add",
            "--user",
            user,
            "--kana",
            "ヤマダ タロウ",
            "--email",
            &email,
        ])
    }

    /// Registers the administrator of SH001.
    pub(crate) fn add_administrator(&self) -> Value {
        self.json(&[
            "holder",
            "add",
            "--kana",
            "カンリ",
            "--email",
            "kanri@example.jp",
        ])
    }

    /// The rules, in this process.
    pub(crate) fn rules(&self) -> RegistrationAuthority {
        RegistrationAuthority::open(&self.world.path("ca"), None, &mut random).unwrap()
    }

    /// Acquires at an instant, with the PINs that `holder add` gave.
    pub(crate) fn acquire(&self, added: &Value, at: Timestamp) -> Certificate {
        let pins = [&added["pin"], &added["confirmation_pin"]].map(|pin| pin.as_str().unwrap());
        let holder = added["holder"]["holder"].as_str().unwrap();
        self.acquire_with(holder, &pins.join(":"), at)
    }

    pub(crate) fn acquire_with(&self, holder: &str, password: &str, at: Timestamp) -> Certificate {
        let number = self.keys.replace(self.keys.get() + 1);
        let request = SoftKey::new(number).request("CN=whatever");
        let signer = Signer::of(self);
        let rules = self.rules();
        rules
            .acquire(
                holder,
                password,
                &request,
                &signer,
                "127.0.0.1",
                at,
                &mut random,
            )
            .unwrap()
    }

    /// The state that `holder show` gives.
    pub(crate) fn state(&self, holder: &str) -> String {
        let shown = self.json(&["holder", "show", holder]);
        shown["holder"]["state"].as_str().unwrap().to_owned()
    }
}

/// The authority's key on its SoftHSM2 token, reached through OpenSC: what the server does.
struct Signer<'o> {
    office: &'o Office,
    public: PublicKey,
    id: String,
}

impl<'o> Signer<'o> {
    fn of(office: &'o Office) -> Self {
        let folder = Folder::open(&office.world.path("ca")).unwrap();
        let settings = folder.settings().unwrap();
        Self {
            office,
            public: office.rules().certificate().public_key().unwrap(),
            id: settings.key.id.to_string(),
        }
    }
}

impl SigningKey for Signer<'_> {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> tokencert::Result<Vec<u8>> {
        assert_eq!(scheme, SignatureScheme::EcdsaSha256);
        let world = &self.office.world;
        world.write("digest", Sha256::digest(message));
        let module = world.softhsm().module().display().to_string();
        let pin = world.read("ca/pin");
        let mut command = world.command(
            "pkcs11-tool",
            &[
                "--module",
                &module,
                "--token-label",
                "tokencert-ca",
                "--login",
                "--pin",
                &pin,
                "--id",
                &self.id,
                "--sign",
                "--mechanism",
                "ECDSA",
                "--signature-format",
                "openssl",
                "--input-file",
                "digest",
                "--output-file",
                "signature",
            ],
        );
        command.env("SOFTHSM2_CONF", world.path("ca/softhsm2.conf"));
        run(command).succeeds();
        Ok(fs::read(world.path("signature")).unwrap())
    }
}
