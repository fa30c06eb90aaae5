//! Objects written, deleted and read: `room N`, `need-login CODE`, `refuse-second-certificate CODE`,
//! `one-subject-per-label CODE`, `forget-certificates`, `lost-updates`, `report CLASS ATTRIBUTE
//! VALUE`, `give-secret`, `point-on-private`, `allow-wrap`.

use std::sync::{Mutex, PoisonError};

use cryptoki_sys::{
    CK_ATTRIBUTE, CK_MECHANISM, CK_OBJECT_HANDLE, CK_RV, CK_SESSION_HANDLE, CK_SESSION_INFO,
    CK_ULONG, CK_UNAVAILABLE_INFORMATION, CKA_CLASS, CKA_EC_POINT, CKA_ID, CKA_LABEL, CKA_PRIME_1,
    CKA_PRIVATE_EXPONENT, CKA_SUBJECT, CKA_VALUE, CKO_CERTIFICATE, CKO_PRIVATE_KEY, CKO_PUBLIC_KEY,
    CKR_ATTRIBUTE_SENSITIVE, CKR_ATTRIBUTE_TYPE_INVALID, CKR_BUFFER_TOO_SMALL, CKR_DEVICE_MEMORY,
    CKR_OBJECT_HANDLE_INVALID, CKR_OK, CKR_OPERATION_ACTIVE, CKS_RW_USER_FUNCTIONS,
};

use crate::behind::behind;
use crate::control::{self, Control, number, value};
use crate::inside::{self, size, ulong};
use crate::search;
use crate::templates::Template;

/// Certificates that this process wrote, for tokens that lose them.
static WRITTEN: Mutex<Vec<(CK_SESSION_HANDLE, CK_OBJECT_HANDLE)>> = Mutex::new(Vec::new());

/// The class of an object as the control file calls it.
pub(crate) fn class_name(class: CK_ULONG) -> &'static str {
    match class {
        CKO_CERTIFICATE => "certificate",
        CKO_PUBLIC_KEY => "public",
        CKO_PRIVATE_KEY => "private",
        _ => "other",
    }
}

/// The answer of a token that has room for so many objects and no more.
pub(crate) fn no_room(control: &Control, session: CK_SESSION_HANDLE) -> Option<CK_RV> {
    let room = control.number("room")?;
    (ulong(inside::find(session, &[]).len()) >= room).then_some(CKR_DEVICE_MEMORY)
}

/// The odd code with which some tokens refuse to be written to without a login.
fn not_logged_in(control: &Control, session: CK_SESSION_HANDLE) -> Option<CK_RV> {
    let code = control.code("need-login")?;
    let mut info = CK_SESSION_INFO::default();
    let known = behind!(C_GetSessionInfo(session, &raw mut info)) == CKR_OK;
    (!known || info.state != CKS_RW_USER_FUNCTIONS).then_some(code)
}

/// `C_CreateObject`
pub(crate) fn create(
    session: CK_SESSION_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
    object: *mut CK_OBJECT_HANDLE,
) -> CK_RV {
    let control = control::now();
    let copy = Template::copy(template, count);
    let class = copy.get(CKA_CLASS).and_then(|class| class.try_into().ok());
    let class = class.map_or("other", |class| class_name(CK_ULONG::from_ne_bytes(class)));
    let refused = not_logged_in(&control, session)
        .or_else(|| copy.refusal(&control, class))
        .or_else(|| no_room(&control, session))
        .or_else(|| second_certificate(&control, session, &copy));
    if let Some(code) = refused {
        return code;
    }
    let answer = behind!(C_CreateObject(session, template, count, object));
    if answer == CKR_OK {
        // SAFETY: the module behind has just written the handle there.
        let object = unsafe { object.read() };
        search::made(session, &[object]);
        let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
        written.push((session, object));
    }
    answer
}

fn second_certificate(
    control: &Control,
    session: CK_SESSION_HANDLE,
    template: &Template,
) -> Option<CK_RV> {
    let class = CKO_CERTIFICATE.to_ne_bytes();
    if let Some(code) = control.code("refuse-second-certificate")
        && let Some(id) = template.get(CKA_ID)
        && !inside::find(session, &[(CKA_CLASS, &class), (CKA_ID, id)]).is_empty()
    {
        return Some(code);
    }
    let code = control.code("one-subject-per-label")?;
    let label = template.get(CKA_LABEL)?;
    let same_label = inside::find(session, &[(CKA_CLASS, &class), (CKA_LABEL, label)]);
    let stranger = same_label.into_iter().any(|object| {
        inside::attribute(session, object, CKA_SUBJECT).as_deref() != template.get(CKA_SUBJECT)
    });
    stranger.then_some(code)
}

/// Destroys the certificates that this process wrote.
pub(crate) fn forget() {
    let mut written = WRITTEN.lock().unwrap_or_else(PoisonError::into_inner);
    for (session, object) in written.drain(..) {
        let _ = behind!(C_DestroyObject(session, object));
    }
}

/// `C_DestroyObject`
pub(crate) fn destroy(session: CK_SESSION_HANDLE, object: CK_OBJECT_HANDLE) -> CK_RV {
    let control = control::now();
    if let Some(code) = not_logged_in(&control, session) {
        return code;
    }
    let answer = behind!(C_DestroyObject(session, object));
    if answer == CKR_OK {
        search::made(session, &[]);
    }
    answer
}

