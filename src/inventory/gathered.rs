//! A report as it is collected: read from what may be anybody's bytes, checked, and taken apart by
//! token.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::state::Remarks;
use crate::certificate::{DistinguishedName, hexadecimal, sanitized};
use crate::error::{Error, Result};
use crate::finding::{
    CertificateSeen, Finding, NotChecked, Reason, Report, TokenSeen, VERSION, Waived,
};
use crate::profile::but_for_count;
use crate::registry::{Growth, RunRecord, SeenCertificate};
use crate::token::TokenIdentity;

/// The largest report that is read, in bytes: a hundred times that of a PC with a box of tokens.
pub const MAXIMUM_REPORT_BYTES: u64 = 32 * 1024 * 1024;

/// The longest text of what has a name, in bytes: a label has 32, a host's name 253.
const LONGEST_NAME: usize = 512;

/// The longest text of what is a certificate's: a subject with many alternative names is shorter.
const LONGEST_TEXT: usize = 16 * 1024;

/// A report that can be stored.
#[derive(Clone, Debug)]
pub struct Gathered {
    content: Content,
    digest: String,
    unknown: usize,
}

/// What is kept of a report. The rest of it, the outcome of each rule, follows from this.
#[derive(Clone, Debug, Serialize)]
struct Content {
    time: Timestamp,
    host: String,
    policy: String,
    tokens: Vec<TokenSeen>,
    findings: Vec<Finding>,
    not_checked: Vec<NotChecked>,
    waived: Vec<Waived>,
}

/// The shape of a report, as far as it is kept.
#[derive(Deserialize)]
struct Shape {
    time: Timestamp,
    host: String,
    policy: String,
    tokens: Vec<TokenSeen>,
    findings: Vec<Known<Finding>>,
    not_checked: Vec<Known<NotChecked>>,
    waived: Vec<Known<Waived>>,
}

#[derive(Deserialize)]
struct Versioned {
    version: u32,
}

/// What this program knows, or something about a rule that only a newer one does.
#[derive(Deserialize)]
#[serde(untagged)]
enum Known<T> {
    Known(T),
    Unknown(IgnoredAny),
}

impl Gathered {
    /// Reads what `tokencert audit --format json` wrote to a file.
    ///
    /// # Errors
    ///
    /// [`Error::ReportUnusable`] with the file's name and what is wrong with it.
    pub fn read(name: &str, bytes: &[u8]) -> Result<Self> {
        let unusable = |reason: String| Error::ReportUnusable {
            path: sanitized(name),
            reason: sanitized(&reason),
        };
        let text = text(bytes).map_err(|reason| unusable(reason.to_owned()))?;
        let no_report = |error: serde_json::Error| unusable(format!("it is no report: {error}"));
        let Versioned { version } = serde_json::from_str(&text).map_err(no_report)?;
        if version != VERSION {
            return Err(unusable(format!(
                "its version is {version}, and this program knows version {VERSION}"
            )));
        }
        let shape: Shape = serde_json::from_str(&text).map_err(no_report)?;
        let mut unknown = 0;
        let content = Content {
            time: shape.time,
            host: shape.host,
            policy: shape.policy,
            tokens: shape.tokens,
            findings: known(shape.findings, &mut unknown),
            not_checked: known(shape.not_checked, &mut unknown),
            waived: known(shape.waived, &mut unknown),
        };
        Self::checked(content, unknown).map_err(unusable)
    }

    /// Takes a report as it is.
    pub fn of(report: &Report) -> Result<Self> {
        let content = Content {
            time: report.time,
            host: report.host.clone(),
            policy: report.policy.clone(),
            tokens: report.tokens.clone(),
            findings: report.findings.clone(),
            not_checked: report.not_checked.clone(),
            waived: report.waived.clone(),
        };
        Self::checked(content, 0).map_err(|reason| Error::ReportUnusable {
            path: sanitized(&report.host),
            reason,
        })
    }

    fn checked(mut content: Content, unknown: usize) -> Result<Self, String> {
        // A blank slot of a software token: nothing tells one from that of another computer.
        let tokens = &mut content.tokens;
        tokens.retain(|seen| !(seen.identity.serial.is_empty() && seen.identity.label.is_empty()));
        for (member, name) in [("host", &content.host), ("policy", &content.policy)] {
            limited(member, name, LONGEST_NAME)?;
        }
        content.tokens.iter().try_for_each(check)?;
        let json = serde_json::to_vec(&content).map_err(|error| error.to_string())?;
        Ok(Self {
            digest: hexadecimal(&Sha256::digest(json)),
            content,
            unknown,
        })
    }

    /// When the audit was, as the report says.
    #[must_use]
    pub fn time(&self) -> Timestamp {
        self.content.time
    }

    /// How many findings are about rules that this program does not know; they are left out.
    #[must_use]
    pub fn unknown(&self) -> usize {
        self.unknown
    }

    /// The run, stored at `now`. What the future holds is counted for now.
    pub(super) fn run(&self, now: Timestamp) -> RunRecord {
        let count = |length: usize| u32::try_from(length).unwrap_or(u32::MAX);
        RunRecord {
            digest: self.digest.clone(),
            time: self.content.time,
            counted: self.content.time.min(now),
            stored: now,
            host: storable(&self.content.host),
            policy: storable(&self.content.policy),
            tokens: count(self.content.tokens.len()),
            findings: count(self.content.findings.len()),
        }
    }

