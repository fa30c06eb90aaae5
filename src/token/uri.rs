//! PKCS#11 URIs (RFC 7512): read, printed, and compared with tokens and objects.

mod text;

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use zeroize::Zeroizing;

use self::text::{
    EVERYTHING, PATH, QUERY, attributes, encoded, invalid, number, text, version, write_attributes,
};
use super::{Slot, TokenInfo};
use crate::error::{Error, Result};
use crate::key::KeyId;

/// A PKCS#11 URI (RFC 7512).
///
/// An attribute that is not given matches everything, an empty one matches what is empty
/// (section 2.4). A path attribute that this library does not know matches nothing (section 2.3);
/// an unknown query attribute is kept and means nothing.
///
/// `Display` writes the attributes in the order of the fields and percent-encodes what section 2.3
/// demands, every byte of `id` among it. It leaves `pin-value` out, and `Debug` hides it: parsing
/// what was printed gives the same URI except for the PIN.
///
/// ```
/// use tokencert::token::Pkcs11Uri;
///
/// let uri: Pkcs11Uri = "pkcs11:token=%E7%B5%8C%E7%90%86;id=%0A%1b?pin-value=1234".parse()?;
/// assert_eq!(uri.token.as_deref(), Some("経理"));
/// assert_eq!(uri.id.as_deref(), Some(&[0x0a, 0x1b][..]));
/// assert!(uri.has_pin_value());
/// assert_eq!(uri.to_string(), "pkcs11:token=%E7%B5%8C%E7%90%86;id=%0A%1B");
/// # Ok::<(), tokencert::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Pkcs11Uri {
    /// `token`: the token's label.
    pub token: Option<String>,
    /// `manufacturer`: the token's `manufacturerID`.
    pub manufacturer: Option<String>,
    /// `serial`: the token's `serialNumber`.
    pub serial: Option<String>,
    /// `model`: the token's model.
    pub model: Option<String>,
    /// `library-manufacturer`: the module's `manufacturerID`.
    pub library_manufacturer: Option<String>,
    /// `library-description`: the module's `libraryDescription`.
    pub library_description: Option<String>,
    /// `library-version`: major and minor; without a minor one it is 0 (section 2.5).
    pub library_version: Option<(u8, u8)>,
    /// `slot-manufacturer`: the slot's `manufacturerID`.
    pub slot_manufacturer: Option<String>,
    /// `slot-description`: the slot's `slotDescription`.
    pub slot_description: Option<String>,
    /// `slot-id`: the slot's number, which is good only until the token is pulled out.
    pub slot_id: Option<u64>,
    /// `object`: the object's `CKA_LABEL`.
    pub object: Option<String>,
    /// `type`: the object's class.
    pub class: Option<UriClass>,
    /// `id`: the object's `CKA_ID`.
    pub id: Option<Vec<u8>>,
    /// `pin-source`: where the PIN is to be read, for example `file:/run/pin`.
    pub pin_source: Option<String>,
    /// `module-name`: the module's name without prefix and suffix.
    pub module_name: Option<String>,
    /// `module-path`: kept to be printed, never loaded: a URI from elsewhere must not choose the
    /// code that runs (section 6).
    pub module_path: Option<String>,
    pin_value: Option<PinValue>,
    unknown_path: Vec<Unknown>,
    unknown_query: Vec<Unknown>,
}

/// The class of an object, as the attribute `type` names it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(missing_docs, reason = "the names are the standard's")]
pub enum UriClass {
    Cert,
    Data,
    Private,
    Public,
    SecretKey,
}

/// An attribute of a vendor: its name and its bytes.
type Unknown = (String, Vec<u8>);

/// A PIN that is wiped when it is dropped and never printed.
#[derive(Clone, PartialEq, Eq)]
struct PinValue(Zeroizing<String>);

impl fmt::Debug for PinValue {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[hidden]")
    }
}

const SCHEME: &str = "pkcs11:";

/// The query attributes of the standard (RFC 7512 section 2.3).
const KNOWN_QUERY: [&str; 4] = ["pin-source", "pin-value", "module-name", "module-path"];

impl UriClass {
    const ALL: [Self; 5] = [
        Self::Cert,
        Self::Data,
        Self::Private,
        Self::Public,
        Self::SecretKey,
    ];

