//! `tokencert-ca contract`

use serde_json::{Value, json};
use tokencert::ca::Actor;
use tokencert::registry::ContractRecord;

use crate::actor;
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::i18n::message;
use crate::options::{DirArgs, RegistryArgs};
use crate::registration;
use crate::shown;
use crate::table;
use crate::ui::Ui;

/// Register contracts, each of which has an administrator and users
///
/// A small organisation needs none of this: its holders belong to the contract that `init` named.
#[derive(clap::Args, Debug)]
pub(crate) struct ContractArgs {
    #[command(subcommand)]
    command: ContractCommand,
}

#[derive(clap::Subcommand, Debug)]
enum ContractCommand {
    Add(AddArgs),
    List(ListArgs),
}

/// Register a contract
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert-ca contract add --dir /srv/ca 00009876543 --institution 1635"
)]
struct AddArgs {
    /// Contractor ID, without blank, colon or slash
    #[arg(value_name = "CONTRACT", value_parser = actor::contract)]
    contract: String,

    /// Code of the institution that the contract is with
    #[arg(long, value_name = "CODE")]
    institution: String,

    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,
}

/// List the contracts
#[derive(clap::Args, Debug)]
#[command(after_help = "Examples:\n  $ tokencert-ca contract list --dir /srv/ca --format json")]
struct ListArgs {
    #[command(flatten)]
    dir: DirArgs,

    #[command(flatten)]
    registry: RegistryArgs,
}

pub(crate) fn run(args: &ContractArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    match &args.command {
        ContractCommand::Add(args) => add(args, context, ui),
        ContractCommand::List(args) => list(args, context, ui),
    }
}

fn add(args: &AddArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let authority = registration::open(&args.dir, &args.registry)?;
    let (id, institution) = (&args.contract, &args.institution);
    let contract = authority.add_contract(id, institution, &Actor::Operator, context.now())?;
    if context.json() {
        ui.json(&json!({ "version": 1, "contract": json_of(&contract) }))?;
        return Ok(Exit::Done);
    }
    let said = message("contract-added")
        .with("contract", contract.id)
        .with("institution", contract.institution);
    ui.say(&said)?;
    Ok(Exit::Done)
}

fn list(args: &ListArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let authority = registration::open(&args.dir, &args.registry)?;
    let contracts = authority.contracts()?;
    if context.json() {
        let contracts: Vec<Value> = contracts.iter().map(json_of).collect();
        ui.json(&json!({ "version": 1, "contracts": contracts }))?;
        return Ok(Exit::Done);
    }
    if contracts.is_empty() {
        ui.status(&message("contract-none"));
        return Ok(Exit::Done);
    }
    let zone = shown::zone(&authority)?;
    let headings = ["heading-contract", "heading-institution", "heading-since"];
    let mut table = table::table(headings.map(|key| ui.word(key)));
    for contract in contracts {
        let since = shown::day_in(contract.created, &zone, ui);
        table.add_row([contract.id, contract.institution, since]);
    }
    ui.data(table::text(&mut table))?;
    Ok(Exit::Done)
}

fn json_of(contract: &ContractRecord) -> Value {
    json!({
        "contract": contract.id,
        "institution": contract.institution,
        "registered": contract.created.to_string(),
    })
}
