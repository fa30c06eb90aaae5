//! Rules about private keys: whether they can leave the token, and whether they are any good.

use std::collections::BTreeMap;

use crate::audit::Case;
use crate::audit::notes::{Notes, certificate, private_key, public_key, values};
use crate::audit::policy::Limits;
use crate::certificate::Certificate;
use crate::error::ReturnValue;
use crate::finding::{ObjectRef, Reason, Values};
use crate::key::weak::is_roca;
use crate::key::{KeyAlgorithm, KeyId, PublicKey, Refusal};
use crate::token::{Contents, KeyObject};

/// What the token does when it is asked for the secret outranks all that it says of it.
pub(super) fn readable(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for key in contents.private_keys() {
        if let Some(given) = key.refusals.iter().find(|refusal| !refusal.refused) {
            let said = [
                ("attempt", given.attempt.as_str().into()),
                ("answer", given.answer.as_str().into()),
            ];
            notes.find(Some(private_key(key)), values(said));
        } else if let Some(answer) = unclear(key) {
            let said = values([("answer", answer.into())]);
            notes.cannot(Some(private_key(key)), Reason::Unclear, said);
        }
    }
}

/// What a token has answered instead of giving or refusing a key.
fn unclear(key: &KeyObject) -> Option<&str> {
    let refused = [
        ReturnValue::ATTRIBUTE_SENSITIVE,
        ReturnValue::ATTRIBUTE_TYPE_INVALID,
        ReturnValue::BUFFER_TOO_SMALL,
        ReturnValue::OK,
    ]
    .map(|value| value.to_string());
    let unclear = |refusal: &&Refusal| !refused.contains(&refusal.answer);
    let refusal = key.refusals.iter().find(unclear)?;
    Some(&refusal.answer)
}

/// True if the token has refused the secret in so many words.
fn refuses(key: &KeyObject) -> bool {
    let refused = key.refusals.iter().all(|refusal| refusal.refused);
    refused && !key.refusals.is_empty() && unclear(key).is_none()
}

pub(super) fn extractable(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for key in contents.private_keys() {
        let said = match key.flags.extractable {
            Some(false) => continue,
            Some(true) => "true",
            // Every token is asked to say it of keys that are born on it.
            None => "not said",
        };
        notes.find(Some(private_key(key)), values([("said", said.into())]));
    }
}

/// OpenSC reports false for keys of cards that never give them away: where the secret was refused,
/// the flag is only mentioned.
pub(super) fn not_sensitive(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for key in contents.private_keys() {
        match key.flags.sensitive {
            Some(true) => {}
            Some(false) => {
                let answers = key.refusals.iter().map(|refusal| refusal.answer.as_str());
                let answer = answers.max().unwrap_or("-");
                let said = values([("answer", answer.into())]);
                if refuses(key) {
                    notes.mention(Some(private_key(key)), said);
                } else {
                    notes.find(Some(private_key(key)), said);
                }
            }
            None => not_said("CKA_SENSITIVE", key, notes),
        }
    }
}

/// NSS and OpenSC report false for keys that were made on the token: where that was seen, the flag
/// is only mentioned.
pub(super) fn not_local(case: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for key in contents.private_keys() {
        match key.flags.local {
            Some(true) => {}
            Some(false) if case.is_born_here(key) => {
                notes.mention(Some(private_key(key)), Values::new());
            }
            Some(false) => notes.find(Some(private_key(key)), Values::new()),
            None => not_said("CKA_LOCAL", key, notes),
        }
    }
}

fn not_said(what: &str, key: &KeyObject, notes: &mut Notes<'_>) {
    let said = values([("what", what.into())]);
    notes.cannot(Some(private_key(key)), Reason::NotSaid, said);
}

pub(super) fn without_certificate(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for identity in &contents.identities {
        let mut own = identity.certificates.iter();
        let certified = own.any(|object| object.matches_key != Some(false));
        if let (Some(key), false) = (&identity.private_key, certified) {
            notes.find(Some(private_key(key)), Values::new());
        }
    }
}

