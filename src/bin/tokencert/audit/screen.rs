//! The report as text: what was found, what to do, and what was not checked.

use std::collections::{BTreeMap, BTreeSet};

use tokencert::certificate::sanitized;
use tokencert::finding::{Reason, Report, Severity, Verdict};
use tokencert::token::TokenIdentity;

use super::words;
use crate::failure::Failure;
use crate::i18n::message;
use crate::table;
use crate::text;
use crate::ui::Ui;

/// Shows a report that is in the user's language.
pub(super) fn show(report: &Report, ui: &Ui) -> Result<(), Failure> {
    for module in &report.modules {
        let said = |key: &str| message(key).with("module", sanitized(&module.path));
        if let Some(error) = &module.error {
            ui.warn(&said("audit-module-failed").with("cause", ui.phrase(error)));
        }
        for slot in &module.failed_slots {
            ui.warn(&said("audit-module-failed").with("cause", ui.phrase(slot)));
        }
    }
    if report.tokens.is_empty() {
        ui.say(&message("tokens-none"))?;
        ui.hint(&message("tokens-none-next"));
        return Ok(());
    }
    let parts = [
        findings(report, ui),
        actions(report, ui),
        unchecked(report, ui),
        waived(report, ui),
    ];
    for part in parts.into_iter().flatten() {
        ui.line(part)?;
    }
    ui.line(summary(report, ui))
}

/// A row for each finding.
fn findings(report: &Report, ui: &Ui) -> Option<String> {
    if report.findings.is_empty() {
        return None;
    }
    let headings = [
        "column-severity",
        "column-rule",
        "column-token",
        "column-object",
        "column-finding",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for finding in &report.findings {
        rows.add_row([
            severity(finding.severity, ui),
            finding.rule.to_string(),
            token(&finding.token, ui),
            words::object(finding.object.as_ref(), ui),
            finding.message.clone(),
        ]);
    }
    Some(table::text(&mut rows))
}

/// What to do, once for each rule.
fn actions(report: &Report, ui: &Ui) -> Option<String> {
    let mut seen = BTreeSet::new();
    let first = report.findings.iter().filter(|one| seen.insert(one.rule));
    let lines: Vec<String> = first
        .map(|finding| {
            let line = message("audit-action").with("rule", finding.rule);
            let line = line.with("meaning", words::meaning(finding.rule, ui));
            format!("  {}\n", ui.text(&line.with("action", &finding.action)))
        })
        .collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", ui.word("audit-actions"), lines.concat()))
}

/// Why, and which rules, for each token. Of a blank one it is all that there could be on it.
fn unchecked(report: &Report, ui: &Ui) -> Option<String> {
    let mut reasons: BTreeMap<(&TokenIdentity, &str), BTreeSet<&str>> = BTreeMap::new();
    for one in &report.not_checked {
        let rules = reasons.entry((&one.token, &one.message)).or_default();
        if one.reason != Reason::NotInitialized {
            rules.insert(one.rule.name());
        }
    }
    let line = |((identity, why), rules): (&(&TokenIdentity, &str), &BTreeSet<&str>)| {
        let rules: Vec<&str> = rules.iter().copied().collect();
        let said = message("audit-unchecked-line").with("token", token(identity, ui));
        let said = said.count("count", rules.len());
        let said = said.with("rules", rules.join(", "));
        format!("  {}\n", ui.text(&said.with("why", why)))
    };
    let lines: Vec<String> = reasons.iter().map(line).collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", ui.word("audit-unchecked"), lines.concat()))
}

/// What is tolerated, why and until when.
fn waived(report: &Report, ui: &Ui) -> Option<String> {
    let line = |one: &tokencert::finding::Waived| {
        let said = message("audit-waived-line").with("rule", one.finding.rule);
        let said = said.with("token", token(&one.finding.token, ui));
        let said = said.with("message", &one.finding.message);
        let said = said.with("reason", sanitized(&one.reason));
        format!(
            "  {}\n",
            ui.text(&said.with("day", text::day(one.until, ui)))
        )
    };
    let lines: Vec<String> = report.waived.iter().map(line).collect();
    (!lines.is_empty()).then(|| format!("{}\n{}", ui.word("audit-waived"), lines.concat()))
}

fn summary(report: &Report, ui: &Ui) -> String {
    let worst_first = Severity::ALL.into_iter().rev();
    let counts = worst_first.filter_map(|one| match report.count(one) {
        0 => None,
        count => Some(format!("{} {count}", severity(one, ui))),
    });
    let counts: Vec<String> = counts.collect();
    let unchecked = report.outcomes.iter();
    let unchecked = unchecked.filter(|one| one.outcome == Verdict::NotChecked);
    let said = message("audit-summary").count("tokens", report.tokens.len());
    let said = said.count("findings", report.findings.len());
    let said = said.with("counts", counts.join(&ui.word("list-separator")));
    ui.text(&said.count("unchecked", unchecked.count()))
}

fn token(identity: &TokenIdentity, ui: &Ui) -> String {
    let name = text::token(identity);
    if name.is_empty() {
        return ui.word("token-blank");
    }
    name
}

fn severity(severity: Severity, ui: &Ui) -> String {
    ui.word(match severity {
        Severity::Info => "severity-info",
        Severity::Low => "severity-low",
        Severity::Medium => "severity-medium",
        Severity::High => "severity-high",
        Severity::Critical => "severity-critical",
    })
}
