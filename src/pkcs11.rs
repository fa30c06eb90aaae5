//! The adapter to PKCS#11 modules: the only place that names `cryptoki`.
//!
//! A [`Module`] is shared with the rest of the process and never finalized; an
//! [`ExclusiveModule`] is for programs. From either, [`TokenAccess::open`] gives a [`Token`], and a
//! token gives a [`TokenKey`] that signs.

mod attributes;
mod calling;
mod contents;
mod evidence;
mod generate;
mod key;
mod module;
mod pairing;
mod pin;
mod probe;
mod provision;
mod quirks;
mod raw;
mod search;
mod session;
mod survey;
mod template;
mod write;

use std::ffi::CString;
use std::path::Path;
use std::sync::Arc;

use crate::error::{Error, Result};
use crate::token::{Need, Slot, TokenSelector};
use module::Core;

pub use calling::between_calls;
pub use generate::{Generated, KeyOrder};
pub use key::{TokenKey, TokenSignature, TokenVerifyingKey};
pub use pin::{LoginPolicy, Pin, PinProvider, PinRequest, VendorUser};
pub use probe::probe;
pub use provision::{Initialization, change_pin, initialize, unlock};
pub use search::{ModuleSearch, Platform, Sighting};
pub use session::Token;
pub use survey::{Surveyed, Unread};

/// A way to the tokens of one module: shared or exclusive.
pub trait TokenAccess: sealed::Loaded {
    /// The module's file.
    fn path(&self) -> &Path {
        &self.core().path
    }

    /// Every slot with what is in it (`C_GetSlotList`, `C_GetSlotInfo`, `C_GetTokenInfo`).
    fn slots(&self) -> Result<Vec<Slot>> {
        self.core().slots()
    }

    /// The slots to choose from: of a token that was seen before, the one that it was seen in if
    /// it is still there, and else every slot.
    ///
    /// A look into a slot takes two calls, and a box has many.
    fn slots_for(&self, selector: &TokenSelector) -> Result<Vec<Slot>> {
        self.core().slots_for(selector)
    }

    /// Opens a session with the one token that is meant.
    fn open(&self, selector: &TokenSelector, need: Need) -> Result<Token<'_>> {
        open(self.core(), selector, need)
    }

    /// Opens a session with the token in this slot, as [`TokenAccess::slots`] described it.
    fn open_slot(&self, slot: &Slot, need: Need) -> Result<Token<'_>> {
        Token::open(self.core(), slot, need)
    }

    /// Forgets what the module may have remembered, so that the next look is at the token itself.
    ///
    /// OpenSC and tpm2-pkcs11 keep a list of objects until `C_Finalize`. A shared module cannot be
    /// finalized; there a new session has to do.
    fn look_afresh(&mut self) -> Result<()>;
}

/// What both kinds of module have in common, and nobody else can have.
mod sealed {
    use std::sync::Arc;

    use super::module::Core;

    pub trait Loaded {
        fn core(&self) -> &Arc<Core>;
    }
}

/// A module that this process may already be using, and goes on using: it is initialised if
/// nobody has done so, and never finalized.
///
/// `Module`, [`Token`] and [`TokenKey`] are `Send` and `Sync`; calls into one session are made one
/// at a time.
///
/// ```no_run
/// use tokencert::pkcs11::{Module, Pin, TokenAccess};
/// use tokencert::token::Need;
///
/// # fn main() -> tokencert::Result<()> {
/// let module = Module::open("/usr/lib/softhsm/libsofthsm2.so".as_ref())?;
/// let token = module.open(&"my token".parse()?, Need::Read)?;
/// for object in token.contents()?.all_certificates() {
///     if let Some(certificate) = &object.certificate {
///         assert!(!certificate.subject().is_empty());
///     }
/// }
/// # Ok(()) }
/// ```
#[derive(Clone, Debug)]
pub struct Module {
    core: Arc<Core>,
}

impl Module {
    /// Loads the module at an absolute path.
    pub fn open(path: &Path) -> Result<Self> {
        Self::open_with(path, None)
    }

    /// Loads a module that wants a text in `pReserved` of `C_Initialize`, as NSS does.
    pub fn open_with(path: &Path, initialization: Option<&str>) -> Result<Self> {
        let core = Core::load(path)?;
        core.initialize(c_text(initialization)?.as_ref())?;
        Ok(Self {
            core: Arc::new(core),
        })
    }