    /// The value of `type`, for example `secret-key`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Cert => "cert",
            Self::Data => "data",
            Self::Private => "private",
            Self::Public => "public",
            Self::SecretKey => "secret-key",
        }
    }
}

impl Pkcs11Uri {
    /// The URI of a token: its label, manufacturer, serial number and model.
    #[must_use]
    pub fn of_token(identity: &super::TokenIdentity) -> Self {
        Self {
            token: Some(identity.label.clone()),
            manufacturer: Some(identity.manufacturer.clone()),
            serial: Some(identity.serial.clone()),
            model: Some(identity.model.clone()),
            ..Self::default()
        }
    }

    /// True if the URI carries a PIN. It cannot be read out: on a command line it is public.
    #[must_use]
    pub fn has_pin_value(&self) -> bool {
        self.pin_value.is_some()
    }

    /// True if the URI says anything about the token, its slot or its module.
    #[must_use]
    pub fn names_token(&self) -> bool {
        let texts = [
            &self.token,
            &self.manufacturer,
            &self.serial,
            &self.model,
            &self.library_manufacturer,
            &self.library_description,
            &self.slot_manufacturer,
            &self.slot_description,
        ];
        texts.into_iter().any(Option::is_some)
            || self.library_version.is_some()
            || self.slot_id.is_some()
    }

    /// True if every token and slot attribute of the URI is that of `token` in `slot`.
    ///
    /// A [`Slot`] tells neither its manufacturer nor its module, so a URI with `slot-manufacturer`
    /// or one of the `library-` attributes matches no token: what cannot be compared is not taken
    /// to be equal.
    #[must_use]
    pub fn matches_token(&self, slot: &Slot, token: &TokenInfo) -> bool {
        let same = |wanted: &Option<String>, found: &str| {
            wanted.as_deref().is_none_or(|wanted| wanted == found)
        };
        self.unknown_path.is_empty()
            && self.library_manufacturer.is_none()
            && self.library_description.is_none()
            && self.library_version.is_none()
            && self.slot_manufacturer.is_none()
            && same(&self.slot_description, &slot.description)
            && self.slot_id.is_none_or(|wanted| wanted == slot.id)
            && same(&self.token, &token.identity.label)
            && same(&self.manufacturer, &token.identity.manufacturer)
            && same(&self.serial, &token.identity.serial)
            && same(&self.model, &token.identity.model)
    }

    /// True if `id` and `object` of the URI are those of a key or a certificate.
    ///
    /// `type` is not compared as long as it names a key or a certificate: what is selected is a key
    /// together with its certificates.
    #[must_use]
    pub fn matches_object(&self, id: Option<&KeyId>, label: Option<&str>) -> bool {
        self.unknown_path.is_empty()
            && !matches!(self.class, Some(UriClass::Data | UriClass::SecretKey))
            && self
                .id
                .as_deref()
                .is_none_or(|wanted| wanted == id.map_or(&[][..], KeyId::as_bytes))
            && self
                .object
                .as_deref()
                .is_none_or(|wanted| wanted == label.unwrap_or_default())
    }

    fn path_text(&mut self, name: &str) -> Option<&mut Option<String>> {
        Some(match name {
            "token" => &mut self.token,
            "manufacturer" => &mut self.manufacturer,
            "serial" => &mut self.serial,
            "model" => &mut self.model,
            "library-manufacturer" => &mut self.library_manufacturer,
            "library-description" => &mut self.library_description,
            "slot-manufacturer" => &mut self.slot_manufacturer,
            "slot-description" => &mut self.slot_description,
            "object" => &mut self.object,
            _ => return None,
        })
    }

    fn set_path(&mut self, name: &str, value: Vec<u8>) -> Result<()> {
        if let Some(field) = self.path_text(name) {
            *field = Some(text(name, value)?);
            return Ok(());
        }
        match name {
            "id" => self.id = Some(value),
            // The slip of a `;` for the `?`: the PIN must neither be shown nor be ignored.
            "pin-value" => self.pin_value = Some(PinValue(Zeroizing::new(text(name, value)?))),
            "library-version" => self.library_version = Some(version(&text(name, value)?)?),
            "slot-id" => self.slot_id = Some(number(name, &text(name, value)?)?),
            "type" => {
                let value = text(name, value)?;
                let class = UriClass::ALL
                    .into_iter()
                    .find(|class| class.name() == value);
                self.class = Some(class.ok_or_else(|| {
                    invalid("`type` must be public, private, cert, secret-key or data")
                })?);
            }
            _ => self.unknown_path.push((name.to_owned(), value)),
        }
        Ok(())
    }

