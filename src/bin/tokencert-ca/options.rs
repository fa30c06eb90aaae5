//! Options common to every command, and those common to the commands that use the key.

use std::path::PathBuf;

use tokencert::pkcs11::{LoginPolicy, VendorUser};
use tokencert::registry::Location;

use crate::i18n::Language;
use crate::pin_source::PinSource;
use crate::user_type::user_type;

/// Options that every command takes, before or after its name.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Options {
    /// How data is printed
    #[arg(long, global = true, value_name = "FORMAT", default_value = "text")]
    pub(crate) format: Format,

    /// Language of messages and help
    #[arg(
        long,
        global = true,
        value_name = "LANGUAGE",
        env = "TOKENCERT_CA_LANG"
    )]
    pub(crate) lang: Option<Language>,
}

/// How data is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
}

/// Where the authority is.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct DirArgs {
    /// Folder of the authority
    #[arg(long, value_name = "FOLDER", env = "TOKENCERT_CA_DIR")]
    pub(crate) dir: PathBuf,
}

/// How the authority's key is reached.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct KeyArgs {
    /// PKCS#11 module of the authority's token: the library's absolute path
    #[arg(long, value_name = "PATH", env = "TOKENCERT_CA_MODULE")]
    pub(crate) module: Option<PathBuf>,

    /// Where the PIN of the authority's token comes from: file:PATH, env:NAME or fd:N
    #[arg(long, value_name = "SOURCE", env = "TOKENCERT_CA_PIN_SOURCE")]
    pub(crate) pin_source: Option<PinSource>,

    /// Try the PIN even if one more wrong try would lock it
    #[arg(long)]
    pub(crate) final_try: bool,

    /// Kind of user that logs in, by its number (0x80000001), for a token whose maker has one of its own
    #[arg(long, value_name = "NUMBER", value_parser = user_type)]
    pub(crate) user_type: Option<VendorUser>,
}

impl KeyArgs {
    /// How far the PIN governor goes.
    pub(crate) fn policy(&self) -> LoginPolicy {
        LoginPolicy {
            final_try: self.final_try,
            user: self.user_type,
        }
    }
}

/// Where the registry is.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct RegistryArgs {
    /// PostgreSQL database with the registry, in place of the file in the folder
    #[arg(
        long,
        value_name = "URL",
        env = "TOKENCERT_CA_REGISTRY",
        hide_env_values = true
    )]
    pub(crate) registry: Option<Location>,
}
