//! Rules about certificates: their keys, how they are signed, what they are for, and whose they are.

use crate::audit::Case;
use crate::audit::notes::{Notes, certificate, values};
use crate::audit::world::is_authority;
use crate::certificate::{Certificate, SignatureHash, chain_of};
use crate::finding::{Reason, Values};
use crate::request::Usage;
use crate::token::{CertificateObject, Contents};

/// Every certificate that can be read.
pub(super) fn readable(
    contents: &Contents,
) -> impl Iterator<Item = (&CertificateObject, &Certificate)> {
    let all = contents.all_certificates();
    all.filter_map(|object| Some((object, object.certificate.as_ref()?)))
}

/// Those of holders.
pub(super) fn of_holders(
    contents: &Contents,
) -> impl Iterator<Item = (&CertificateObject, &Certificate)> {
    readable(contents).filter(|(_, one)| !is_authority(contents, one))
}

/// True for a certificate that nobody stands above.
pub(super) fn is_self_issued(certificate: &Certificate) -> bool {
    certificate.issuer() == certificate.subject()
}

pub(super) fn unreadable(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    let unreadable = |object: &&CertificateObject| object.certificate.is_none();
    for object in contents.all_certificates().filter(unreadable) {
        notes.find(Some(certificate(object)), Values::new());
    }
}

/// Only after a login is a private key that is not seen not there.
pub(super) fn without_key(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    if !contents.logged_in {
        return;
    }
    let beside_nothing = contents.certificates.iter();
    let without = contents.identities.iter();
    let without = without.filter(|identity| identity.private_key.is_none());
    let without = without.flat_map(|identity| &identity.certificates);
    for object in beside_nothing.chain(without) {
        match &object.certificate {
            Some(one) if !is_authority(contents, one) => {
                notes.find(Some(certificate(object)), Values::new());
            }
            _ => {}
        }
    }
}

pub(super) fn key_mismatch(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for (object, _) in readable(contents) {
        if object.matches_key == Some(false) {
            notes.find(Some(certificate(object)), Values::new());
        }
    }
}

/// What a root says of itself is not believed for its signature.
pub(super) fn signature_weak(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    for (object, one) in readable(contents) {
        let root = is_authority(contents, one) && is_self_issued(one);
        match one.signature_hash() {
            SignatureHash::Weak(algorithm) if !root => {
                let said = values([("algorithm", algorithm.into())]);
                notes.find(Some(certificate(object)), said);
            }
            SignatureHash::Unknown(oid) if !root => {
                let said = values([("algorithm", oid.into())]);
                notes.cannot(Some(certificate(object)), Reason::UnknownAlgorithm, said);
            }
            _ => {}
        }
    }
}

/// A certificate that says nothing of what it is for is for anything (RFC 5280 section 4.2.1.12):
/// that is only mentioned.
pub(super) fn client_auth_missing(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    let purposes = |one: &Certificate| {
        let usages = one.allowed_usages().into_iter();
        usages
            .filter(|usage| matches!(usage, Usage::Extended(_)))
            .collect()
    };
    usage_missing(
        &["clientAuth", "anyExtendedKeyUsage"],
        contents,
        purposes,
        notes,
    );
}

/// The same for key usages (section 4.2.1.3).
pub(super) fn digital_signature_missing(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    let bits = |one: &Certificate| {
        let usages = one.allowed_usages().into_iter();
        usages
            .filter(|usage| matches!(usage, Usage::Key(_)))
            .collect()
    };
    usage_missing(&["digitalSignature"], contents, bits, notes);
}

fn usage_missing(
    wanted: &[&str],
    contents: &Contents,
    allowed: fn(&Certificate) -> Vec<Usage>,
    notes: &mut Notes<'_>,
) {
    for (object, one) in of_holders(contents) {
        let allowed: Vec<String> = allowed(one).iter().map(ToString::to_string).collect();
        if allowed.is_empty() {
            notes.mention(Some(certificate(object)), values([("usages", "-".into())]));
        } else if !allowed.iter().any(|usage| wanted.contains(&usage.as_str())) {
            let said = values([("usages", allowed.join(", ").into())]);
            notes.find(Some(certificate(object)), said);
        }
    }
}

pub(super) fn chain_incomplete(_: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    let all: Vec<Certificate> = readable(contents).map(|(_, one)| one.clone()).collect();
    for (object, one) in of_holders(contents) {
        let chain = chain_of(one, &all);
        if let Some(last) = chain.last().filter(|last| !is_self_issued(last)) {
            let said = values([("issuer", last.issuer().to_string().into())]);
            notes.find(Some(certificate(object)), said);
        }
    }
}

pub(super) fn subject_mismatch(case: &Case<'_>, contents: &Contents, notes: &mut Notes<'_>) {
    let profile = case.audit.profile;
    let profile = profile.filter(|it| it.subject.is_some() || it.administrator_subject.is_some());
    let Some(profile) = profile else {
        return notes.cannot(None, Reason::NoProfile, Values::new());
    };
    for (object, one) in of_holders(contents) {
        if profile.recognize(one.subject()).is_none() {
            let said = values([("profile", profile.name.as_str().into())]);
            notes.find(Some(certificate(object)), said);
        }
    }
}
