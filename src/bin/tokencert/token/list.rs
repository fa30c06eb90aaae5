//! `tokencert token list`

use serde_json::{Value, json};
use tokencert::certificate::sanitized;
use tokencert::pkcs11::TokenAccess;
use tokencert::report;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::text::ABSENT;
use crate::ui::Ui;
use crate::{modules, session, table};

/// List the tokens that are plugged in
///
/// Without `--module`, every module that is found is looked at, each in a process of its own.
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert token list --format json")]
pub(crate) struct ListArgs {}

pub(crate) fn run(_: &ListArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let all = look(context, ui)?;
    if context.json() {
        ui.json(&all)?;
        return Ok(Exit::Done);
    }
    for slot in values(&all, "failed") {
        let said = if slot.get("slot").is_some_and(Value::is_null) {
            message("module-silent")
        } else {
            message("slot-failed").with("slot", text(slot, "slot"))
        };
        let said = said.with("module", text(slot, "module"));
        ui.warn(&said.with("cause", text(slot, "error")));
    }
    if values(&all, "tokens").is_empty() {
        ui.say(&message("tokens-none"))?;
        ui.hint(&message("tokens-none-next"));
    } else {
        ui.data(listing(values(&all, "tokens"), ui))?;
    }
    Ok(Exit::Done)
}

/// The tokens of the one module, or of all that are found; a token is listed once.
pub(super) fn look(context: &Context, ui: &Ui) -> Result<Value, Failure> {
    let candidates = modules::candidates(context, ui)?;
    if let [module] = candidates.as_slice() {
        let name = module.display().to_string();
        return session::loaded(module, context, |module| {
            Ok(report::json::tokens(&name, &module.slots()?))
        });
    }
    let (mut tokens, mut failed): (Vec<Value>, Vec<Value>) = (Vec::new(), Vec::new());
    let look = modules::look_at(&candidates, context, ui);
    for module in &look.silent {
        failed.push(json!({
            "module": module.display().to_string(),
            "slot": null,
            "error": "the module gave no answer",
        }));
    }
    for listing in look.listings {
        for token in listing.tokens {
            if !tokens.iter().any(|known| same_token(known, &token)) {
                tokens.push(token);
            }
        }
        failed.extend(listing.failed);
    }
    Ok(json!({ "version": report::json::VERSION, "tokens": tokens, "failed": failed }))
}

fn same_token(one: &Value, other: &Value) -> bool {
    let blank = one.get("initialized") == Some(&Value::Bool(false));
    let keys = ["label", "serial", "manufacturer", "model"];
    // Blank tokens are often equal in all of these.
    !blank && keys.iter().all(|key| one.get(key) == other.get(key))
}

fn listing(tokens: &[Value], ui: &Ui) -> String {
    let headings = [
        "column-label",
        "column-serial",
        "column-model",
        "column-state",
        "column-slot",
        "column-module",
    ];
    let mut rows = table::table(headings.map(|key| ui.word(key)));
    for token in tokens {
        let cells = ["label", "serial", "model"].map(|key| text(token, key));
        let place = ["slot", "module"].map(|key| text(token, key));
        rows.add_row([cells.as_slice(), &[state(token, ui)], &place].concat());
    }
    table::text(&mut rows)
}

/// The first thing there is to know about a token.
fn state(token: &Value, ui: &Ui) -> String {
    let is = |key: &str| token.get(key) == Some(&Value::Bool(true));
    let pin = token
        .get("pin_state")
        .and_then(Value::as_str)
        .unwrap_or_default();
    ui.word(match pin {
        _ if !is("initialized") => "token-blank",
        "locked" => "token-locked",
        "final-try" => "token-final-try",
        "count-low" => "token-count-low",
        _ if is("software") => "token-software",
        _ => "token-ready",
    })
}

fn values<'v>(value: &'v Value, key: &str) -> &'v [Value] {
    value
        .get(key)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn text(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) if !text.is_empty() => sanitized(text),
        Some(Value::Number(number)) => number.to_string(),
        _ => ABSENT.to_owned(),
    }
}
