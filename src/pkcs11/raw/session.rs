//! A session: its logins, the objects that it makes, and its signatures.

use std::cell::Cell;
use std::marker::PhantomData;
use std::ptr;
use std::sync::Arc;

use cryptoki::mechanism::Mechanism;
use cryptoki::object::Attribute;
use cryptoki_sys::{
    CK_ATTRIBUTE, CK_MECHANISM, CK_SESSION_HANDLE, CK_SESSION_INFO, CK_STATE, CK_ULONG,
    CKF_RW_SESSION, CKF_SERIAL_SESSION,
};

use super::{Called, Raw, index, length, narrow, result, room, wide};
use crate::error::{CallError, ReturnValue};

/// How a session is opened, and who ends it.
#[derive(Clone, Copy, Debug)]
pub(in crate::pkcs11) struct Opening {
    pub(in crate::pkcs11) writable: bool,
    /// It is closed when it is dropped; without this, `C_Finalize` ends it.
    pub(in crate::pkcs11) closes: bool,
}

/// An open session. Not `Sync`: a session does one thing at a time (section 5.1.3).
pub(in crate::pkcs11) struct Session {
    raw: Arc<Raw>,
    handle: CK_SESSION_HANDLE,
    closes: bool,
    one_at_a_time: PhantomData<Cell<()>>,
}

impl Session {
    /// `C_OpenSession`, without the callbacks that some modules cannot stand.
    pub(in crate::pkcs11) fn open(raw: &Arc<Raw>, slot: u64, how: Opening) -> Called<Self> {
        let mut flags = CKF_SERIAL_SESSION;
        if how.writable {
            flags |= CKF_RW_SESSION;
        }
        let mut handle: CK_SESSION_HANDLE = 0;
        call!(
            raw,
            C_OpenSession(narrow(slot), flags, ptr::null_mut(), None, &raw mut handle)
        )?;
        Ok(Self {
            raw: Arc::clone(raw),
            handle,
            closes: how.closes,
            one_at_a_time: PhantomData,
        })
    }

    pub(in crate::pkcs11) fn handle(&self) -> CK_SESSION_HANDLE {
        self.handle
    }

    /// `C_CloseSession`.
    pub(in crate::pkcs11) fn close(mut self) -> Called {
        self.closes = false;
        call!(self.raw, C_CloseSession(self.handle))
    }

    /// Who is logged in, of `C_GetSessionInfo`.
    pub(in crate::pkcs11) fn state(&self) -> Called<CK_STATE> {
        let mut info = CK_SESSION_INFO::default();
        call!(self.raw, C_GetSessionInfo(self.handle, &raw mut info))?;
        Ok(info.state)
    }

    /// `C_Login` of a user by the number of its kind.
    pub(in crate::pkcs11) fn login(&self, user: u64, pin: Option<&[u8]>) -> Called {
        let (pin, size) = bytes_or_null(pin);
        call!(self.raw, C_Login(self.handle, narrow(user), pin, size))
    }

    pub(in crate::pkcs11) fn logout(&self) -> Called {
        call!(self.raw, C_Logout(self.handle))
    }

    pub(in crate::pkcs11) fn init_pin(&self, pin: Option<&[u8]>) -> Called {
        let (pin, size) = bytes_or_null(pin);
        call!(self.raw, C_InitPIN(self.handle, pin, size))
    }

    pub(in crate::pkcs11) fn set_pin(&self, old: Option<&[u8]>, new: Option<&[u8]>) -> Called {
        let ((old, old_size), (new, new_size)) = (bytes_or_null(old), bytes_or_null(new));
        call!(
            self.raw,
            C_SetPIN(self.handle, old, old_size, new, new_size)
        )
    }

    pub(in crate::pkcs11) fn create_object(&self, template: &[Attribute]) -> Called<u64> {
        let mut object: CK_ULONG = 0;
        let (mut template, count) = entries(template);
        call!(
            self.raw,
            C_CreateObject(self.handle, template.as_mut_ptr(), count, &raw mut object)
        )?;
        Ok(wide(object))
    }

    pub(in crate::pkcs11) fn destroy_object(&self, object: u64) -> Called {
        call!(self.raw, C_DestroyObject(self.handle, narrow(object)))
    }