    fn set_query(&mut self, name: &str, value: Vec<u8>) -> Result<()> {
        match name {
            "pin-source" => self.pin_source = Some(text(name, value)?),
            "pin-value" => self.pin_value = Some(PinValue(Zeroizing::new(text(name, value)?))),
            "module-name" => self.module_name = Some(text(name, value)?),
            "module-path" => self.module_path = Some(text(name, value)?),
            _ => self.unknown_query.push((name.to_owned(), value)),
        }
        Ok(())
    }
}

impl FromStr for Pkcs11Uri {
    type Err = Error;

    /// Reads a URI.
    ///
    /// Spaces and letters outside ASCII are taken as they stand although RFC 7512 wants them
    /// encoded, because no delimiter is among them. Refused are broken percent-encoding, control
    /// characters, a fragment, text that is not UTF-8, an attribute of the standard that is given
    /// twice, and `pin-source` together with `pin-value` (sections 2.3 and 2.4). No error repeats a
    /// value: it might be a PIN.
    fn from_str(input: &str) -> Result<Self> {
        let rest = input
            .split_at_checked(SCHEME.len())
            .and_then(|(scheme, rest)| scheme.eq_ignore_ascii_case(SCHEME).then_some(rest))
            .ok_or_else(|| invalid("it does not begin with `pkcs11:`"))?;
        if rest.chars().any(|c| c.is_control() || c == '#') {
            return Err(invalid(
                "control characters and `#` must be percent-encoded",
            ));
        }
        let (path, query) = rest.split_once('?').unwrap_or((rest, ""));
        let mut uri = Self::default();
        let mut seen = BTreeSet::new();
        for attribute in attributes(path, ';') {
            let (name, value) = attribute?;
            if !seen.insert(name) {
                return Err(invalid(format!("`{name}` is given twice")));
            }
            uri.set_path(name, value)?;
        }
        seen.clear();
        for attribute in attributes(query, '&') {
            let (name, value) = attribute?;
            uri.set_query(name, value)?;
            // Only the attributes of vendors may be repeated here.
            if !seen.insert(name) && KNOWN_QUERY.contains(&name) {
                return Err(invalid(format!("`{name}` is given twice")));
            }
        }
        if uri.pin_source.is_some() && uri.pin_value.is_some() {
            return Err(invalid("`pin-source` and `pin-value` exclude each other"));
        }
        Ok(uri)
    }
}

impl fmt::Display for Pkcs11Uri {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = |value: &Option<String>| value.as_ref().map(|value| encoded(value, PATH));
        let mut path = vec![
            ("token", text(&self.token)),
            ("manufacturer", text(&self.manufacturer)),
            ("serial", text(&self.serial)),
            ("model", text(&self.model)),
            ("library-manufacturer", text(&self.library_manufacturer)),
            ("library-description", text(&self.library_description)),
            (
                "library-version",
                self.library_version
                    .map(|(major, minor)| format!("{major}.{minor}")),
            ),
            ("slot-manufacturer", text(&self.slot_manufacturer)),
            ("slot-description", text(&self.slot_description)),
            ("slot-id", self.slot_id.map(|id| id.to_string())),
            ("object", text(&self.object)),
            ("type", self.class.map(|class| class.name().to_owned())),
            ("id", self.id.as_ref().map(|id| encoded(id, EVERYTHING))),
        ];
        path.extend(
            self.unknown_path
                .iter()
                .map(|(n, v)| (n.as_str(), Some(encoded(v, PATH)))),
        );
        let text = |value: &Option<String>| value.as_ref().map(|value| encoded(value, QUERY));
        let mut query = vec![
            ("pin-source", text(&self.pin_source)),
            ("module-name", text(&self.module_name)),
            ("module-path", text(&self.module_path)),
        ];
        query.extend(
            self.unknown_query
                .iter()
                .map(|(n, v)| (n.as_str(), Some(encoded(v, QUERY)))),
        );

        f.write_str(SCHEME)?;
        write_attributes(f, path, "", ";")?;
        write_attributes(f, query, "?", "&")
    }
}
