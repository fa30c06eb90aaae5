//! `tokencert-ca holder add`

use tokencert::ca::NewHolder;
use tokencert::registry::{HolderId, SecondFactor};

use super::secrets;
use crate::actor::{self, ActorArgs};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::instructions::Instructions;
use crate::options::{DirArgs, RegistryArgs};
use crate::registration;
use crate::shown;
use crate::system::random;
use crate::ui::Ui;

/// Register an administrator or, with --user, a user of a contract
///
/// The first permit is opened: the holder can acquire a certificate. The PINs, and the secret of the
/// one-time codes where they are used, are random and shown this once.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca holder add --dir /srv/ca --user taro --kana 'ﾔﾏﾀﾞ ﾀﾛｳ' \
                  --email taro@example.jp\n  \
                  $ tokencert-ca holder add --dir /srv/ca --contract 00009876543 --institution 1635 \
                  --kana 'ｶ)ﾚｲｼﾖｳｼﾞ' --name 例商事株式会社 --email soumu@example.jp --format json"
)]
pub(super) struct AddArgs {
    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,

    /// Contractor ID, which is registered if need be, in place of the authority's own
    #[arg(long, value_name = "CONTRACT", value_parser = actor::contract)]
    contract: Option<String>,

    /// Code of the institution that the contract is with
    #[arg(long, value_name = "CODE")]
    institution: Option<String>,

    /// User ID; without it, the contract's administrator is registered
    #[arg(long, value_name = "USER")]
    user: Option<String>,

    /// Name in kana
    #[arg(long, value_name = "KANA")]
    kana: String,

    /// Name in kanji
    #[arg(long, value_name = "NAME")]
    name: Option<String>,

    /// Where notices go
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,

    /// What acquisition asks for besides the PIN, in place of what the policy says
    #[arg(long, value_name = "FACTOR")]
    second_factor: Option<Factor>,

    #[command(flatten)]
    actor: ActorArgs,
}

/// What acquisition asks for besides the PIN.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Factor {
    ConfirmationPin,
    OneTimeCode,
}

impl From<Factor> for SecondFactor {
    fn from(factor: Factor) -> Self {
        match factor {
            Factor::ConfirmationPin => Self::ConfirmationPin,
            Factor::OneTimeCode => Self::OneTimeCode,
        }
    }
}

pub(super) fn run(args: &AddArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let authority = registration::open(&args.dir, &args.registry)?;
    let actor = args.actor.actor(&authority, context, ui)?;
    let contract = match (&args.contract, args.actor.contract()) {
        (Some(contract), _) => contract.clone(),
        (None, Some(contract)) => contract.to_owned(),
        (None, None) => authority.settings().policy.default_contract.clone(),
    };
    let id: HolderId = match &args.user {
        Some(user) => format!("{contract}/{user}").parse()?,
        None => contract.parse()?,
    };
    let holder = NewHolder {
        id,
        institution: args.institution.clone(),
        kana: args.kana.clone(),
        name: args.name.clone(),
        email: args.email.clone(),
        second_factor: args.second_factor.map(Into::into),
    };
    let (view, first) = authority.add_holder(&holder, &actor, context.now(), &mut random)?;
    let instructions = Instructions::new(&authority, &view, None)?;
    let zone = shown::zone(&authority)?;
    if context.json() {
        let mut value = secrets::json(&view, &first);
        shown::put(&mut value, "instructions", instructions.json());
        ui.json(&value)?;
        return Ok(Exit::Done);
    }
    ui.say(&message("holder-added").with("holder", shown::named(&view)))?;
    secrets::show(&first, ui)?;
    instructions.show(&zone, ui)?;
    Ok(Exit::Done)
}
