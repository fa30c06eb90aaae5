//! The checks: what can be said, under an ID that never changes once released.

use std::fmt::Display;
use std::path::PathBuf;

use crate::token::TokenIdentity;

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Level {
    /// As it should be.
    Ok,
    /// Worth knowing; it keeps nobody from anything.
    Note,
    /// It keeps somebody from a job, or will.
    Problem,
}

impl Level {
    /// Its name: `ok`, `note` or `problem`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Note => "note",
            Self::Problem => "problem",
        }
    }
}

/// Something that was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Check {
    /// What is said.
    pub id: Id,
    /// How much it matters here.
    pub level: Level,
    /// The module that it is about.
    pub module: Option<PathBuf>,
    /// The slot that it is about.
    pub slot: Option<u64>,
    /// The token that it is about.
    pub token: Option<TokenIdentity>,
    /// The values that belong into the sentence, by their names.
    pub values: Vec<(&'static str, String)>,
}

impl Check {
    pub(super) fn new(id: Id) -> Self {
        Self {
            id,
            level: id.level(),
            module: None,
            slot: None,
            token: None,
            values: Vec::new(),
        }
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Display) -> Self {
        self.values.push((name, value.to_string()));
        self
    }

    /// It is no more than worth knowing where it keeps nobody from anything.
    pub(super) fn problem_if(mut self, condition: bool) -> Self {
        self.level = if condition {
            Level::Problem
        } else {
            Level::Note
        };
        self
    }
}

macro_rules! ids {
    ($($(#[$doc:meta])* $level:ident $name:ident $text:literal;)*) => {
        /// What a check says. Help desks refer to [`Id::name`], which never changes.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Id {
            $($(#[$doc])* $name,)*
        }

        impl Id {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Its name in reports.
            #[must_use]
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $text,)*
                }
            }

            /// How much it matters, where nothing makes it matter less.
            #[must_use]
            pub fn level(self) -> Level {
                match self {
                    $(Self::$name => Level::$level,)*
                }
            }
        }
    };
}

