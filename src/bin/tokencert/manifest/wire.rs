//! What the program and its process for one token say to each other, a line of JSON each.

use std::path::PathBuf;

use secrecy::ExposeSecret;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use serde_json::Value;
use tokencert::authority::EnrolmentCode;
use tokencert::manifest::Row;
use tokencert::token::TokenIdentity;
use zeroize::Zeroizing;

use super::assign::Present;

/// The one order, on the process's standard input: nothing of it is in its command line.
#[derive(Deserialize, Serialize)]
pub(crate) struct Order {
    /// The token as it was seen, and where.
    pub(super) token: TokenIdentity,
    pub(super) module: PathBuf,
    pub(super) slot: u64,
    /// It had never been initialised.
    pub(super) blank: bool,
    /// No other one looked the same.
    pub(super) is_unique: bool,
    /// The label to initialise it under first.
    pub(super) init: Option<String>,
    /// The name of its file in the folder of PINs.
    pub(super) pins: String,
    pub(crate) subject: Option<String>,
    pub(crate) holder: Option<String>,
    pub(crate) name: Option<String>,
    pub(crate) alternative_names: Vec<String>,
    pub(crate) key: Option<String>,
    #[serde(serialize_with = "expose", deserialize_with = "conceal")]
    pub(super) code: Option<EnrolmentCode>,
}

impl Order {
    /// The order of a row for a token.
    pub(super) fn new(row: &Row, token: &Present) -> Self {
        let names = row.alternative_names.iter();
        Self {
            token: token.identity.clone(),
            module: token.module.clone(),
            slot: token.slot,
            blank: !token.initialized,
            is_unique: token.is_unique,
            init: None,
            pins: String::new(),
            subject: row.subject.clone(),
            holder: row.holder.clone(),
            name: row.name.clone(),
            alternative_names: names.map(ToString::to_string).collect(),
            key: row.key.as_ref().map(ToString::to_string),
            code: row.code.clone(),
        }
    }
}

/// What the process tells, on its standard output.
#[derive(Deserialize, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(super) enum Said {
    /// What it does now, by the key of the message.
    Stage(String),
    /// The token is initialised, and is called this from now on.
    Initialized(TokenIdentity),
    /// The end, as `issue --format json` prints it.
    Done(Value),
    /// The end.
    Failed {
        code: Option<String>,
        message: String,
        hint: Option<String>,
    },
}

#[expect(clippy::ref_option, reason = "serde gives a reference to the field")]
fn expose<S: Serializer>(code: &Option<EnrolmentCode>, to: S) -> Result<S::Ok, S::Error> {
    match code {
        Some(code) => to.serialize_some(code.expose().expose_secret()),
        None => to.serialize_none(),
    }
}

fn conceal<'de, D: Deserializer<'de>>(from: D) -> Result<Option<EnrolmentCode>, D::Error> {
    let text = Option::<String>::deserialize(from)?.map(Zeroizing::new);
    let code = text.map(|text| text.parse()).transpose();
    code.map_err(serde::de::Error::custom)
}
