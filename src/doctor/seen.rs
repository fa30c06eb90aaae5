//! What was seen of a computer, its modules and its tokens.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Binary;
use crate::profile::Profile;
use crate::token::TokenInfo;

/// All that was seen.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Seen {
    /// The computer.
    pub computer: Computer,
    /// The profile.
    pub profile: ProfileSeen,
    /// The profile's authority.
    pub authority: AuthoritySeen,
    /// Keys are to be made on this computer.
    pub on_pc: bool,
    /// The modules that were named or found, in the order in which they are used.
    pub modules: Vec<Module>,
    /// Where a module was looked for, and none was.
    pub searched: Vec<(PathBuf, Source)>,
}

impl Seen {
    /// What was seen, with nothing searched for in vain, and keys on a USB token.
    #[must_use]
    pub fn new(
        computer: Computer,
        profile: ProfileSeen,
        authority: AuthoritySeen,
        modules: Vec<Module>,
    ) -> Self {
        Self {
            computer,
            profile,
            authority,
            on_pc: false,
            modules,
            searched: Vec::new(),
        }
    }
}

/// What was seen of the computer itself.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Computer {
    /// Why the configuration file cannot be used, where it cannot.
    pub configuration: Option<String>,
    /// The operating system, as `std::env::consts::OS` names it.
    pub system: String,
    /// The processor, as `std::env::consts::ARCH` names it.
    pub processor: String,
    /// What the clock shows.
    pub now: Timestamp,
    /// Whether the system's time zone can be told.
    pub time_zone: Option<String>,
    /// Names of variables that are set and lead modules or their libraries elsewhere.
    pub variables: Vec<String>,
    /// The program's folders.
    pub folders: Vec<Folder>,
    /// The smart card service.
    pub pcsc: PcSc,
    /// One of p11-kit's folders of registered modules is there.
    pub p11_kit: bool,
    /// What the authority's clock shows, where the two are far apart.
    pub other_clock: Option<String>,
}

impl Computer {
    /// A computer of which nothing is known to be wrong.
    #[must_use]
    pub fn new(system: &str, processor: &str, now: Timestamp) -> Self {
        Self {
            configuration: None,
            system: system.to_owned(),
            processor: processor.to_owned(),
            now,
            time_zone: Some("UTC".to_owned()),
            variables: Vec::new(),
            folders: Vec::new(),
            pcsc: PcSc::OfSystem,
            p11_kit: true,
            other_clock: None,
        }
    }
}

/// A folder of the program.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Folder {
    /// The folder.
    pub path: PathBuf,
    /// It can be written, or could be made.
    pub writable: bool,
    /// Others can read what is in it.
    pub open: bool,
    /// When its youngest file was written.
    pub youngest: Option<Timestamp>,
}

/// The smart card service (PC/SC).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PcSc {
    /// The system brings its own, or none is known for it.
    OfSystem,
    /// It answers.
    Running,
    /// Its socket is not there.
    Absent(PathBuf),
    /// Its socket is there, and nobody answers.
    Silent(PathBuf),
}

/// The profile, as far as there is one.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum ProfileSeen {
    /// None was added, or none is to be used.
    None,
    /// Several were added, and none is chosen.
    Several(Vec<String>),
    /// It cannot be used, for this reason.
    Unusable(String),
    /// It is this one.
    Usable(Box<Profile>),
}

impl ProfileSeen {
    /// The profile, if it can be used.
    #[must_use]
    pub fn profile(&self) -> Option<&Profile> {
        match self {
            Self::Usable(profile) => Some(profile),
            _ => None,
        }
    }
}

/// The profile's authority, as far as it was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum AuthoritySeen {
    /// There is none to ask.
    None,
    /// It is in a network, and was not asked.
    NotAsked,
    /// It answers.
    Reached,
    /// It cannot be asked before somebody says how it is known.
    Untrusted,
    /// It gave no answer, for this reason.
    Unreachable(String),
}

/// How a module came to be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// `--module`.
    Option,
    /// `TOKENCERT_MODULE`.
    Environment,
    /// The configuration.
    Configuration,
    /// The profile.
    Profile,
    /// A registration with p11-kit: this file.
    Registration(PathBuf),
    /// A place in which its maker installs it.
    KnownPlace,
}

impl Source {
    /// Its name: `option`, `environment`, `configuration`, `profile`, `registration` or
    /// `known-place`.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match self {
            Self::Option => "option",
            Self::Environment => "environment",
            Self::Configuration => "configuration",
            Self::Profile => "profile",
            Self::Registration(_) => "registration",
            Self::KnownPlace => "known-place",
        }
    }

    /// The file of a registration.
    #[must_use]
    pub fn registration(&self) -> Option<&Path> {
        match self {
            Self::Registration(file) => Some(file),
            _ => None,
        }
    }

    /// True where a person has named the module.
    #[must_use]
    pub fn is_named(&self) -> bool {
        !matches!(self, Self::Registration(_) | Self::KnownPlace)
    }
}

