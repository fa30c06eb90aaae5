//! What rules say, in the user's language: English is the library's own.

use jiff::tz::TimeZone;
use tokencert::finding::{Finding, NotChecked, ObjectRef, Report, RuleId, Value, Values};
use tokencert::report::page::{self, Words};

use crate::i18n::{Language, Message, message};
use crate::text;
use crate::ui::Ui;

/// What was found, and what to do.
struct Said {
    message: String,
    action: String,
}

/// A finding in the user's language; days are those of `zone`.
fn finding(finding: &Finding, zone: &TimeZone, ui: &Ui) -> Said {
    let values = shown(&finding.values, zone, ui);
    if ui.language() == Language::En {
        return Said {
            message: finding.rule.message(&values),
            action: finding.rule.action(&values),
        };
    }
    let said = with_values(&format!("rule-{}", finding.rule), &values);
    Said {
        message: ui.text(&said),
        action: ui.text(&said.attribute("action")),
    }
}

/// The report with everything it says in the user's language, for those who do not read JSON.
pub(super) fn report(report: &Report, zone: &TimeZone, ui: &Ui) -> Report {
    let mut report = report.clone();
    let waived = report.waived.iter_mut().map(|waived| &mut waived.finding);
    for one in report.findings.iter_mut().chain(waived) {
        let said = finding(one, zone, ui);
        (one.message, one.action) = (said.message, said.action);
    }
    for one in &mut report.not_checked {
        one.message = reason(one, zone, ui);
    }
    report
}

/// Lets `write` have the words of the page in the user's language.
pub(super) fn on_page<T>(ui: &Ui, write: impl FnOnce(&Words<'_>) -> T) -> T {
    if ui.language() == Language::En {
        return write(&page::english());
    }
    let word = |name: &str| match name.strip_prefix("rule-") {
        // IDs are the same in every language.
        Some(rule) => rule.to_owned(),
        None if name.starts_with("severity-") => ui.word(name),
        None => ui.word(&format!("page-{name}")),
    };
    write(&Words {
        language: "ja",
        word: &word,
    })
}

/// Why something was not checked.
fn reason(unchecked: &NotChecked, zone: &TimeZone, ui: &Ui) -> String {
    let values = shown(&unchecked.values, zone, ui);
    if ui.language() == Language::En {
        return unchecked.reason.message(&values);
    }
    ui.text(&with_values(
        &format!("unchecked-{}", unchecked.reason.name()),
        &values,
    ))
}

/// What a finding of a rule means.
pub(super) fn meaning(rule: RuleId, ui: &Ui) -> String {
    match ui.language() {
        Language::En => rule.meaning().to_owned(),
        Language::Ja => ui.text(&message(&format!("rule-{rule}")).attribute("meaning")),
    }
}

/// An object by its label, with its ID where there is one.
pub(super) fn object(object: Option<&ObjectRef>, ui: &Ui) -> String {
    let Some(object) = object else {
        return text::ABSENT.to_owned();
    };
    let kind = ui.word(match object.class.name() {
        "private-key" => "object-private-key",
        "public-key" => "object-public-key",
        _ => "object-certificate",
    });
    let said = message("audit-object").with("kind", kind);
    ui.text(&said.with("name", object))
}

/// The values as they are shown: moments as days.
fn shown(values: &Values, zone: &TimeZone, ui: &Ui) -> Values {
    let shown = |value: &Value| match value {
        Value::Time(time) => text::day_of(*time, zone, ui).into(),
        Value::Text(text) => ui.phrase(text).into(),
        Value::Number(_) => value.clone(),
    };
    let values = values.iter();
    values
        .map(|(name, value)| (name.clone(), shown(value)))
        .collect()
}

fn with_values(key: &str, values: &Values) -> Message {
    let said = message(key);
    values.iter().fold(said, |said, (name, value)| match value {
        Value::Number(number) => said.count(name.clone(), *number),
        other => said.with(name.clone(), other),
    })
}
