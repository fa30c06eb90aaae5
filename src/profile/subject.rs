//! Subject templates: a distinguished name with places for a holder's values.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::certificate::DistinguishedName;
use crate::error::{Error, Result};

/// What is known of a holder; a template takes the values it names.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Holder<'v> {
    /// `{contract}`: the contractor ID, for example `00009876543`.
    pub contract: Option<&'v str>,
    /// `{user}`: the user ID; none for the contract's administrator.
    pub user: Option<&'v str>,
    /// `{institution}`: the institution's code, for example `1283`.
    pub institution: Option<&'v str>,
    /// `{count}`: the issue count, written with at least three digits; 1 where it is not given.
    pub count: Option<u32>,
    /// `{name}`: the holder's name.
    pub name: Option<&'v str>,
}

/// A subject as RFC 4514 text with `{contract}`, `{user}`, `{institution}`, `{count}` and `{name}`
/// for the holder's values, which are escaped when they are put in.
///
/// There is no other use for braces in it.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
#[serde(try_from = "String", into = "String")]
pub struct SubjectTemplate(Vec<Part>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Place(&'static str),
}

const COUNT: &str = "count";

const PLACES: [&str; 5] = ["contract", "user", "institution", COUNT, "name"];

impl SubjectTemplate {
    /// The holder's values that the template needs, for example `contract`, in its order.
    pub fn places(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter_map(|part| match part {
            Part::Place(place) => Some(*place),
            Part::Text(_) => None,
        })
    }

    /// The template with every value of a holder put in but the issue count.
    pub fn but_for_count(&self, holder: &Holder<'_>) -> Result<Self> {
        let part = |part: &Part| match part {
            Part::Place(place) if *place != COUNT => {
                let mut text = String::new();
                push_escaped(
                    &mut text,
                    &holder.value(place).ok_or_else(|| self.lacks(place))?,
                );
                Ok(Part::Text(text))
            }
            other => Ok(other.clone()),
        };
        self.0.iter().map(part).collect::<Result<_>>().map(Self)
    }

    fn lacks(&self, place: &str) -> Error {
        Error::SubjectInvalid {
            subject: self.to_string(),
            reason: format!("the value of {{{place}}} is not given"),
        }
    }

    /// The subject of a holder; [`Error::SubjectInvalid`] where a value is missing or empty.
    pub fn fill(&self, holder: &Holder<'_>) -> Result<String> {
        let mut subject = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => subject.push_str(text),
                Part::Place(place) => {
                    let value = holder.value(place).ok_or_else(|| self.lacks(place))?;
                    push_escaped(&mut subject, &value);
                }
            }
        }
        Ok(subject)
    }
}

impl Holder<'_> {
    fn value(&self, place: &str) -> Option<String> {
        let value = match place {
            "contract" => self.contract,
            "user" => self.user,
            "institution" => self.institution,
            "name" => self.name,
            _ => return Some(format!("{:03}", self.count.unwrap_or(1))),
        };
        value.filter(|value| !value.is_empty()).map(str::to_owned)
    }
}

/// Puts in a value so that none of its characters means anything (RFC 4514 section 2.4).
fn push_escaped(subject: &mut String, value: &str) {
    let last = value.chars().count().saturating_sub(1);
    for (at, letter) in value.chars().enumerate() {
        let special = match letter {
            '"' | '+' | ',' | ';' | '<' | '>' | '\\' => true,
            ' ' => at == 0 || at == last,
            '#' => at == 0,
            _ => false,
        };
        if special {
            subject.push('\\');
        }
        subject.push(letter);
    }
}

impl FromStr for SubjectTemplate {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let invalid = |reason: String| Error::SubjectInvalid {
            subject: text.to_owned(),
            reason,
        };
        let mut parts = Vec::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (place, after) = after
                .split_once('}')
                .ok_or_else(|| invalid("a `{` is not closed".to_owned()))?;
            let place = PLACES
                .into_iter()
                .find(|known| *known == place)
                .ok_or_else(|| {
                    let meant = super::did_you_mean(place, PLACES)
                        .map_or_else(String::new, |known| format!("; did you mean {{{known}}}?"));
                    invalid(format!("{{{place}}} is not a value of a holder{meant}"))
                })?;
            parts.push(Part::Text(before.to_owned()));
            parts.push(Part::Place(place));
            rest = after;
        }
        parts.push(Part::Text(rest.to_owned()));
        parts.retain(|part| !matches!(part, Part::Text(text) if text.is_empty()));
        let template = Self(parts);
        // A mistake in the name itself should show when the profile is added, not when it is used.
        let example = Some("x");
        let holder = Holder {
            contract: example,
            user: example,
            institution: example,
            count: None,
            name: example,
        };
        DistinguishedName::parse(&template.fill(&holder)?)?;
        Ok(template)
    }
}

impl fmt::Display for SubjectTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|part| match part {
            Part::Text(text) => f.write_str(text),
            Part::Place(place) => write!(f, "{{{place}}}"),
        })
    }
}

impl TryFrom<String> for SubjectTemplate {
    type Error = Error;

    fn try_from(text: String) -> Result<Self> {
        text.parse()
    }
}

impl From<SubjectTemplate> for String {
    fn from(template: SubjectTemplate) -> Self {
        template.to_string()
    }
}
