//! The command that goes on with what was begun and not finished.

use tokencert::certificate::sanitized;
use tokencert::issue::RequestOrder;
use tokencert::journal::{Entry, Renewed};
use tokencert::key::{KeyAlgorithm, SignatureScheme};
use tokencert::profile::Profile;
use tokencert::request::RequestTemplate;

use crate::context::Context;
use crate::failure::Failure;
use crate::ui::Ui;

/// The command line, with the options that make it the same work: those that neither the profile
/// nor the defaults say already.
pub(crate) fn command(entry: &Entry, context: &Context, ui: &Ui) -> Result<String, Failure> {
    let profile = context.profile(ui)?;
    let mut line = match RequestOrder::place_of(entry) {
        Some(place) => request(entry, place),
        None => match &entry.purpose.renews {
            Some(renewed) => renew(entry, renewed, profile),
            None => issue(entry, profile),
        },
    };
    for name in &entry.purpose.request.alternative_names {
        line.option("--san", name);
    }
    if context.names_token() {
        let token = &entry.purpose.token;
        let serial = Some(&token.serial).filter(|serial| !serial.is_empty());
        line.option("--token", serial.unwrap_or(&token.label).as_str());
    }
    Ok(line.0)
}

fn issue(entry: &Entry, profile: Option<&Profile>) -> Line {
    let purpose = &entry.purpose;
    let mut line = Line::new("tokencert issue");
    let profile = of_profile(&mut line, entry, profile);
    line.option("--subject", &purpose.request.subject);
    let key = profile.map_or(KeyAlgorithm::Rsa(2048), |profile| profile.key);
    match purpose.key.strip_prefix("existing:") {
        Some(id) => line.option("--existing", id),
        None if purpose.key == key.to_string() => {}
        None => line.option("--key", &purpose.key),
    }
    line
}

fn renew(entry: &Entry, renewed: &Renewed, profile: Option<&Profile>) -> Line {
    let mut line = Line::new("tokencert renew");
    of_profile(&mut line, entry, profile);
    if entry.purpose.key.starts_with("existing:") {
        line.0.push_str(" --same-key");
    }
    match &renewed.token {
        None => line.0 = format!("{} sha256:{}", line.0, renewed.certificate),
        Some(token) => {
            let serial = Some(&token.serial).filter(|serial| !serial.is_empty());
            line.option("--from", serial.unwrap_or(&token.label).as_str());
        }
    }
    line
}

/// The profile of a run, where it is the one that is used anyway; else the options that say so.
fn of_profile<'p>(
    line: &mut Line,
    entry: &Entry,
    profile: Option<&'p Profile>,
) -> Option<&'p Profile> {
    let purpose = &entry.purpose;
    let profile = profile.filter(|profile| purpose.profile.as_ref() == Some(&profile.name));
    if let (Some(name), None) = (&purpose.profile, profile) {
        line.option("--profile", name);
    } else if profile.is_none_or(|profile| profile.authority != purpose.authority) {
        line.option("--authority", &purpose.authority);
    }
    profile
}

fn request(entry: &Entry, place: &str) -> Line {
    let purpose = &entry.purpose;
    let mut line = Line::new("tokencert request");
    // A kind of key, with an ID where one was chosen.
    match purpose.key.strip_prefix("existing:") {
        Some(id) => line.option("--existing", id),
        None if purpose.key.parse::<KeyAlgorithm>().is_ok() => line.option("--key", &purpose.key),
        None => {
            let (key, id) = purpose.key.rsplit_once(':').unwrap_or_default();
            line.option("--key", key);
            line.option("--id", id);
        }
    }
    line.option("--subject", &purpose.request.subject);
    let usages = &purpose.request.usages;
    if *usages != RequestTemplate::new("").usages {
        for usage in usages {
            line.option("--usage", usage);
        }
    }
    if purpose.scheme == SignatureScheme::RsaPssSha256.name() {
        line.0.push_str(" --pss");
    }
    line.option("--out", place);
    line
}

/// A command line as a shell reads it.
struct Line(String);

impl Line {
    fn new(command: &str) -> Self {
        Self(command.to_owned())
    }

    fn option(&mut self, name: &str, value: &(impl ToString + ?Sized)) {
        let value = sanitized(&value.to_string());
        let plain = |c: char| c.is_ascii_alphanumeric() || "_@%+=:,./-".contains(c);
        self.0 = if !value.is_empty() && value.chars().all(plain) {
            format!("{} {name} {value}", self.0)
        } else {
            format!("{} {name} '{}'", self.0, value.replace('\'', r"'\''"))
        };
    }
}

#[cfg(test)]
mod tests {
    use super::Line;

    #[test]
    fn what_a_shell_would_read_otherwise_is_quoted() {
        let mut line = Line::new("tokencert issue");
        line.option("--key", "ec:p256");
        line.option("--subject", "CN=Miles O'Brien,O=$HOME");
        line.option("--label", "");
        let expected =
            r"tokencert issue --key ec:p256 --subject 'CN=Miles O'\''Brien,O=$HOME' --label ''";
        assert_eq!(line.0, expected);
    }
}
