//! The authority's key on its token: made once, used at each signature.

use std::path::{Path, PathBuf};

use jiff::Timestamp;
use tokencert::Error;
use tokencert::ca::{CertificateAuthority, KeyPlace};
use tokencert::files;
use tokencert::key::{KeyAlgorithm, KeyId, SigningKey};
use tokencert::pkcs11::{
    ExclusiveModule, KeyOrder, LoadedModule, LoginPolicy, PinProvider, Token, TokenAccess, TokenKey,
};
use tokencert::token::{KeyObject, Need, TokenLock, TokenSelector};

use crate::failure::Failure;
use crate::i18n::message;
use crate::options::KeyArgs;
use crate::own_token;
use crate::pin_source::PinSource;
use crate::pins::Pins;
use crate::ui::Ui;

/// The folder of locks in the authority's.
const LOCKS: &str = "locks";

/// Lets `act` use a module, which is finalized whatever came of it.
pub(crate) fn with_module<T>(
    path: &Path,
    act: impl FnOnce(&ExclusiveModule) -> Result<T, Failure>,
) -> Result<T, Failure> {
    with_loaded(LoadedModule::load(path)?, act)
}

fn with_loaded<T>(
    module: LoadedModule,
    act: impl FnOnce(&ExclusiveModule) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let module = module.initialize(None)?;
    let result = act(&module);
    // What was done is done, and on record: a module that ends badly takes nothing back.
    if let Err(error) = module.finalize() {
        tracing::debug!(%error, "ignored");
    }
    result
}

/// Opens a token and logs in.
pub(crate) fn open<'m>(
    module: &'m ExclusiveModule,
    token: &TokenSelector,
    need: Need,
    pins: &mut dyn PinProvider,
    policy: LoginPolicy,
) -> Result<Token<'m>, Failure> {
    let token = module.open(token, need)?;
    token.login(pins, policy)?;
    Ok(token)
}

/// Fails for a full disk, before a login: nothing could be put on record, and a login has SoftHSM2
/// write its token anew, which a full disk would end the authority's key with.
pub(crate) fn check_room(folder: &Path) -> Result<(), Error> {
    files::check_writable(&folder.join("room"), true)
}

/// Keeps other runs from the authority's own token until it is dropped: SoftHSM2 empties a token's
/// file at each login before it writes it anew, and who looks for the token then finds none. Other
/// tokens bear that, and their PIN may have to be typed.
pub(crate) fn lock(folder: &Path, place: &KeyPlace) -> Result<Option<TokenLock>, Error> {
    if !own_token::is_in(folder) {
        return Ok(None);
    }
    // Whoever has it is done in a moment.
    let taken = TokenLock::acquire(&folder.join(LOCKS), &place.token, &mut || {});
    taken.map(|(lock, _)| Some(lock))
}

/// The module of the authority's key.
pub(crate) fn load(
    authority: &CertificateAuthority,
    args: &KeyArgs,
) -> Result<LoadedModule, Error> {
    let place = &authority.settings().key;
    LoadedModule::load(args.module.as_ref().unwrap_or(&place.module))
}

/// Lets `act` sign with the authority's key.
pub(crate) fn with_key<T>(
    module: LoadedModule,
    authority: &CertificateAuthority,
    args: &KeyArgs,
    ui: &Ui,
    act: impl FnOnce(&dyn SigningKey) -> Result<T, Error>,
) -> Result<T, Failure> {
    let place = &authority.settings().key;
    let folder = authority.folder().path();
    check_room(folder)?;
    let mut pins = Pins::new(pin_source(place, folder, args), ui);
    let lock = lock(folder, place)?;
    with_loaded(module, |module| {
        let token = own_token::exactly(&place.token);
        let token = open(module, &token, Need::Read, &mut pins, args.policy())?;
        // What comes now reads the key's own file, which no login writes.
        drop(lock);
        let key = find(&token, &place.id)?.ok_or_else(|| Error::KeyNotFound {
            token: token.identity().to_string(),
            id: place.id.clone(),
        })?;
        Ok(act(&token.key(&key)?)?)
    })
}

/// Makes the key under the ID that was written down, or takes the one that an earlier run made.
pub(crate) fn make<'m>(
    token: &Token<'m>,
    algorithm: KeyAlgorithm,
    place: &KeyPlace,
    label: &str,
    now: Timestamp,
) -> Result<(TokenKey<'m>, KeyId), Failure> {
    if let Some(key) = find(token, &place.id)? {
        let (key, _) = token.adopt(&key, now)?;
        return match key.public_key().algorithm() {
            Some(made) if made != algorithm => {
                Err(Failure::usage(message("key-begun").with("kind", made)))
            }
            _ => Ok((key, place.id.clone())),
        };
    }
    // A public half alone is what a generation that was cut short can leave.
    for identity in token.contents()?.identities {
        if let Some(public) = identity
            .public_key
            .filter(|key| key.id.as_ref() == Some(&place.id))
        {
            token.delete_key(&public)?;
        }
    }
    let made = token.generate(&KeyOrder::new(algorithm, place.id.clone(), label), now)?;
    // A few modules replace the ID that they are given.
    let id = made.object.id.unwrap_or_else(|| place.id.clone());
    Ok((made.key, id))
}

/// The private key of this ID.
pub(crate) fn find(token: &Token<'_>, id: &KeyId) -> Result<Option<KeyObject>, Error> {
    let identities = token.contents()?.identities.into_iter();
    let mut keys = identities.filter_map(|identity| identity.private_key);
    Ok(keys.find(|key| key.id.as_ref() == Some(id)))
}

/// The source that was named, else the file that the authority keeps the PIN in.
pub(crate) fn pin_source(place: &KeyPlace, folder: &Path, args: &KeyArgs) -> Option<PinSource> {
    let kept = |file: &PathBuf| PinSource::File(folder.join(file));
    args.pin_source
        .clone()
        .or_else(|| place.pin_file.as_ref().map(kept))
}