/// Two certificates of one key may well share its ID: a renewal with the same key leaves such.
pub(super) fn duplicate_id(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    let mut privates: BTreeMap<&KeyId, Vec<&KeyObject>> = BTreeMap::new();
    let mut publics: BTreeMap<&KeyId, Vec<&KeyObject>> = BTreeMap::new();
    for identity in &contents.identities {
        let kinds = [
            (&identity.private_key, &mut privates),
            (&identity.public_key, &mut publics),
        ];
        for (key, keys) in kinds {
            if let Some((key, id)) = key.as_ref().and_then(|key| Some((key, key.id.as_ref()?))) {
                keys.entry(id).or_default().push(key);
            }
        }
    }
    let double = |keys: &Vec<&KeyObject>| keys.len() > 1;
    let privates: BTreeMap<_, _> = privates
        .into_iter()
        .filter(|(_, keys)| double(keys))
        .collect();
    for (id, keys) in &privates {
        report_double(id, keys, private_key, notes);
    }
    for (id, keys) in publics.iter().filter(|(_, keys)| double(keys)) {
        if !privates.contains_key(*id) {
            report_double(id, keys, public_key, notes);
        }
    }
}

fn report_double(
    id: &KeyId,
    keys: &[&KeyObject],
    named: fn(&KeyObject) -> ObjectRef,
    notes: &mut Notes<'_>,
) {
    let said = values([
        ("id", id.to_string().into()),
        (
            "count",
            i64::try_from(keys.len()).unwrap_or(i64::MAX).into(),
        ),
    ]);
    // The order in which the token gives them is no order.
    let first = keys.iter().map(|key| named(key)).min();
    notes.find(first, said);
}

/// A key is looked at once, whether it is seen as an object or only in a certificate.
pub(super) fn weak(case: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    let limits = &case.audit.policy.limits;
    for identity in &contents.identities {
        let private = identity.private_key.as_ref().map(private_key);
        let named = private.or_else(|| identity.public_key.as_ref().map(public_key));
        judge(
            identity.public(),
            identity.algorithm(),
            limits,
            named,
            notes,
        );
    }
    let foreign = |object: &&crate::token::CertificateObject| object.matches_key != Some(true);
    for object in contents.all_certificates().filter(foreign) {
        let key = object.certificate.as_ref().map(Certificate::public_key);
        if let Some(Ok(key)) = key {
            judge(
                Some(&key),
                key.algorithm(),
                limits,
                Some(certificate(object)),
                notes,
            );
        }
    }
}

fn judge(
    key: Option<&PublicKey>,
    algorithm: Option<KeyAlgorithm>,
    limits: &Limits,
    named: Option<ObjectRef>,
    notes: &mut Notes<'_>,
) {
    let Some(algorithm) = algorithm else {
        return notes.cannot(named, Reason::UnknownKey, Values::new());
    };
    let few = match algorithm {
        KeyAlgorithm::Rsa(bits) => bits < limits.rsa_bits,
        KeyAlgorithm::Ec(curve) => curve.bits() < limits.ec_bits,
        KeyAlgorithm::Ed25519 => false,
    };
    let exponent = key.and_then(PublicKey::rsa_exponent);
    // An even exponent is none, and with 1 the message is its own signature.
    let trivial = exponent.is_some_and(|it| it == [1] || it.last().is_some_and(|low| low % 2 == 0));
    let roca = key.and_then(PublicKey::rsa_modulus);
    let weakness = if few {
        algorithm.to_string()
    } else if trivial {
        "CKA_PUBLIC_EXPONENT".to_owned()
    } else if roca.is_some_and(|modulus| is_roca(&modulus)) {
        "CVE-2017-15361 (ROCA)".to_owned()
    } else {
        return;
    };
    notes.find(named, values([("weakness", weakness.into())]));
}
