//! Profiles: what a clerk cannot know, in one TOML file from the bank or the help desk.

mod count;
mod recognized;
mod store;
mod subject;
mod toml_file;
mod values;

use serde::{Deserialize, Serialize};

use crate::error::{Error, Result};
use crate::key::{KeyAlgorithm, SignatureScheme};
use crate::lifecycle::Windows;
use crate::request::{RequestTemplate, Usage};

#[cfg(feature = "ca")]
pub(crate) use count::but_for_count;
pub use count::{IssueCounts, issue_count};
pub use recognized::{ExpectedSubject, Recognized};
pub use store::ProfileStore;
pub use subject::{Holder, SubjectTemplate};
pub use toml_file::{did_you_mean, from_toml};
pub use values::Fingerprint;

/// The largest profile that is read, in bytes.
pub const MAXIMUM_BYTES: u64 = 64 * 1024;

const VERSION: u32 = 1;

/// A profile (version 1): the defaults are those of the banks' own rules.
///
/// ```
/// use tokencert::profile::{Holder, Profile};
///
/// let profile = Profile::parse(
///     "shinkin.toml",
///     r#"
///         version = 1
///         name = "shinkin"
///         authority = "dir:/srv/ca"
///         subject = "CN={contract} {user} {institution},OU=IssuedCount = {count},O=Example,C=JP"
///         institution = "1283"
///     "#,
/// )?;
/// let holder = Holder { contract: Some("00009876543"), user: Some("taro"), ..Holder::default() };
/// assert_eq!(
///     profile.subject(&holder)?,
///     "CN=00009876543 taro 1283,OU=IssuedCount = 001,O=Example,C=JP"
/// );
/// assert_eq!(profile.windows.renewal_days_before, 30);
/// # Ok::<(), tokencert::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Profile {
    #[serde(deserialize_with = "values::version")]
    version: u32,
    /// The profile's name, which is also its file's: `[a-z0-9][a-z0-9._-]*`.
    #[serde(deserialize_with = "values::name")]
    pub name: String,
    /// The authority: `dir:PATH`, `files:DIR` (absolute paths) or `https://…`.
    #[serde(deserialize_with = "values::authority")]
    pub authority: String,
    /// SHA-256 of the authority's own certificate, to know it by at the first contact.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ca_fingerprint: Option<Fingerprint>,
    /// The institution's code, the value of `{institution}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub institution: Option<String>,
    /// The subject of a certificate; of a user's, where administrators have a template of their own.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub subject: Option<SubjectTemplate>,
    /// The subject of an administrator's certificate.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub administrator_subject: Option<SubjectTemplate>,
    /// The kind of key.
    #[serde(default = "values::default_key", with = "values::as_text")]
    pub key: KeyAlgorithm,
    /// RSA signatures of requests are RSASSA-PSS.
    #[serde(default)]
    pub pss: bool,
    /// What the certificate is for.
    #[serde(default = "values::default_usages")]
    pub usages: Vec<Usage>,
    /// Whether requests may carry alternative names.
    #[serde(default)]
    pub alternative_names: AlternativeNames,
    /// What acquisition asks for beside the PIN; nothing means that the holder is asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub second_factor: Option<SecondFactor>,
    /// Where the key has to be born; nothing means the token that is chosen.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destination: Option<Destination>,
    /// The page to log in at.
    #[serde(
        default,
        skip_serializing_if = "Option::is_none",
        deserialize_with = "values::login_url"
    )]
    pub login_url: Option<String>,
    /// What the profile is called on the screen.
    #[serde(default)]
    pub title: Title,
    /// When to acquire and to renew.
    #[serde(default)]
    pub windows: Windows,
    /// How long certificates are valid.
    #[serde(default)]
    pub validity: Validity,
    /// The driver of the token.
    #[serde(default)]
    pub module: ModuleSource,
    /// Whom to ask.
    #[serde(default)]
    pub support: Support,
}

/// Where the key has to be born.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Destination {
    /// A hardware token.
    Usb,
    /// A software token on this computer.
    Pc,
}

/// What acquisition asks for beside the account's PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum SecondFactor {
    /// The confirmation PIN.
    ConfirmationPin,
    /// A one-time code.
    OneTimeCode,
    /// Nothing.
    None,
}

/// Whether a certificate may have subject alternative names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum AlternativeNames {
    /// None at all.
    #[default]
    None,
    /// Those of the request.
    Request,
}

/// The profile's title in the two languages of the programs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[expect(
    missing_docs,
    reason = "the names are those of the languages (ISO 639)"
)]
pub struct Title {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub en: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ja: Option<String>,
}