    /// What the run says of each token. One that it names twice counts once.
    pub(super) fn growth(&self, now: Timestamp) -> Result<Vec<Growth>, serde_json::Error> {
        let mut remarks = Remarks::by_token(
            &self.content.findings,
            &self.content.not_checked,
            &self.content.waived,
        );
        let mut named = BTreeSet::new();
        let tokens = self.content.tokens.iter();
        let tokens = tokens.filter(|seen| named.insert(&seen.identity));
        tokens
            .map(|seen| {
                let remarks = remarks.remove(&seen.identity).unwrap_or_default();
                Ok(Growth {
                    identity: TokenIdentity {
                        label: storable(&seen.identity.label),
                        serial: storable(&seen.identity.serial),
                        manufacturer: storable(&seen.identity.manufacturer),
                        model: storable(&seen.identity.model),
                    },
                    counted: self.content.time.min(now),
                    host: storable(&self.content.host),
                    read: was_read(seen, &remarks),
                    certificates: seen.certificates.iter().map(certificate).collect(),
                    state: digested(serde_json::to_string(seen)?),
                    remarks: digested(serde_json::to_string(&remarks)?),
                })
            })
            .collect()
    }
}

fn known<T>(all: Vec<Known<T>>, unknown: &mut usize) -> Vec<T> {
    let known = all.into_iter().filter_map(|one| match one {
        Known::Known(one) => Some(one),
        Known::Unknown(_) => {
            *unknown += 1;
            None
        }
    });
    known.collect()
}

/// The text of a file. Windows PowerShell writes UTF-16 when output is redirected.
fn text(bytes: &[u8]) -> Result<String, &'static str> {
    let units = |from: fn([u8; 2]) -> u16| -> Vec<u16> {
        let pairs = bytes.iter().skip(2).copied().collect::<Vec<u8>>();
        let (pairs, _) = pairs.as_chunks::<2>();
        pairs.iter().map(|pair| from(*pair)).collect()
    };
    let utf16 = match bytes {
        [0xff, 0xfe, ..] => Some(units(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => Some(units(u16::from_be_bytes)),
        _ => None,
    };
    if let Some(units) = utf16 {
        return String::from_utf16(&units).map_err(|_| "it is neither UTF-8 nor UTF-16 text");
    }
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).map_err(|_| "it is neither UTF-8 nor UTF-16 text")?;
    Ok(text.to_owned())
}

fn check(seen: &TokenSeen) -> Result<(), String> {
    let identity = &seen.identity;
    for (member, text) in [
        ("label", &identity.label),
        ("serial", &identity.serial),
        ("manufacturer", &identity.manufacturer),
        ("model", &identity.model),
    ] {
        limited(member, text, LONGEST_NAME)?;
    }
    seen.certificates.iter().try_for_each(|certificate| {
        limited("subject", &certificate.subject, LONGEST_TEXT)?;
        limited("issuer", &certificate.issuer, LONGEST_TEXT)?;
        // They are printed in commands, to be copied.
        hexadecimal_digits("serial_number", &certificate.serial_number)?;
        hexadecimal_digits("sha256", &certificate.sha256)
    })
}

/// Fails if a member of the report is longer than anybody's is.
fn limited(member: &str, text: &str, longest: usize) -> Result<(), String> {
    if text.len() > longest {
        let length = text.len();
        return Err(format!(
            "`{member}` has {length} bytes, and {longest} are the most"
        ));
    }
    Ok(())
}

fn hexadecimal_digits(member: &str, text: &str) -> Result<(), String> {
    limited(member, text, LONGEST_NAME)?;
    let digit = |c: char| c.is_ascii_digit() || ('a'..='f').contains(&c);
    if text.is_empty() || !text.chars().all(digit) {
        return Err(format!("`{member}` is not lower-case hexadecimal"));
    }
    Ok(())
}

/// Text as the storage takes it: without NUL characters, which no label has.
fn storable(text: &str) -> String {
    text.replace('\0', "\u{fffd}")
}

fn digested(json: String) -> (String, String) {
    (hexadecimal(&Sha256::digest(json.as_bytes())), json)
}

/// False for a token that said nothing of what is on it: what was known of it then still holds.
fn was_read(seen: &TokenSeen, remarks: &Remarks) -> bool {
    let unread = |open: &NotChecked| open.reason == Reason::Unreadable;
    let empty = seen.certificates.is_empty() && seen.keys.is_empty();
    !empty || (seen.error.is_none() && !remarks.not_checked.iter().any(unread))
}

fn certificate(seen: &CertificateSeen) -> SeenCertificate {
    let subject = DistinguishedName::parse(&seen.subject);
    let holder = subject.map_or_else(|_| seen.subject.clone(), |subject| but_for_count(&subject));
    SeenCertificate {
        subject: storable(&seen.subject),
        holder: storable(&holder),
        issuer: storable(&seen.issuer),
        serial_number: seen.serial_number.clone(),
        not_before: seen.not_before,
        not_after: seen.not_after,
        sha256: seen.sha256.clone(),
        ca: seen.ca,
    }
}
