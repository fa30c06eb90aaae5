//! `tokencert integrate p11-kit`

use tokencert::token::Need;

use super::Writing;
use super::change::Change;
use super::key::environment;
use super::plan::Plan;
use super::program::{line, plain};
use crate::context::Context;
use crate::failure::Failure;
use crate::i18n::message;
use crate::ui::Ui;
use crate::{folders, modules};

/// p11-kit: register the module, for the programs that look for tokens there
///
/// GnuTLS, GNOME and many others then find the token by themselves.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert integrate p11-kit --module /usr/lib/libeToken.so --write"
)]
pub(crate) struct P11KitArgs {
    #[command(flatten)]
    pub(crate) writing: Writing,
}

impl P11KitArgs {
    pub(crate) fn plan(context: &Context, ui: &Ui) -> Result<Plan, Failure> {
        // One module needs no token to be there; of several, it is the one with the token.
        let place = modules::choose(context, Need::Any, ui)?;
        let module = plain(&place.module)?;
        let path = folders::configuration()?.join("pkcs11/modules/tokencert.module");
        let mut plan = Plan {
            program: "p11-kit",
            commands: vec![line(&environment(&module), &["p11-kit", "list-modules"])],
            ..Plan::default()
        };
        let registered = modules::registration(&place.module);
        if let Some(file) = registered.filter(|file| *file != path) {
            let said = message("integrate-registered").with("module", module);
            plan.notes.push(said.with("path", file.display()));
        } else {
            let text = format!("# Written by `tokencert integrate p11-kit`.\nmodule: {module}\n");
            plan.changes.push(Change::file(path, text));
            plan.notes.push(message("integrate-p11-kit-root"));
        }
        Ok(plan)
    }
}
