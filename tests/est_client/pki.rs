//! Certificates of every kind, made by hand.

use tokencert::certificate::{Certificate, DistinguishedName};
use tokencert::key::{PublicKey, SignatureScheme, SigningKey as _};

use crate::soft::SoftKey;

/// `ecdsa-with-SHA256` (RFC 5758 section 3.2).
const ECDSA_SHA256: &[u8] = &[0x30, 0x0a, 6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];

/// The last arcs of the key purposes below `id-kp`.
pub(crate) const SERVER: u8 = 1;
pub(crate) const CLIENT: u8 = 2;
pub(crate) const CODE: u8 = 3;
pub(crate) const CMC_RA: u8 = 28;

/// What a certificate is to be.
pub(crate) struct Order {
    pub(crate) subject: String,
    /// The years in which it begins and ends.
    pub(crate) years: (u8, u8),
    pub(crate) ca: bool,
    pub(crate) signs: bool,
    pub(crate) purposes: Vec<u8>,
    /// `dns:` and `ip:` names.
    pub(crate) names: Vec<String>,
}

impl Order {
    pub(crate) fn of(subject: &str) -> Self {
        Self {
            subject: subject.to_owned(),
            years: (26, 27),
            ca: false,
            signs: true,
            purposes: Vec::new(),
            names: Vec::new(),
        }
    }

    pub(crate) fn ca(subject: &str) -> Self {
        Self {
            ca: true,
            years: (20, 40),
            ..Self::of(subject)
        }
    }

    /// A server on loopback.
    pub(crate) fn server() -> Self {
        Self {
            purposes: vec![SERVER],
            names: vec!["127.0.0.1".to_owned()],
            ..Self::of("CN=server")
        }
    }

    pub(crate) fn client(subject: &str) -> Self {
        Self {
            purposes: vec![CLIENT],
            ..Self::of(subject)
        }
    }

    fn extensions(&self) -> Vec<u8> {
        let mut list = Vec::new();
        if self.ca {
            list.push(extension(&[0x55, 0x1d, 0x13], &[0x30, 3, 1, 1, 0xff]));
            list.push(extension(&[0x55, 0x1d, 0x0f], &[3, 2, 1, 6]));
        } else if self.signs {
            list.push(extension(&[0x55, 0x1d, 0x0f], &[3, 2, 7, 0x80]));
        } else {
            list.push(extension(&[0x55, 0x1d, 0x0f], &[3, 2, 5, 0x20]));
        }
        if !self.purposes.is_empty() {
            let purpose = |arc: &u8| tlv(6, &[&[0x2b, 6, 1, 5, 5, 7, 3, *arc]]);
            let purposes: Vec<u8> = self.purposes.iter().flat_map(purpose).collect();
            list.push(extension(&[0x55, 0x1d, 0x25], &tlv(0x30, &[&purposes])));
        }
        if !self.names.is_empty() {
            let name = |name: &String| match name.parse::<std::net::Ipv4Addr>() {
                Ok(address) => tlv(0x87, &[&address.octets()]),
                Err(_) => tlv(0x82, &[name.as_bytes()]),
            };
            let names: Vec<u8> = self.names.iter().flat_map(name).collect();
            list.push(extension(&[0x55, 0x1d, 0x11], &tlv(0x30, &[&names])));
        }
        tlv(0xa3, &[&tlv(0x30, &[&list.concat()])])
    }
}

fn extension(oid: &[u8], value: &[u8]) -> Vec<u8> {
    tlv(0x30, &[&tlv(6, &[oid]), &tlv(4, &[value])])
}

/// A CA with a key in software.
pub(crate) struct Authority {
    pub(crate) key: SoftKey,
    pub(crate) certificate: Certificate,
}

impl Authority {
    /// A root.
    pub(crate) fn root(number: u8, subject: &str) -> Self {
        let key = SoftKey::new(number);
        let certificate = issue(&key, subject, &key.public(), &Order::ca(subject));
        Self { key, certificate }
    }

    /// A CA below this one.
    pub(crate) fn below(&self, number: u8, subject: &str) -> Self {
        let key = SoftKey::new(number);
        let certificate = self.issue(&key.public(), &Order::ca(subject));
        Self { key, certificate }
    }

    pub(crate) fn issue(&self, key: &PublicKey, order: &Order) -> Certificate {
        issue(
            &self.key,
            &self.certificate.subject().to_string(),
            key,
            order,
        )
    }
}

/// A certificate that `signer` signs as `issuer`.
pub(crate) fn issue(signer: &SoftKey, issuer: &str, key: &PublicKey, order: &Order) -> Certificate {
    let name = |text: &str| DistinguishedName::parse(text).unwrap();
    let time = |year: u8| tlv(0x17, &[format!("{year:02}0101000000Z").as_bytes()]);
    let tbs = tlv(
        0x30,
        &[
            &tlv(0xa0, &[&[2, 1, 2]]),
            &[2, 2, 0x11, order.years.0],
            ECDSA_SHA256,
            name(issuer).as_der(),
            &tlv(0x30, &[&time(order.years.0), &time(order.years.1)]),
            name(&order.subject).as_der(),
            key.as_der(),
            &order.extensions(),
        ],
    );
    let signature = signer.sign(SignatureScheme::EcdsaSha256, &tbs).unwrap();
    let signature = tlv(3, &[&[0], &signature]);
    Certificate::from_der(&tlv(0x30, &[&tbs, ECDSA_SHA256, &signature])).unwrap()
}

/// One DER element.
pub(crate) fn tlv(tag: u8, contents: &[&[u8]]) -> Vec<u8> {
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