/// How long the certificates of this profile are valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Validity {
    /// Calendar months from issuing to notAfter, 1 to 120.
    #[serde(deserialize_with = "values::months")]
    pub months: u16,
    /// Minutes that notBefore lies before issuing, for clocks that are behind.
    pub backdate_minutes: u16,
}

impl Default for Validity {
    fn default() -> Self {
        Self {
            months: 12,
            backdate_minutes: 10,
        }
    }
}

/// The PKCS#11 module that the token needs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct ModuleSource {
    /// Its absolute path or its name, as `--module` takes it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The page it can be had from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub download: Option<String>,
}

/// The support desk, named at the end of every hint.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, Serialize)]
#[serde(default, deny_unknown_fields)]
#[non_exhaustive]
pub struct Support {
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Its telephone number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub telephone: Option<String>,
    /// When it can be reached.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub hours: Option<String>,
}

impl Profile {
    /// A profile of this name for this authority, everything else by default.
    pub fn new(name: &str, authority: &str) -> Result<Self> {
        let mut table = toml::Table::new();
        table.insert("version".to_owned(), i64::from(VERSION).into());
        table.insert("name".to_owned(), name.into());
        table.insert("authority".to_owned(), authority.into());
        Self::parse(name, &table.to_string())
    }

    /// Reads a profile; `source` names its file in [`Error::ProfileInvalid`], whose reason names
    /// the line.
    pub fn parse(source: &str, text: &str) -> Result<Self> {
        let profile: Self = from_toml(source, text)?;
        if profile.pss && !SignatureScheme::RsaPssSha256.suits(profile.key) {
            return Err(Error::ProfileInvalid {
                name: source.to_owned(),
                reason: format!("`pss` is for RSA keys, and `key` is `{}`", profile.key),
            });
        }
        Ok(profile)
    }

    /// The profile as TOML, every default written out.
    pub fn to_toml(&self) -> Result<String> {
        toml::to_string_pretty(self).map_err(|error| Error::ProfileInvalid {
            name: self.name.clone(),
            reason: error.to_string(),
        })
    }

    /// How requests are signed.
    #[must_use]
    pub fn scheme(&self) -> SignatureScheme {
        if self.pss {
            SignatureScheme::RsaPssSha256
        } else {
            self.key.default_scheme()
        }
    }

    /// The template of a holder's subject: the administrator's own, for a holder who is no user,
    /// where there is one.
    #[must_use]
    pub fn subject_template(&self, administrator: bool) -> Option<&SubjectTemplate> {
        let own = self
            .administrator_subject
            .as_ref()
            .filter(|_| administrator);
        own.or(self.subject.as_ref())
    }

    /// The subject of a holder as [`RequestTemplate::subject`] takes it.
    ///
    /// A holder without user ID is an administrator. The institution is the profile's unless the
    /// holder names one. Fails where a value that the template needs is not given.
    pub fn subject(&self, holder: &Holder<'_>) -> Result<String> {
        self.template_of(holder)?.fill(&self.completed(holder))
    }

    /// The subject of a holder with any issue count, which only the authority knows.
    pub fn expected_subject(&self, holder: &Holder<'_>) -> Result<ExpectedSubject> {
        let template = self.template_of(holder)?;
        let filled = template.but_for_count(&self.completed(holder))?;
        Ok(ExpectedSubject::AnyCount(filled))
    }

    /// The holder that a subject names, if it is one of this profile.
    #[must_use]
    pub fn recognize(&self, subject: &crate::certificate::DistinguishedName) -> Option<Recognized> {
        let templates = [self.administrator_subject.as_ref(), self.subject.as_ref()];
        let mut holders = templates
            .into_iter()
            .flatten()
            .filter_map(|template| template.recognize(subject));
        holders.find(|holder| {
            let own = self.institution.as_ref();
            own.is_none() || holder.institution.is_none() || holder.institution.as_ref() == own
        })
    }

    fn template_of(&self, holder: &Holder<'_>) -> Result<&SubjectTemplate> {
        self.subject_template(holder.user.is_none())
            .ok_or_else(|| Error::ProfileInvalid {
                name: self.name.clone(),
                reason: "it has no `subject`".into(),
            })
    }

    fn completed<'h>(&'h self, holder: &Holder<'h>) -> Holder<'h> {
        Holder {
            institution: holder.institution.or(self.institution.as_deref()),
            ..*holder
        }
    }

    /// What a holder's certificate is asked for under this profile.
    pub fn request(&self, holder: &Holder<'_>) -> Result<RequestTemplate> {
        let mut request = RequestTemplate::new(self.subject(holder)?);
        request.usages.clone_from(&self.usages);
        Ok(request)
    }
}
