//! Reading what a token holds: one search, one call per object.

use cryptoki_sys::{
    CK_ATTRIBUTE_TYPE, CK_OBJECT_CLASS, CK_SESSION_HANDLE, CK_ULONG, CKA_ALWAYS_AUTHENTICATE,
    CKA_ALWAYS_SENSITIVE, CKA_CLASS, CKA_DESTROYABLE, CKA_EC_PARAMS, CKA_EC_POINT, CKA_EXTRACTABLE,
    CKA_ID, CKA_KEY_TYPE, CKA_LABEL, CKA_LOCAL, CKA_MODIFIABLE, CKA_MODULUS, CKA_NEVER_EXTRACTABLE,
    CKA_PRIVATE, CKA_PUBLIC_EXPONENT, CKA_PUBLIC_KEY_INFO, CKA_SENSITIVE, CKA_TOKEN, CKA_VALUE,
    CKK_EC, CKK_EC_EDWARDS, CKK_RSA, CKO_CERTIFICATE, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY,
};

use super::attributes::{Attributes, Wanted};
use super::raw;
use super::session::Token;
use crate::certificate::Certificate;
use crate::error::{CallError, Result, ReturnValue};
use crate::key::{KeyAlgorithm, KeyFlags, KeyId, PublicKey};
use crate::token::{Access, CertificateObject, Contents, KeyObject, Objects, OtherObject};

/// What is asked of anything that is not known to be a certificate.
///
/// `CKA_VALUE` is not among them: on a key that can be exported it is the secret itself.
pub(super) const KEY: &[Wanted] = &[
    want(CKA_CLASS, 8),
    want(CKA_KEY_TYPE, 8),
    want(CKA_ID, 256),
    want(CKA_LABEL, 512),
    want(CKA_SENSITIVE, 1),
    want(CKA_EXTRACTABLE, 1),
    want(CKA_ALWAYS_SENSITIVE, 1),
    want(CKA_NEVER_EXTRACTABLE, 1),
    want(CKA_LOCAL, 1),
    want(CKA_ALWAYS_AUTHENTICATE, 1),
    want(CKA_MODULUS, 1024),
    want(CKA_PUBLIC_EXPONENT, 64),
    want(CKA_EC_PARAMS, 512),
    want(CKA_EC_POINT, 256),
    want(CKA_PUBLIC_KEY_INFO, 2048),
];

pub(super) const CERTIFICATE: &[Wanted] = &[
    want(CKA_CLASS, 8),
    want(CKA_ID, 256),
    want(CKA_LABEL, 512),
    want(CKA_VALUE, 8192),
];

pub(super) const fn want(kind: CK_ATTRIBUTE_TYPE, room: usize) -> Wanted {
    Wanted { kind, room }
}

