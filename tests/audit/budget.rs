//! What an audit costs, in calls.

use cryptoki::object::{Attribute, CertificateType, KeyType, ObjectClass};
use cryptoki::session::Session;
use p256::ecdsa::SigningKey;
use tokencert::key::PublicKey;
use tokencert::testing::with_private_softhsm;

use crate::inside::{audit, fill};
use crate::soft::SoftKey;

/// A thousand objects in eleven hundred calls or fewer, whatever else has to be called.
const CALLS: usize = 1100;

/// As many key pairs with certificates as make 1,002 objects.
const PAIRS: u32 = 334;

/// How many write them.
const SESSIONS: usize = 16;

const P256: &[u8] = &[6, 8, 0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];

#[test]
fn auditing_a_thousand_objects_takes_eleven_hundred_calls_and_one_login() {
    let name = "budget::auditing_a_thousand_objects_takes_eleven_hundred_calls_and_one_login";
    with_private_softhsm(name, |softhsm| {
        fill(softhsm, SESSIONS, |session, share| {
            let authority = SoftKey::new(1);
            let numbers = (0..PAIRS).skip(share).step_by(SESSIONS);
            numbers.for_each(|number| pair(session, &authority, number));
        });
        let (report, calls) = audit(softhsm);
        let desk = report["tokens"].as_array().unwrap().iter();
        let desk = desk.clone().find(|token| token["label"] == "desk").unwrap();
        let keys = desk["keys"].as_array().unwrap();
        let certificates = desk["certificates"].as_array().unwrap();
        assert_eq!((keys.len(), certificates.len()), (334, 334));
        // Each key was asked whether it can be read, and each was seen with its certificate.
        assert!(keys.iter().all(|key| key["readable"] == false));
        assert!(certificates.iter().all(|one| one["matches_key"] == true));
        println!("auditing 1002 objects: {} calls\n{calls}", calls.total());
        assert_eq!(calls.of("C_Login"), 1);
        assert_eq!(calls.of("C_Sign"), 0);
        assert!(calls.total() <= CALLS, "{calls}");
    })
    .unwrap();
}

fn pair(session: &Session, authority: &SoftKey, number: u32) {
    let mut scalar = [7; 32];
    scalar[..4].copy_from_slice(&number.to_be_bytes());
    let key = SigningKey::from_slice(&scalar).unwrap();
    let point = key.verifying_key().to_sec1_point(false);
    let public = PublicKey::from_ec_parts(P256, point.as_bytes()).unwrap();
    let certificate = authority.issue(&public, &format!("CN=clerk {number}"), 25, false);
    let point = [&[4, 65][..], point.as_bytes()].concat();
    let common = |class| {
        vec![
            Attribute::Class(class),
            Attribute::Token(true),
            Attribute::Id(number.to_be_bytes().to_vec()),
            Attribute::Label(format!("clerk {number}").into_bytes()),
        ]
    };
    let kind = [
        Attribute::KeyType(KeyType::EC),
        Attribute::EcParams(P256.to_vec()),
    ];
    let mut private = common(ObjectClass::PRIVATE_KEY);
    private.extend(kind.clone());
    private.extend([
        Attribute::Value(scalar.to_vec()),
        Attribute::Private(true),
        Attribute::Sensitive(true),
        Attribute::Extractable(false),
    ]);
    let mut public = common(ObjectClass::PUBLIC_KEY);
    public.extend(kind);
    public.push(Attribute::EcPoint(point));
    let mut own = common(ObjectClass::CERTIFICATE);
    own.extend([
        Attribute::CertificateType(CertificateType::X_509),
        Attribute::Subject(certificate.subject().as_der().to_vec()),
        Attribute::Value(certificate.as_der().to_vec()),
    ]);
    for template in [private, public, own] {
        session.create_object(&template).unwrap();
    }
}