ids! {
    /// The configuration file cannot be used.
    Problem ConfigurationUnusable "configuration-unusable";
    /// The clock shows a time that can be.
    Ok ClockPlausible "clock-plausible";
    /// The clock shows a time at which this version did not exist, or of another age.
    Problem ClockImplausible "clock-implausible";
    /// The clock is behind files that this program wrote.
    Problem ClockBehind "clock-behind";
    /// The clock differs from the authority's.
    Problem ClockOff "clock-off";
    /// The time zones of this computer and of the profile are known.
    Ok TimeZonesKnown "time-zones-known";
    /// The profile's time zone is not in the database.
    Problem TimeZoneUnknown "time-zone-unknown";
    /// This computer's own time zone cannot be told.
    Note TimeZoneOfSystem "time-zone-of-system";
    /// The program's folders can be written, by their owner alone.
    Ok FoldersUsable "folders-usable";
    /// A folder cannot be written.
    Problem FolderUnwritable "folder-unwritable";
    /// Others can read a folder.
    Note FolderOpen "folder-open";
    /// `PKCS11SPY` is set: a log of every call may be written.
    Note Pkcs11Spy "pkcs11spy-set";
    /// A variable puts other libraries into every process.
    Note LibrariesRedirected "libraries-redirected";
    /// A variable gives OpenSSL, which modules bring along, another configuration.
    Note OpensslRedirected "openssl-redirected";
    /// The smart card service answers.
    Ok PcscRunning "pcsc-running";
    /// The smart card service's socket is not there.
    Problem PcscAbsent "pcsc-absent";
    /// The smart card service's socket is there, and nobody answers.
    Problem PcscSilent "pcsc-silent";
    /// p11-kit's list of modules is not there.
    Note P11KitAbsent "p11-kit-absent";
    /// A registration names a file that is not there.
    Note RegistrationDangling "registration-dangling";

    /// The profile can be used.
    Ok ProfileUsable "profile-usable";
    /// No profile was added.
    Note ProfileNone "profile-none";
    /// Several profiles were added, and none is chosen.
    Note ProfileSeveral "profile-several";
    /// The profile cannot be used.
    Problem ProfileUnusable "profile-unusable";
    /// The authority answers, and is the one that is trusted.
    Ok AuthorityReached "authority-reached";
    /// The authority is asked with `--online` only.
    Note AuthorityNotAsked "authority-not-asked";
    /// Nobody has said yet how the authority is known to be the right one.
    Note AuthorityUntrusted "authority-untrusted";
    /// The authority cannot be reached, or is not the one that is trusted.
    Problem AuthorityUnreachable "authority-unreachable";

    /// No module was named or found.
    Problem ModuleNone "module-none";
    /// The module answers.
    Ok ModuleAnswers "module-answers";
    /// The module is there, and commands use another one.
    Note ModuleUnused "module-unused";
    /// The file of a module that was named is not there.
    Problem ModuleAbsent "module-absent";
    /// A module was named by a relative path.
    Problem ModuleRelative "module-relative";
    /// The module's file cannot be read.
    Problem ModuleUnreadable "module-unreadable";
    /// The module's file is no shared library.
    Problem ModuleNotLibrary "module-not-library";
    /// The module was made for another system or processor.
    Problem ModuleArchitecture "module-architecture";
    /// A library that the module needs is not there.
    Problem ModuleDependency "module-dependency";
    /// A library that the module needs is there in another version, or another one of its name.
    Problem ModuleSymbols "module-symbols";
    /// The file is a library, and not a PKCS#11 module.
    Problem ModuleNotPkcs11 "module-not-pkcs11";
    /// The module cannot be loaded for another reason.
    Problem ModuleUnloadable "module-unloadable";
    /// The module wants a text at its initialisation.
    Problem ModuleWantsText "module-wants-text";
    /// The module refuses to be used.
    Problem ModuleRefused "module-refused";
    /// The module crashed.
    Problem ModuleCrashed "module-crashed";
    /// The module gave no answer in time.
    Problem ModuleHung "module-hung";
    /// The module ended the process.
    Problem ModuleEnded "module-ended";
    /// The module crashed when all was done.
    Problem ModuleCrashedAtEnd "module-crashed-at-end";
    /// The module gave no answer when all was done.
    Problem ModuleHungAtEnd "module-hung-at-end";
    /// `C_Finalize` failed, which nothing depends on.
    Note ModuleFinalizeFailed "module-finalize-failed";
    /// Libraries may be in each other's way.
    Note ModuleClash "module-clash";
    /// The module shows no slot at all.
    Note ModuleNoSlots "module-no-slots";
    /// The module shows slots, and no token in any.
    Note ModuleNoTokens "module-no-tokens";

    /// A slot or its token does not answer.
    Problem SlotFailed "slot-failed";

    /// The token can do all jobs.
    Ok TokenReady "token-ready";
    /// The token was never initialised.
    Note TokenUninitialized "token-uninitialized";
    /// The token is write-protected.
    Note TokenReadOnly "token-read-only";
    /// The token calls itself broken.
    Problem TokenErrorState "token-error-state";
    /// The user PIN was never set.
    Problem TokenPinUnset "token-pin-unset";
    /// The user PIN is locked.
    Problem TokenPinLocked "token-pin-locked";
    /// One wrong try locks the user PIN.
    Problem TokenPinFinalTry "token-pin-final-try";
    /// Wrong tries were made with the user PIN.
    Note TokenPinLow "token-pin-low";
    /// The user PIN must be changed first.
    Problem TokenPinToBeChanged "token-pin-to-be-changed";
    /// The SO PIN is locked.
    Note TokenSoPinLocked "token-so-pin-locked";
    /// One wrong try locks the SO PIN.
    Note TokenSoPinFinalTry "token-so-pin-final-try";
    /// Wrong tries were made with the SO PIN.
    Note TokenSoPinLow "token-so-pin-low";
    /// The SO PIN must be changed first.
    Note TokenSoPinToBeChanged "token-so-pin-to-be-changed";
    /// Such tokens leave the factory with a PIN that everybody knows.
    Note TokenFactoryPin "token-factory-pin";
    /// The PIN is typed on the reader's own keys.
    Note TokenKeypad "token-keypad";
    /// The token wants no PIN.
    Note TokenWithoutLogin "token-without-login";
    /// The token has no room.
    Problem TokenFull "token-full";
    /// The token is software.
    Note TokenSoftware "token-software";
    /// The token is software, and the profile wants hardware.
    Problem TokenSoftwareRefused "token-software-refused";
    /// The token has neither label nor serial number to be chosen by.
    Note TokenUnnamed "token-unnamed";
    /// Several tokens have one label.
    Note TokenAmbiguous "token-ambiguous";
    /// Several modules show the same token.
    Note TokenTwice "token-twice";
    /// The token does not tell what it can do.
    Note MechanismsUnknown "mechanisms-unknown";
    /// The token makes no keys.
    Problem TokenNoKeys "token-no-keys";
    /// The token makes no signatures with any key that it makes.
    Problem TokenNoSignatures "token-no-signatures";
    /// The token makes no RSA keys.
    Note TokenNoRsa "token-no-rsa";
    /// The token makes no keys on elliptic curves.
    Note TokenNoEc "token-no-ec";
    /// RSA keys of the token are shorter than is taken today.
    Note TokenShortRsa "token-short-rsa";
    /// The token lists no RSA-PSS.
    Note TokenNoPss "token-no-pss";
    /// The token signs with RSA only what was hashed already.
    Note TokenNoCombined "token-no-combined";
    /// The token does not make keys of the kind that the profile wants.
    Problem TokenProfileKey "token-profile-key";
    /// The profile wants RSA-PSS, and the token does not list it.
    Problem TokenProfilePss "token-profile-pss";

    /// No token was seen.
    Problem TokenNone "token-none";
    /// There is no token on this computer yet, and `issue` makes one.
    Note TokenOfPcNone "token-of-pc-none";
    /// No token that was seen can do a job.
    Problem JobsImpossible "jobs-impossible";
    /// Every job can be done.
    Ok JobsPossible "jobs-possible";
}
