//! What is on a token, as reports have it.

use super::Observation;
use super::world::is_authority;
use crate::certificate::hexadecimal;
use crate::finding::{CertificateSeen, KeySeen, TokenSeen};
use crate::key::{KeyAlgorithm, PublicKey};
use crate::profile::{Profile, issue_count};
use crate::token::{CertificateObject, Contents, Identity, PinKind, TokenFlags};

/// A token.
pub(super) fn token(seen: &Observation, profile: Option<&Profile>) -> TokenSeen {
    let info = &seen.info;
    let contents = seen.contents.as_ref();
    let flags = info.flags.names();
    let (major, minor) = info.firmware;
    TokenSeen {
        identity: info.identity.clone(),
        module: seen.module.clone(),
        slot: seen.slot,
        initialized: info.flags.has(TokenFlags::TOKEN_INITIALIZED),
        software: info.software,
        firmware: format!("{major}.{minor}"),
        flags: flags.into_iter().map(str::to_owned).collect(),
        pin_state: info.flags.pin_state(PinKind::User).name().to_owned(),
        so_pin_state: info.flags.pin_state(PinKind::So).name().to_owned(),
        logged_in: contents.is_some_and(|contents| contents.logged_in),
        error: seen.trouble.as_ref().map(|trouble| trouble.cause.clone()),
        certificates: contents.map_or_else(Vec::new, |it| certificates(it, profile)),
        keys: contents.map_or_else(Vec::new, keys),
    }
}

fn certificates(contents: &Contents, profile: Option<&Profile>) -> Vec<CertificateSeen> {
    let seen = |object: &CertificateObject| {
        let certificate = object.certificate.as_ref()?;
        let subject = certificate.subject();
        let holder = profile.and_then(|profile| profile.recognize(subject));
        let known = holder.as_ref().and_then(|holder| holder.count);
        Some(CertificateSeen {
            id: object.id.clone(),
            label: object.label.clone(),
            subject: subject.to_string(),
            issuer: certificate.issuer().to_string(),
            serial_number: certificate.serial_number(),
            not_before: certificate.not_before(),
            not_after: certificate.not_after(),
            sha256: certificate.fingerprint(),
            ca: is_authority(contents, certificate),
            issue_count: known.or_else(|| issue_count(subject)?.parse().ok()),
            contract: holder.as_ref().and_then(|holder| holder.contract.clone()),
            user: holder.and_then(|holder| holder.user),
            matches_key: object.matches_key,
        })
    };
    let mut seen: Vec<_> = contents.all_certificates().filter_map(seen).collect();
    seen.sort();
    seen
}

fn keys(contents: &Contents) -> Vec<KeySeen> {
    let seen = |identity: &Identity| {
        let private = identity.private_key.as_ref();
        let flags = private.map(|key| key.flags).unwrap_or_default();
        let asked = private.filter(|key| !key.refusals.is_empty());
        Some(KeySeen {
            id: identity.id().cloned(),
            label: identity.label().map(str::to_owned),
            algorithm: identity.algorithm().as_ref().map(KeyAlgorithm::to_string),
            private: private.is_some(),
            public_key_sha256: identity
                .public()
                .map(PublicKey::sha256)
                .map(|it| hexadecimal(&it)),
            sensitive: flags.sensitive,
            extractable: flags.extractable,
            local: flags.local,
            readable: asked.map(|key| key.refusals.iter().any(|refusal| !refusal.refused)),
        })
    };
    let mut seen: Vec<_> = contents.identities.iter().filter_map(seen).collect();
    seen.sort();
    seen
}