impl Token<'_> {
    /// Reads every object and sorts what belongs together.
    ///
    /// Without login, private keys are not seen and their public keys stand in for them. Keys that
    /// nothing but a signature tells apart make one.
    pub fn contents(&self) -> Result<Contents> {
        let (mut objects, _) = self.objects().map_err(|call| self.failed(call))?;
        if let Err(error) = self.tell_apart(&mut objects) {
            tracing::warn!(%error, "a key could not be told from another one");
        }
        Ok(Contents::assemble(objects, self.is_logged_in()))
    }

    /// The same, but an object that cannot be read is an error: for decisions that take a key or a
    /// certificate which is not seen for one that is not there.
    pub fn whole_contents(&self) -> Result<Contents> {
        let (mut objects, unread) = self.objects().map_err(|call| self.failed(call))?;
        if let Some(call) = unread {
            return Err(self.failed(call));
        }
        self.tell_apart(&mut objects)?;
        Ok(Contents::assemble(objects, self.is_logged_in()))
    }

    /// The objects, and what the last one that could not be read was answered with.
    fn objects(&self) -> Result<(Objects, Option<CallError>), CallError> {
        let session = self.session().handle();
        let raw = &self.inner.core.raw;
        let handles = raw.find(session, &[(CKA_TOKEN, raw::bool_bytes(true))], true)?;
        if handles.is_empty() {
            return Ok((Objects::default(), None));
        }
        // One batch will do: a certificate that it misses is read again.
        let (known, session) = self.certificates_known(session, false);
        let mut objects = Objects::default();
        let mut unread = None;
        for handle in handles {
            let known = known.contains(&handle);
            match self.read_object(session, handle, known) {
                Ok(attributes) => sort(&mut objects, handle, &attributes),
                Err(call) if is_about_one_object(call.value) => {
                    tracing::warn!(%call, "an object could not be read");
                    // One that another program has just deleted is not there, and not unread.
                    if call.value != ReturnValue::OBJECT_HANDLE_INVALID {
                        unread = Some(call);
                    }
                }
                Err(call) => return Err(call),
            }
        }
        Ok((objects, unread))
    }

    /// Which objects are certificates has to be known before they are read, for only of those may
    /// the value be asked. The session that comes with them is to be used from then on.
    pub(super) fn certificates_known(
        &self,
        session: CK_SESSION_HANDLE,
        complete: bool,
    ) -> (Vec<u64>, CK_SESSION_HANDLE) {
        let certificates = [(CKA_CLASS, raw::ulong_bytes(CKO_CERTIFICATE))];
        let raw = &self.inner.core.raw;
        match raw.find(session, &certificates, complete) {
            Ok(known) => (known, session),
            Err(call) => {
                tracing::debug!(%call, "ignored");
                // Nothing else ends a search that did not end.
                let mut session = self.session();
                if let Err(error) = self.renew_session(&mut session) {
                    tracing::debug!(%error, "no fresh session after a failed search");
                }
                (Vec::new(), session.handle())
            }
        }
    }

    pub(super) fn read_object(
        &self,
        session: CK_SESSION_HANDLE,
        handle: u64,
        known_as_certificate: bool,
    ) -> Result<Attributes, CallError> {
        let raw = &self.inner.core.raw;
        if known_as_certificate {
            return raw.attributes(session, handle, CERTIFICATE);
        }
        let attributes = match raw.attributes(session, handle, KEY) {
            // A vendor's own kind of object may not stand being asked for what keys have.
            Err(call) if is_about_one_object(call.value) => {
                let class = raw.attributes(session, handle, &[want(CKA_CLASS, 8)]);
                let is_key = |class| [CKO_PRIVATE_KEY, CKO_PUBLIC_KEY].contains(&class);
                let other =
                    |read: &Attributes| read.number(CKA_CLASS).is_some_and(|it| !is_key(it));
                class.ok().filter(other).ok_or(call)?
            }
            answer => answer?,
        };
        if attributes.number(CKA_CLASS) == Some(CKO_CERTIFICATE) {
            return raw.attributes(session, handle, CERTIFICATE);
        }
        Ok(attributes)
    }

    /// Reads one key object again.
    pub(super) fn read_key(&self, handle: u64) -> Result<KeyObject> {
        let session = self.session().handle();
        let attributes = self.inner.core.raw.attributes(session, handle, KEY);
        Ok(key_object(
            handle,
            &attributes.map_err(|call| self.failed(call))?,
        ))
    }

    /// The handles of all objects under an ID.
    pub(super) fn find_all_by_id(&self, id: &KeyId) -> Result<Vec<u64>> {
        self.search(&[(CKA_ID, id.as_bytes().to_vec())])
    }

    /// The handles of objects of a class under an ID.
    pub(super) fn find_by_id(&self, class: CK_OBJECT_CLASS, id: &KeyId) -> Result<Vec<u64>> {
        self.search(&[
            (CKA_CLASS, raw::ulong_bytes(class)),
            (CKA_ID, id.as_bytes().to_vec()),
        ])
    }

    fn search(&self, by: &[(CK_ATTRIBUTE_TYPE, Vec<u8>)]) -> Result<Vec<u64>> {
        let session = self.session().handle();
        let found = self.inner.core.raw.find(session, by, true);
        found.map_err(|call| self.failed(call))
    }
}

