//! `tokencert integrate`

mod change;
mod curl;
mod git;
mod key;
mod openssl;
mod p11_kit;
mod plan;
mod program;
mod ssh;

use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::ui::Ui;

/// Make another program use the key and the certificate on a token
///
/// It prints what that takes, and with `--write` does it. No PIN is needed, and none is written
/// anywhere: the other program asks for it.
#[derive(clap::Args, Debug)]
#[command(
    after_help = "Examples:\n  $ tokencert integrate ssh 'my key' --host git.example.jp\n  \
                        $ tokencert integrate git --write"
)]
pub(crate) struct IntegrateArgs {
    #[command(subcommand)]
    program: Program,
}

#[derive(clap::Subcommand, Debug)]
enum Program {
    Openssl(openssl::OpensslArgs),
    Ssh(ssh::SshArgs),
    Curl(curl::CurlArgs),
    Git(git::GitArgs),
    P11Kit(p11_kit::P11KitArgs),
}

/// What is done with the files.
#[derive(clap::Args, Clone, Copy, Debug)]
pub(crate) struct Writing {
    /// Write the files in place of printing them
    #[arg(long)]
    write: bool,

    /// Replace what is there already and says something else
    #[arg(id = "replace", long = "force", requires = "write")]
    force: bool,
}

pub(crate) fn run(args: &IntegrateArgs, context: &Context, ui: &Ui) -> Result<Exit, Failure> {
    let (plan, writing) = match &args.program {
        Program::Openssl(args) => (args.plan(context, ui)?, args.writing),
        Program::Ssh(args) => (args.plan(context, ui)?, args.writing),
        Program::Curl(args) => (args.plan(context, ui)?, args.writing),
        Program::Git(args) => (args.plan(context, ui)?, args.writing),
        Program::P11Kit(args) => (p11_kit::P11KitArgs::plan(context, ui)?, args.writing),
    };
    plan.carry_out(writing, context, ui)?;
    Ok(Exit::Done)
}