/// A module.
#[derive(Clone, Debug)]
pub struct Module {
    /// Its file.
    pub path: PathBuf,
    /// Why it is looked at.
    pub sources: Vec<Source>,
    /// What its file is.
    pub file: File,
    /// How looking at it ended.
    pub outcome: Outcome,
    /// What it says of itself.
    pub library: Option<Library>,
    /// Its slots, as far as they were seen.
    pub slots: Vec<SeenSlot>,
    /// The download page that the profile has for it.
    pub download: Option<String>,
}

impl Module {
    /// A module that was not looked at yet.
    #[must_use]
    pub fn new(path: &Path, source: Source) -> Self {
        Self {
            path: path.to_owned(),
            sources: vec![source],
            file: File::Absent,
            outcome: Outcome::NotLoaded,
            library: None,
            slots: Vec::new(),
            download: None,
        }
    }

    /// Its tokens, with the slots that they are in.
    pub fn tokens(&self) -> impl Iterator<Item = (&SeenSlot, &TokenInfo)> {
        self.slots.iter().filter_map(|slot| match &slot.content {
            Content::Token { info, .. } => Some((slot, info)),
            _ => None,
        })
    }
}

/// What a module's file is.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum File {
    /// It is not there.
    Absent,
    /// It was named by a relative path.
    Relative,
    /// It cannot be read, for this reason.
    Unreadable(String),
    /// It is no shared library.
    NotLibrary,
    /// It is one, made for this.
    Library(Binary),
}

/// How looking at a module ended.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome {
    /// It was not loaded: its file says enough.
    NotLoaded,
    /// It was not loaded: commands use another one.
    Unused,
    /// It could not be loaded, as the system says.
    Unloadable(String),
    /// A call to the module itself failed.
    Refused {
        /// The call.
        function: String,
        /// What it returned.
        value: String,
    },
    /// It crashed in this call.
    Crashed {
        /// The call, or `dlopen`, or `exit`.
        call: String,
        /// The signal, or the code that Windows gives.
        signal: String,
    },
    /// It gave no answer to this call.
    Hung {
        /// The call, or `dlopen`, or `exit`.
        call: String,
        /// How long it was waited for.
        seconds: u64,
    },
    /// It ended the process in this call.
    Ended {
        /// The call, or `dlopen`, or `exit`.
        call: String,
        /// The exit status.
        status: i32,
        /// The last line that was said before.
        said: String,
    },
    /// It answered all there was to ask.
    Answered {
        /// What `C_Finalize` returned, where that was not `CKR_OK`.
        finalize: Option<String>,
    },
}

/// What a module says of itself (`CK_INFO`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Library {
    /// `libraryDescription`.
    pub description: String,
    /// `manufacturerID`.
    pub manufacturer: String,
    /// `libraryVersion`, major and minor.
    pub version: (u8, u8),
    /// `cryptokiVersion`, major and minor.
    pub cryptoki: (u8, u8),
}

/// A slot and what is in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenSlot {
    /// The slot's ID.
    pub id: u64,
    /// `slotDescription`.
    pub description: String,
    /// What is in it.
    pub content: Content,
}

/// What a slot holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Content {
    /// No token.
    Empty,
    /// It did not answer: what was called, and what was returned.
    Failed(String),
    /// A token.
    Token {
        /// What it says of itself.
        info: TokenInfo,
        /// What it can do; the failed call where it does not tell.
        mechanisms: Result<Mechanisms, String>,
    },
}

/// The mechanisms of a token, by the numbers of the standard.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mechanisms {
    /// Those that it lists.
    pub listed: Vec<u64>,
    /// The smallest and the largest RSA key that it makes, in bits, where it tells.
    pub rsa_bits: Option<(u64, u64)>,
    /// The same of elliptic curves.
    pub ec_bits: Option<(u64, u64)>,
}

/// What is told while a module is looked at, so that whoever watches knows where it stopped.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[non_exhaustive]
pub enum ProbeEvent {
    /// This is called next.
    Calling(String),
    /// The system could not load the module.
    Unloadable(String),
    /// The call failed, and nothing comes after it.
    Refused {
        /// The call.
        function: String,
        /// What it returned.
        value: String,
    },
    /// What the module says of itself.
    Library(Library),
    /// A slot.
    Slot(SeenSlot),
    /// All was asked; what `C_Finalize` returned, where that was not `CKR_OK`.
    Done(Option<String>),
}
