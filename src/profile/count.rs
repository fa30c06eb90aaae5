//! Issue counts: what alone tells a certificate after a reissue from the one before.

use std::cmp::Ordering;

use super::recognized::Recognized;
use super::{Profile, SubjectTemplate};
use crate::certificate::DistinguishedName;

/// How a subject counts issuings where no template says it otherwise: `IssuedCount = 001`.
const WORD: &str = "IssuedCount";

/// The templates of subjects by which an issue count is known; without any, an attribute
/// `IssuedCount = 001` is one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct IssueCounts(Vec<SubjectTemplate>);

impl IssueCounts {
    /// Those of a profile.
    #[must_use]
    pub fn of(profile: Option<&Profile>) -> Self {
        let templates = profile
            .map(|profile| [&profile.administrator_subject, &profile.subject])
            .into_iter()
            .flatten();
        Self(templates.flatten().cloned().collect())
    }

    /// Which of two subjects of one holder has the higher issue count; `None` if they differ in
    /// anything else.
    #[must_use]
    pub fn compare(&self, one: &DistinguishedName, other: &DistinguishedName) -> Option<Ordering> {
        if one == other {
            return Some(Ordering::Equal);
        }
        let mut templates = self.0.iter();
        let both = |template: &SubjectTemplate| {
            let pair = (template.recognize(one)?, template.recognize(other)?);
            counts(pair)
        };
        let known = templates.find_map(both);
        let (one, other) = known.or_else(|| {
            let (one, other) = (without_count(one)?, without_count(other)?);
            (one.0 == other.0).then_some((one.1, other.1))
        })?;
        Some(one.cmp(&other))
    }
}

/// The counts of one holder's subjects.
fn counts((mut one, mut other): (Recognized, Recognized)) -> Option<(u32, u32)> {
    let counts = (one.count.take()?, other.count.take()?);
    (one == other).then_some(counts)
}

/// A subject that says its count in so many words: all of it but the count, and the count.
fn without_count(subject: &DistinguishedName) -> Option<(Vec<(String, String)>, u32)> {
    let mut attributes = subject.attributes();
    let count = attributes.iter_mut().find_map(|(_, value)| {
        let count = written_count(value)?.parse().ok()?;
        WORD.clone_into(value);
        Some(count)
    })?;
    Some((attributes, count))
}

/// The issue count in a subject as it is written there, `001` for example.
#[must_use]
pub fn issue_count(subject: &DistinguishedName) -> Option<String> {
    let attributes = subject.attributes();
    let mut values = attributes.iter().map(|(_, value)| value.as_str());
    values.find_map(written_count).map(str::to_owned)
}

fn written_count(value: &str) -> Option<&str> {
    let (word, count) = value.split_once('=')?;
    (word.trim() == WORD).then_some(count.trim())
}

/// A subject as text in which all issue counts are one: the same for all certificates of a holder.
#[cfg(feature = "ca")]
pub(crate) fn but_for_count(subject: &DistinguishedName) -> String {
    let attributes = subject.attributes().into_iter();
    let attributes = attributes.map(|(name, value)| match written_count(&value) {
        Some(_) => format!("{name}={WORD}"),
        None => format!("{name}={value}"),
    });
    attributes.collect::<Vec<_>>().join("\n")
}
