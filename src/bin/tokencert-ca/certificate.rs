//! `tokencert-ca certificate`

mod end;
mod show;

use tokencert::Error;
use tokencert::ca::{HolderView, RegistrationAuthority};
use tokencert::registry::HolderId;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Show, reissue and revoke certificates
#[derive(clap::Args, Debug)]
pub(crate) struct CertificateArgs {
    #[command(subcommand)]
    command: CertificateCommand,
}

#[derive(clap::Subcommand, Debug)]
enum CertificateCommand {
    Show(show::ShowArgs),
    Reissue(end::ReissueArgs),
    Revoke(end::RevokeArgs),
}

pub(crate) fn run(args: &CertificateArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    match &args.command {
        CertificateCommand::Show(args) => show::run(args, context, ui),
        CertificateCommand::Reissue(args) => end::reissue(args, context, ui),
        CertificateCommand::Revoke(args) => end::revoke(args, context, ui),
    }
}

/// What was named: a holder, or one certificate.
enum Named {
    Holder(Box<HolderView>),
    Serial(String),
}

impl Named {
    /// Looks a name up: as a holder, else as a serial number. A contractor ID is mostly digits, and
    /// 128 random bits are no contractor ID.
    fn find(
        text: &str,
        authority: &RegistrationAuthority,
        context: &Context,
    ) -> Result<Self, Failure> {
        let holder = text.parse::<HolderId>();
        let absent = match holder.and_then(|id| authority.holder(&id, context.now())) {
            Ok(view) => return Ok(Self::Holder(Box::new(view))),
            Err(error @ (Error::RegistryAbsent { .. } | Error::HolderIdInvalid { .. })) => error,
            Err(error) => return Err(error.into()),
        };
        serial(text).map(Self::Serial).ok_or_else(|| absent.into())
    }
}

/// A serial number as it is shown: in lower case, without colons, in whole bytes, and without zero
/// bytes in front.
fn serial(text: &str) -> Option<String> {
    let digits: String = text.chars().filter(|c| *c != ':').collect();
    let hexadecimal = !digits.is_empty() && digits.chars().all(|c| c.is_ascii_hexdigit());
    let digits = digits.to_ascii_lowercase();
    let digits = digits.trim_start_matches('0');
    let half = if digits.len().is_multiple_of(2) {
        ""
    } else {
        "0"
    };
    hexadecimal.then(|| format!("{half}{digits}"))
}

#[cfg(test)]
mod tests {
    use super::serial;

    #[test]
    fn a_serial_number_is_found_as_other_programs_write_it() {
        assert_eq!(serial("00:AB:01").as_deref(), Some("ab01"));
        assert_eq!(serial("ab01").as_deref(), Some("ab01"));
        for written in ["00:00:0A:01", "0a01", "a01"] {
            assert_eq!(serial(written).as_deref(), Some("0a01"));
        }
        assert_eq!(serial("00009876543/taro"), None);
        assert_eq!(serial(":"), None);
    }
}