    /// Opens a session that outlives the borrow of the module: it keeps the module loaded itself.
    pub fn token(&self, selector: &TokenSelector, need: Need) -> Result<Token<'static>> {
        open(&self.core, selector, need)
    }
}

impl sealed::Loaded for Module {
    fn core(&self) -> &Arc<Core> {
        &self.core
    }
}

impl TokenAccess for Module {
    fn look_afresh(&mut self) -> Result<()> {
        Ok(())
    }
}

/// A module that is loaded and has not looked at any token yet: loading can take longer than a lock
/// on a token should be held.
#[derive(Debug)]
pub struct LoadedModule {
    core: Core,
}

impl LoadedModule {
    /// Loads the module at an absolute path.
    pub fn load(path: &Path) -> Result<Self> {
        Core::load(path).map(|core| Self { core })
    }

    /// `C_Initialize`, as [`ExclusiveModule::open`] does it.
    pub fn initialize(self, initialization: Option<&str>) -> Result<ExclusiveModule> {
        self.exclusive(initialization, true)
    }

    fn exclusive(
        mut self,
        initialization: Option<&str>,
        finalizes: bool,
    ) -> Result<ExclusiveModule> {
        let initialization = c_text(initialization)?;
        self.core.finalizes = self.core.initialize(initialization.as_ref())? && finalizes;
        Ok(ExclusiveModule {
            core: Arc::new(self.core),
            initialization,
        })
    }
}

/// A module that this program alone uses, so that it may be initialised again.
///
/// That happens only through `&mut self`, and every [`Token`] borrows the module: while one is
/// alive, [`ExclusiveModule::look_afresh`](TokenAccess::look_afresh) does not compile.
///
/// ```compile_fail
/// # use tokencert::pkcs11::{ExclusiveModule, TokenAccess};
/// # use tokencert::token::{Need, TokenSelector};
/// # fn main() -> tokencert::Result<()> {
/// let mut module = ExclusiveModule::open("/usr/lib/softhsm/libsofthsm2.so".as_ref(), None)?;
/// let token = module.open(&TokenSelector::Only, Need::Read)?;
/// module.look_afresh()?;
/// token.contents()?;
/// # Ok(()) }
/// ```
#[derive(Debug)]
pub struct ExclusiveModule {
    core: Arc<Core>,
    initialization: Option<CString>,
}

impl ExclusiveModule {
    /// Loads and initialises the module at an absolute path.
    ///
    /// If something in the process has initialised it before, it is treated as shared: it is not
    /// finalized.
    pub fn open(path: &Path, initialization: Option<&str>) -> Result<Self> {
        LoadedModule::load(path)?.initialize(initialization)
    }

    /// The same for a module that fails or crashes in `C_Finalize`, which is then never called:
    /// [`look_afresh`](TokenAccess::look_afresh) has to make do with a new session.
    pub fn open_unfinalized(path: &Path, initialization: Option<&str>) -> Result<Self> {
        LoadedModule::load(path)?.exclusive(initialization, false)
    }

    /// `C_Finalize`, which also ends every session.
    pub fn finalize(self) -> Result<()> {
        if self.core.finalizes {
            self.core
                .finalize()
                .map_err(|cause| Error::Module { cause })?;
        }
        Ok(())
    }
}

impl sealed::Loaded for ExclusiveModule {
    fn core(&self) -> &Arc<Core> {
        &self.core
    }
}

impl TokenAccess for ExclusiveModule {
    /// `C_Finalize` and `C_Initialize`. A `C_Finalize` that fails is passed over: only what
    /// `C_Initialize` then says counts.
    fn look_afresh(&mut self) -> Result<()> {
        if self.core.finalizes {
            if let Err(call) = self.core.finalize() {
                tracing::debug!(%call, "ignored");
            }
            self.core.initialize(self.initialization.as_ref())?;
        }
        Ok(())
    }
}

fn open<'m>(core: &Arc<Core>, selector: &TokenSelector, need: Need) -> Result<Token<'m>> {
    let slots = core.slots_for(selector)?;
    let slot = selector.choose(&slots, need, &core.path.display().to_string())?;
    Token::open(core, slot, need)
}

fn c_text(text: Option<&str>) -> Result<Option<CString>> {
    text.map(CString::new)
        .transpose()
        .map_err(|_| Error::ModuleLoad {
            path: "its initialisation text".to_owned(),
            reason: "it contains a NUL".to_owned(),
        })
}
