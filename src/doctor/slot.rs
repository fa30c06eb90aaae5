//! A slot and the token in it.

use super::token;
use super::{Check, Content, Id, Module, Seen, SeenSlot};

pub(super) fn examine(slot: &SeenSlot, module: &Module, seen: &Seen) -> Vec<Check> {
    let mut checks = match &slot.content {
        Content::Empty => Vec::new(),
        Content::Failed(reason) => vec![
            Check::new(Id::SlotFailed)
                .with("slot", slot.id)
                .with("reason", reason),
        ],
        Content::Token { info, mechanisms } => token::examine(info, mechanisms.as_ref(), seen),
    };
    for check in &mut checks {
        check.module = Some(module.path.clone());
        check.slot = Some(slot.id);
        if let Content::Token { info, .. } = &slot.content {
            check.token = Some(info.identity.clone());
            check.values.insert(0, ("token", info.identity.to_string()));
        }
    }
    checks
}