/// `C_WrapKey`
pub(crate) fn wrap(
    session: CK_SESSION_HANDLE,
    mechanism: *mut CK_MECHANISM,
    wrapping: CK_OBJECT_HANDLE,
    key: CK_OBJECT_HANDLE,
    wrapped: *mut u8,
    length: *mut CK_ULONG,
) -> CK_RV {
    if !control::now().is("allow-wrap") {
        return behind!(C_WrapKey(
            session, mechanism, wrapping, key, wrapped, length
        ));
    }
    let secret = [0x5a; 40];
    // SAFETY: the caller gives a place for a number.
    let room = unsafe { length.replace(ulong(secret.len())) };
    if wrapped.is_null() {
        return CKR_OK;
    }
    if size(room) < secret.len() {
        return CKR_BUFFER_TOO_SMALL;
    }
    // SAFETY: the caller gives as much room as it said, which is enough.
    unsafe { wrapped.copy_from_nonoverlapping(secret.as_ptr(), secret.len()) };
    CKR_OK
}

/// `C_GetAttributeValue`
pub(crate) fn attributes(
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    template: *mut CK_ATTRIBUTE,
    count: CK_ULONG,
) -> CK_RV {
    let control = control::now();
    if control.is("strict-search") && search::is_active(session) {
        return CKR_OPERATION_ACTIVE;
    }
    let odd = search::is_odd(object);
    let class = if odd {
        search::ODD_CLASS
    } else {
        match inside::class(session, object) {
            Some(class) if search::is_hidden(&control, class) => return CKR_OBJECT_HANDLE_INVALID,
            Some(class) => class,
            None => return behind!(C_GetAttributeValue(session, object, template, count)),
        }
    };
    let mut answer = if odd {
        CKR_OK
    } else {
        behind!(C_GetAttributeValue(session, object, template, count))
    };
    if template.is_null() {
        return answer;
    }
    // SAFETY: not null, and the caller gives as many attributes as it says.
    let template = unsafe { std::slice::from_raw_parts_mut(template, size(count)) };
    for one in template {
        if let Some(reported) = reported(&control, session, object, class, one) {
            match reported.written_to(one) {
                CKR_OK => {}
                code => answer = code,
            }
        } else if odd {
            one.ulValueLen = CK_UNAVAILABLE_INFORMATION;
            answer = CKR_ATTRIBUTE_TYPE_INVALID;
        }
    }
    answer
}

/// What is told in place of the truth.
enum Report {
    Value(Vec<u8>),
    Absent,
    Refused,
}

impl Report {
    fn written_to(&self, one: &mut CK_ATTRIBUTE) -> CK_RV {
        let bytes = match self {
            Self::Value(bytes) => bytes,
            Self::Absent | Self::Refused => {
                one.ulValueLen = CK_UNAVAILABLE_INFORMATION;
                return match self {
                    Self::Refused => CKR_ATTRIBUTE_SENSITIVE,
                    _ => CKR_ATTRIBUTE_TYPE_INVALID,
                };
            }
        };
        let room = one.ulValueLen;
        if !one.pValue.is_null() {
            if room != CK_UNAVAILABLE_INFORMATION && size(room) < bytes.len() {
                one.ulValueLen = CK_UNAVAILABLE_INFORMATION;
                return CKR_BUFFER_TOO_SMALL;
            }
            // SAFETY: not null, and the caller's room is enough; where the module behind put -1
            // for the room, only values that are no longer than the attribute are reported.
            unsafe {
                one.pValue
                    .cast::<u8>()
                    .copy_from_nonoverlapping(bytes.as_ptr(), bytes.len());
            }
        }
        one.ulValueLen = ulong(bytes.len());
        CKR_OK
    }
}

fn reported(
    control: &Control,
    session: CK_SESSION_HANDLE,
    object: CK_OBJECT_HANDLE,
    class: CK_ULONG,
    one: &CK_ATTRIBUTE,
) -> Option<Report> {
    if search::is_odd(object) {
        return (one.type_ == CKA_CLASS).then(|| Report::Value(class.to_ne_bytes().to_vec()));
    }
    let secret = [CKA_PRIVATE_EXPONENT, CKA_PRIME_1, CKA_VALUE].contains(&one.type_);
    if class == CKO_PRIVATE_KEY && secret {
        if !one.pValue.is_null() {
            control::note(".hits", "a secret was asked for with a buffer");
        } else if let Some(length) = control.number("give-secret") {
            return Some(Report::Value(vec![0; size(length)]));
        }
    }
    for line in control.all("report") {
        if let [of, name, told] = line
            && (of == class_name(class) || of == "any")
            && number(name) == one.type_
        {
            return Some(match told.as_str() {
                "absent" => Report::Absent,
                "refused" => Report::Refused,
                "empty" => Report::Value(Vec::new()),
                told => Report::Value(value(told)),
            });
        }
    }
    if class == CKO_PRIVATE_KEY && one.type_ == CKA_EC_POINT && control.is("point-on-private") {
        let id = inside::attribute(session, object, CKA_ID)?;
        let class = CKO_PUBLIC_KEY.to_ne_bytes();
        let public = inside::find(session, &[(CKA_CLASS, &class), (CKA_ID, &id)]);
        return inside::attribute(session, *public.first()?, CKA_EC_POINT).map(Report::Value);
    }
    None
}
