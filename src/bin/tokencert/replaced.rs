//! Certificates that a token did not hold beside newer ones.

use tokencert::certificate::Certificate;
use tokencert::import;

use crate::context::Context;
use crate::i18n::message;
use crate::ui::Ui;

/// Tells which certificates are off the token, and where their copies are.
pub(crate) fn tell(replaced: &[Certificate], context: &Context, ui: &Ui) {
    for certificate in replaced {
        let path = import::archived(&context.archive_folder(), certificate);
        let said = message("replaced")
            .with("subject", certificate.subject())
            .with("serial", certificate.serial_number())
            .with("path", path.display());
        ui.status(&said);
    }
}
