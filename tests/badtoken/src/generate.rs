//! Key generation: `refuse-second-key CODE`, `force-exponent HEX`, `replace-id HEX`,
//! `replace-label TEXT`, and what templates.rs refuses.

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_MECHANISM, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_ULONG, CKA_CLASS,
    CKA_ID, CKA_LABEL, CKA_PUBLIC_EXPONENT, CKO_PRIVATE_KEY, CKR_OK,
};

use crate::behind::behind;
use crate::control::{self, Control, value};
use crate::inside::{self, ulong};
use crate::mechanisms;
use crate::objects;
use crate::search;
use crate::templates::Template;

/// `C_GenerateKeyPair`
#[expect(clippy::too_many_arguments, reason = "the standard's function")]
pub(crate) fn key_pair(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    public: *mut CK_ATTRIBUTE,
    public_count: CK_ULONG,
    private: *mut CK_ATTRIBUTE,
    private_count: CK_ULONG,
    public_key: *mut CK_OBJECT_HANDLE,
    private_key: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    let control = control::now();
    let mut public = Template::copy(public, public_count);
    let private = Template::copy(private, private_count);
    if let Some(code) = refusal(&control, session, mechanism, &public, &private) {
        return code;
    }
    if let Some(exponent) = control.word("force-exponent")
        && public.get(CKA_PUBLIC_EXPONENT).is_some()
    {
        public.set(CKA_PUBLIC_EXPONENT, value(&format!("hex:{exponent}")));
    }
    let (mut public, mut private) = (public.attributes(), private.attributes());
    let answer = behind!(C_GenerateKeyPair(
        session,
        mechanism,
        public.as_mut_ptr(),
        ulong(public.len()),
        private.as_mut_ptr(),
        ulong(private.len()),
        public_key,
        private_key
    ));
    if answer == CKR_OK {
        // SAFETY: the module behind has just written the handle there.
        let public_key = unsafe { public_key.read() };
        // SAFETY: as above.
        let private_key = unsafe { private_key.read() };
        rename(&control, session, [public_key, private_key]);
        search::made(session, &[public_key, private_key]);
    }
    answer
}

fn refusal(
    control: &Control,
    session: CK_SESSION_HANDLE,
    mechanism: *const CK_MECHANISM,
    public: &Template,
    private: &Template,
) -> Option<CK_RV> {
    let of_template = public
        .refusal(control, "public")
        .or_else(|| private.refusal(control, "private"))
        .or_else(|| mechanisms::refusal(control, mechanism))
        .or_else(|| objects::no_room(control, session));
    if of_template.is_some() {
        return of_template;
    }
    let code = control.code("refuse-second-key")?;
    let id = private.get(CKA_ID)?;
    let class = CKO_PRIVATE_KEY.to_ne_bytes();
    let same = inside::find(session, &[(CKA_CLASS, &class), (CKA_ID, id)]);
    (!same.is_empty()).then_some(code)
}

/// Gives a new pair the ID and the label that the token prefers.
fn rename(control: &Control, session: CK_SESSION_HANDLE, pair: [CK_OBJECT_HANDLE; 2]) {
    for key in pair {
        if let Some(id) = control.word("replace-id") {
            inside::set(session, key, CKA_ID, &value(&format!("hex:{id}")));
        }
        if let Some(label) = control.word("replace-label") {
            inside::set(session, key, CKA_LABEL, label.as_bytes());
        }
    }
}
