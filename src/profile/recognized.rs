//! Subjects read backwards: whose they are under a template, and whether one is as expected.

use super::subject::{Holder, SubjectTemplate};
use crate::certificate::DistinguishedName;
use crate::error::Result;

/// The holder that a subject names under a profile.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Recognized {
    /// The contractor ID.
    pub contract: Option<String>,
    /// The user ID; none for an administrator.
    pub user: Option<String>,
    /// The institution's code.
    pub institution: Option<String>,
    /// The issue count.
    pub count: Option<u32>,
    /// The holder's name.
    pub name: Option<String>,
}

/// The subject that a certificate is to have.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExpectedSubject {
    /// This one, to the byte.
    Name(DistinguishedName),
    /// This one with any issue count, which only the authority knows.
    AnyCount(SubjectTemplate),
}

impl ExpectedSubject {
    /// True if a certificate's subject is as expected.
    #[must_use]
    pub fn is_met_by(&self, subject: &DistinguishedName) -> bool {
        match self {
            Self::Name(name) => name == subject,
            Self::AnyCount(template) => template.recognize(subject).is_some(),
        }
    }

    /// The subject as it is shown, with the first issue count.
    pub fn name(&self) -> Result<DistinguishedName> {
        match self {
            Self::Name(name) => Ok(name.clone()),
            Self::AnyCount(template) => {
                DistinguishedName::parse(&template.fill(&Holder::default())?)
            }
        }
    }
}

impl From<DistinguishedName> for ExpectedSubject {
    fn from(name: DistinguishedName) -> Self {
        Self::Name(name)
    }
}

/// What stands for each value while a template is read: short, as names have upper bounds, and
/// nothing that anybody writes.
const MARKS: [&str; 4] = ["~c~", "~u~", "~i~", "~n~"];

/// The same for the issue count.
const COUNT: u32 = 987_654_321;

impl SubjectTemplate {
    /// The holder of a subject, if it is one of this template.
    #[must_use]
    pub fn recognize(&self, subject: &DistinguishedName) -> Option<Recognized> {
        let [contract, user, institution, name] = MARKS.map(Some);
        let marked = Holder {
            contract,
            user,
            institution,
            count: Some(COUNT),
            name,
        };
        let pattern = DistinguishedName::parse(&self.fill(&marked).ok()?).ok()?;
        let (pattern, found) = (pattern.attributes(), subject.attributes());
        let mut holder = Recognized::default();
        let fits = pattern.len() == found.len()
            && pattern
                .iter()
                .zip(&found)
                .all(|((kind, pattern), (of, value))| {
                    kind == of && read(pattern, value, &mut holder)
                });
        fits.then_some(holder)
    }
}

/// Reads the values off a text; the pattern has a mark for each.
fn read(pattern: &str, text: &str, holder: &mut Recognized) -> bool {
    let count = COUNT.to_string();
    let marks = MARKS.iter().copied().chain([count.as_str()]);
    let first = marks.filter_map(|mark| pattern.find(mark).map(|at| (at, mark)));
    let Some((at, mark)) = first.min() else {
        return pattern == text;
    };
    let (before, rest) = pattern.split_at(at);
    let (Some(rest), Some(text)) = (rest.strip_prefix(mark), text.strip_prefix(before)) else {
        return false;
    };
    // The longest value first; no value but a name has a blank in it.
    let ends = text.char_indices().map(|(at, c)| at + c.len_utf8());
    let ends: Vec<usize> = ends.collect();
    ends.into_iter().rev().any(|end| {
        let (value, text) = text.split_at(end);
        let mut tried = holder.clone();
        let fits = take(mark, value, &mut tried) && read(rest, text, &mut tried);
        if fits {
            *holder = tried;
        }
        fits
    })
}

/// Takes a value of a mark, which must be the same wherever it stands.
fn take(mark: &str, value: &str, holder: &mut Recognized) -> bool {
    let [contract, user, institution, name] = MARKS;
    let field = match mark {
        _ if mark == name => &mut holder.name,
        _ if value.contains(char::is_whitespace) => return false,
        _ if mark == contract => &mut holder.contract,
        _ if mark == user => &mut holder.user,
        _ if mark == institution => &mut holder.institution,
        _ => return take_count(value, holder),
    };
    field.get_or_insert_with(|| value.to_owned()) == value
}

fn take_count(value: &str, holder: &mut Recognized) -> bool {
    let digits = value.len() >= 3 && value.bytes().all(|digit| digit.is_ascii_digit());
    match value.parse::<u32>() {
        Ok(count) if digits => *holder.count.get_or_insert(count) == count,
        _ => false,
    }
}
