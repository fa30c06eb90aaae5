//! Keys and certificates in software, for tests that need some and no token.
#![allow(dead_code, reason = "each test binary uses a part of it")]
#![allow(clippy::unwrap_used, reason = "what fails here is to fail the test")]

use p256::ecdsa::{Signature, SigningKey, signature::Signer};
use tokencert::certificate::{Certificate, DistinguishedName};
use tokencert::key::{PublicKey, SignatureScheme};
use tokencert::request::{Csr, RequestTemplate};

/// `ecdsa-with-SHA256` and `prime256v1` as DER (RFC 5480).
const ECDSA_SHA256: &[u8] = &[0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const P256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];

/// A key that is the same for the same number.
pub(crate) struct SoftKey {
    private: SigningKey,
    public: PublicKey,
}

impl SoftKey {
    pub(crate) fn new(number: u8) -> Self {
        let private = SigningKey::from_slice(&[number; 32]).unwrap();
        let point = private.verifying_key().to_sec1_point(false);
        let public = PublicKey::from_ec_parts(P256, point.as_bytes()).unwrap();
        Self { private, public }
    }

    pub(crate) fn public(&self) -> PublicKey {
        self.public.clone()
    }

    pub(crate) fn request(&self, subject: &str) -> Csr {
        RequestTemplate::new(subject)
            .sign(self, SignatureScheme::EcdsaSha256)
            .unwrap()
    }

    /// A certificate of `key` that this key signed, valid for one year from `year`.
    pub(crate) fn issue(&self, key: &PublicKey, subject: &str, year: u8, ca: bool) -> Certificate {
        let issuer = DistinguishedName::parse("CN=Soft CA,O=Example,C=JP").unwrap();
        let subject = DistinguishedName::parse(subject).unwrap();
        let time = |year: u8| tlv(0x17, &[format!("{year:02}0101000000Z").as_bytes()]);
        let mut fields = vec![
            tlv(0xa0, &[&[2, 1, 2]]),
            vec![2, 1, year],
            ECDSA_SHA256.to_vec(),
            issuer.as_der().to_vec(),
            tlv(0x30, &[&time(year), &time(year + 1)]),
            subject.as_der().to_vec(),
            key.as_der().to_vec(),
        ];
        if ca {
            // basicConstraints, critical, cA TRUE (RFC 5280 section 4.2.1.9)
            let constraints = [
                0x30, 0x0f, 6, 3, 0x55, 0x1d, 0x13, 1, 1, 0xff, 4, 5, 0x30, 3, 1, 1, 0xff,
            ];
            fields.push(tlv(0xa3, &[&tlv(0x30, &[&constraints])]));
        }
        let fields: Vec<&[u8]> = fields.iter().map(Vec::as_slice).collect();
        let tbs = tlv(0x30, &fields);
        let signature: Signature = self.private.try_sign(&tbs).unwrap();
        let signature = tlv(3, &[&[0], signature.to_der().as_bytes()]);
        Certificate::from_der(&tlv(0x30, &[&tbs, ECDSA_SHA256, &signature])).unwrap()
    }

    /// The CA's own certificate of this key.
    pub(crate) fn root(&self) -> Certificate {
        self.issue(&self.public, "CN=Soft CA,O=Example,C=JP", 20, true)
    }
}

impl tokencert::key::SigningKey for SoftKey {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, _: SignatureScheme, message: &[u8]) -> tokencert::Result<Vec<u8>> {
        let signature: Signature = self.private.try_sign(message).unwrap();
        Ok(signature.to_der().as_bytes().to_vec())
    }
}

/// One DER element.
fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
    let contents = contents.concat();
    let length = u16::try_from(contents.len()).unwrap().to_be_bytes();
    let mut element = match length {
        [0, short @ ..0x80] => vec![tag, short],
        [0, long] => vec![tag, 0x81, long],
        [high, low] => vec![tag, 0x82, high, low],
    };
    element.extend(contents);
    element
}