/// True for answers that say nothing against the other objects: a token that is gone ends it all.
pub(super) fn is_about_one_object(value: ReturnValue) -> bool {
    !value.is_removal() && value != ReturnValue::HOST_MEMORY
}

pub(super) fn sort(objects: &mut Objects, handle: u64, attributes: &Attributes) {
    let class = attributes.number(CKA_CLASS);
    let is = |wanted: CK_ULONG| class == Some(wanted);
    if is(CKO_CERTIFICATE) {
        objects.certificates.push(CertificateObject {
            handle,
            id: id(attributes),
            label: attributes.text(CKA_LABEL),
            certificate: attributes
                .filled(CKA_VALUE)
                .and_then(|der| Certificate::from_der(der).ok()),
            matches_key: None,
            access: access(attributes),
        });
    } else if is(CKO_PRIVATE_KEY) {
        objects.private_keys.push(key_object(handle, attributes));
    } else if is(CKO_PUBLIC_KEY) {
        let key = key_object(handle, attributes);
        objects.public_keys.push(KeyObject {
            flags: KeyFlags::default(),
            ..key
        });
    } else {
        objects.others.push(OtherObject {
            class: class.map(raw::wide),
            label: attributes.text(CKA_LABEL),
        });
    }
}

/// Only a survey asks for these.
fn access(attributes: &Attributes) -> Access {
    Access {
        private: attributes.flag(CKA_PRIVATE),
        modifiable: attributes.flag(CKA_MODIFIABLE),
        destroyable: attributes.flag(CKA_DESTROYABLE),
    }
}

fn id(attributes: &Attributes) -> Option<KeyId> {
    attributes.filled(CKA_ID).and_then(KeyId::from_bytes)
}

fn key_object(handle: u64, attributes: &Attributes) -> KeyObject {
    let key_type = attributes.number(CKA_KEY_TYPE);
    let public_key = public_key(key_type, attributes);
    KeyObject {
        handle,
        id: id(attributes),
        label: attributes.text(CKA_LABEL),
        key_type: key_type.map(raw::wide),
        algorithm: public_key
            .as_ref()
            .and_then(PublicKey::algorithm)
            .or_else(|| {
                attributes
                    .filled(CKA_EC_PARAMS)
                    .and_then(KeyAlgorithm::from_ec_parameters)
            }),
        public_key,
        public_key_assumed: false,
        flags: KeyFlags {
            sensitive: attributes.flag(CKA_SENSITIVE),
            extractable: attributes.flag(CKA_EXTRACTABLE),
            always_sensitive: attributes.flag(CKA_ALWAYS_SENSITIVE),
            never_extractable: attributes.flag(CKA_NEVER_EXTRACTABLE),
            local: attributes.flag(CKA_LOCAL),
            always_authenticate: attributes.flag(CKA_ALWAYS_AUTHENTICATE),
        },
        refusals: Vec::new(),
        access: access(attributes),
    }
}

/// The public half from what the object itself says.
///
/// The size comes from the modulus: NSS has no `CKA_MODULUS_BITS`. `CKA_PUBLIC_KEY_INFO` is the
/// last resort, because modules that know the attribute may leave it empty.
fn public_key(key_type: Option<CK_ULONG>, attributes: &Attributes) -> Option<PublicKey> {
    let is = |wanted: CK_ULONG| key_type == Some(wanted);
    let own = if is(CKK_RSA) {
        match (
            attributes.filled(CKA_MODULUS),
            attributes.filled(CKA_PUBLIC_EXPONENT),
        ) {
            (Some(modulus), Some(exponent)) => PublicKey::from_rsa_parts(modulus, exponent).ok(),
            _ => None,
        }
    } else if is(CKK_EC) || is(CKK_EC_EDWARDS) {
        match (
            attributes.filled(CKA_EC_PARAMS),
            attributes.filled(CKA_EC_POINT),
        ) {
            (Some(params), Some(point)) => PublicKey::from_ec_parts(params, point).ok(),
            _ => None,
        }
    } else {
        None
    };
    own.or_else(|| PublicKey::from_der(attributes.filled(CKA_PUBLIC_KEY_INFO)?).ok())
}
