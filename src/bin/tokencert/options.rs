//! Options common to every command, and how their values are read.

use std::path::PathBuf;
use std::str::FromStr;
use std::time::Duration;

use tokencert::pkcs11::VendorUser;
use tokencert::token::TokenSelector;

use crate::i18n::Language;
use crate::pin_source::PinSource;
use crate::selector::token_selector;
use crate::user_type::user_type;

/// Options that every command takes, before or after its name.
#[derive(clap::Args, Clone, Debug)]
#[command(next_help_heading = "Common options")]
pub(crate) struct Options {
    /// PKCS#11 module of the token's maker: the library's absolute path
    #[arg(
        long,
        global = true,
        value_name = "PATH",
        env = "TOKENCERT_MODULE",
        hide_env_values = true
    )]
    pub(crate) module: Option<PathBuf>,

    /// Token: its label, its serial number or its PKCS#11 URI
    #[arg(long, global = true, value_name = "SELECTOR", env = "TOKENCERT_TOKEN",
        hide_env_values = true, value_parser = token_selector)]
    pub(crate) token: Option<TokenSelector>,

    /// Where the token's PIN comes from: file:PATH, env:NAME or fd:N; without it, it is asked for
    #[arg(
        long,
        global = true,
        value_name = "SOURCE",
        env = "TOKENCERT_PIN_SOURCE",
        hide_env_values = true
    )]
    pub(crate) pin_source: Option<PinSource>,

    /// Where keys are to be made: on a USB token, or on this computer in a software token
    #[arg(long, global = true, value_name = "PLACE")]
    pub(crate) to: Option<Destination>,

    /// Profile of the bank or the help desk; without it, the only one there is
    #[arg(long, global = true, value_name = "NAME")]
    pub(crate) profile: Option<String>,

    /// Use no profile, even if there is only one
    #[arg(long, global = true, conflicts_with = "profile")]
    pub(crate) no_profile: bool,

    /// How data is printed
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(crate) format: Option<Format>,

    /// Language of messages and help
    #[arg(long, global = true, value_name = "LANGUAGE", env = "TOKENCERT_LANG")]
    pub(crate) lang: Option<Language>,

    /// Configuration file to read in place of the user's own
    #[arg(long, global = true, value_name = "FILE")]
    pub(crate) config: Option<PathBuf>,

    /// Text that the module wants at its initialisation, as NSS does
    #[arg(long, global = true, value_name = "TEXT")]
    pub(crate) module_init: Option<String>,

    /// Never call C_Finalize, for a module that fails or crashes in it
    #[arg(long, global = true)]
    pub(crate) no_finalize: bool,

    /// Wait this long for the token to be plugged in: 90s, 2m or 1h; a bare number is seconds
    #[arg(long, global = true, value_name = "TIME")]
    pub(crate) wait: Option<Seconds>,

    /// Try a PIN even if one more wrong try would lock it
    #[arg(long, global = true)]
    pub(crate) final_try: bool,

    /// Kind of user that logs in, by its number (0x80000001), for a token whose maker has one of its own
    #[arg(long, global = true, value_name = "NUMBER", value_parser = user_type)]
    pub(crate) user_type: Option<VendorUser>,

    /// Tell more of what goes on; repeat it for still more
    #[arg(short, long, global = true, action = clap::ArgAction::Count)]
    pub(crate) verbose: u8,
}

/// Where keys are made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Destination {
    /// A hardware token.
    #[value(alias = "hardware")]
    #[serde(alias = "hardware")]
    Usb,
    /// A software token of the user's own.
    Pc,
}

/// How data is printed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Format {
    /// For people.
    #[default]
    Text,
    /// For programs.
    Json,
    /// For spreadsheets, where a command prints a table for them; not for every command.
    #[serde(skip)]
    Csv,
    /// A page for a browser and for paper; of an audit only.
    #[serde(skip)]
    Html,
}

/// A length of time: `90s`, `2m`, `1h` or `90`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Seconds(pub(crate) Duration);

impl FromStr for Seconds {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let units = [('s', 1), ('m', 60), ('h', 3600)];
        let unit = units
            .into_iter()
            .find_map(|(unit, factor)| text.strip_suffix(unit).map(|number| (number, factor)));
        let (number, factor) = unit.unwrap_or((text, 1));
        let seconds = number
            .parse::<u32>()
            .ok()
            .map(|number| u64::from(number) * factor);
        seconds
            .map(|seconds| Self(Duration::from_secs(seconds)))
            .ok_or_else(|| "90s, 2m, 1h".to_owned())
    }
}

/// A number of days: `30d`, `4w` or `30`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Days(pub(crate) u16);

impl FromStr for Days {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let (number, factor) = match text.strip_suffix('w') {
            Some(weeks) => (weeks, 7),
            None => (text.strip_suffix('d').unwrap_or(text), 1),
        };
        let days = number
            .parse::<u16>()
            .ok()
            .and_then(|number| number.checked_mul(factor));
        days.map(Self).ok_or_else(|| "30d, 4w".to_owned())
    }
}