    pub(in crate::pkcs11) fn set_attributes(&self, object: u64, values: &[Attribute]) -> Called {
        let (mut values, count) = entries(values);
        call!(
            self.raw,
            C_SetAttributeValue(self.handle, narrow(object), values.as_mut_ptr(), count)
        )
    }

    pub(in crate::pkcs11) fn generate_key(
        &self,
        mechanism: &Mechanism<'_>,
        template: &[Attribute],
    ) -> Called<u64> {
        let mut mechanism = CK_MECHANISM::from(mechanism);
        let (mut template, count) = entries(template);
        let mut key: CK_ULONG = 0;
        call!(
            self.raw,
            C_GenerateKey(
                self.handle,
                &raw mut mechanism,
                template.as_mut_ptr(),
                count,
                &raw mut key
            )
        )?;
        Ok(wide(key))
    }

    /// `C_GenerateKeyPair`: the handles of the public and of the private key.
    pub(in crate::pkcs11) fn generate_key_pair(
        &self,
        mechanism: &Mechanism<'_>,
        public: &[Attribute],
        private: &[Attribute],
    ) -> Called<(u64, u64)> {
        let mut mechanism = CK_MECHANISM::from(mechanism);
        let (mut public, public_count) = entries(public);
        let (mut private, private_count) = entries(private);
        let (mut public_key, mut private_key): (CK_ULONG, CK_ULONG) = (0, 0);
        call!(
            self.raw,
            C_GenerateKeyPair(
                self.handle,
                &raw mut mechanism,
                public.as_mut_ptr(),
                public_count,
                private.as_mut_ptr(),
                private_count,
                &raw mut public_key,
                &raw mut private_key
            )
        )?;
        Ok((wide(public_key), wide(private_key)))
    }

    /// `C_WrapKey`, asked for the length first.
    pub(in crate::pkcs11) fn wrap_key(
        &self,
        mechanism: &Mechanism<'_>,
        wrapping: u64,
        key: u64,
    ) -> Called<Vec<u8>> {
        let mut mechanism = CK_MECHANISM::from(mechanism);
        let mut wrap = |buffer: *mut u8, size: &mut CK_ULONG| {
            call!(
                self.raw,
                C_WrapKey(
                    self.handle,
                    &raw mut mechanism,
                    narrow(wrapping),
                    narrow(key),
                    buffer,
                    &raw mut *size
                )
            )
        };
        let mut size: CK_ULONG = 0;
        wrap(ptr::null_mut(), &mut size)?;
        let mut wrapped = vec![0; room(size)];
        size = length(wrapped.len());
        wrap(wrapped.as_mut_ptr(), &mut size)?;
        wrapped.truncate(index(size));
        Ok(wrapped)
    }

    pub(in crate::pkcs11) fn sign_init(&self, mechanism: &Mechanism<'_>, key: u64) -> Called {
        let mut mechanism = CK_MECHANISM::from(mechanism);
        call!(
            self.raw,
            C_SignInit(self.handle, &raw mut mechanism, narrow(key))
        )
    }

    /// One `C_Sign` with room for `size` bytes.
    pub(in crate::pkcs11) fn sign(&self, data: &[u8], size: usize) -> Called<Vec<u8>> {
        let mut signature = vec![0; size];
        let mut filled = length(size);
        let (data, count) = (data.as_ptr().cast_mut(), length(data.len()));
        call!(
            self.raw,
            C_Sign(
                self.handle,
                data,
                count,
                signature.as_mut_ptr(),
                &raw mut filled
            )
        )?;
        signature.truncate(index(filled));
        Ok(signature)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.closes {
            return;
        }
        if let Err(call) = call!(self.raw, C_CloseSession(self.handle)) {
            tracing::debug!(%call, "the session is gone already");
        }
    }
}

/// A template as the C interface takes it, which points into `attributes`.
fn entries(attributes: &[Attribute]) -> (Vec<CK_ATTRIBUTE>, CK_ULONG) {
    let entries: Vec<CK_ATTRIBUTE> = attributes.iter().map(CK_ATTRIBUTE::from).collect();
    let count = length(entries.len());
    (entries, count)
}

/// NULL means that the PIN is typed on the token's own keypad (section 5.6.7).
pub(super) fn bytes_or_null(pin: Option<&[u8]>) -> (*mut u8, CK_ULONG) {
    pin.map_or((ptr::null_mut(), 0), |pin| {
        (pin.as_ptr().cast_mut(), length(pin.len()))
    })
}
