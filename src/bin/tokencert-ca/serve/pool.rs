//! The authority's key for many threads at once: a call into a module blocks, and a session makes
//! one at a time, so that each thread has its own.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, Sender, SyncSender, channel, sync_channel};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokencert::ca::KeyPlace;
use tokencert::key::{PublicKey, SignatureScheme, SigningKey};
use tokencert::pkcs11::{
    ExclusiveModule, LoginPolicy, Pin, PinProvider, PinRequest, Token, TokenAccess, TokenKey,
};
use tokencert::token::Need;
use tokencert::{Error, ErrorKind};

use crate::failure::Failure;
use crate::key::{self, find};
use crate::own_token::exactly;
use crate::pin_source::PinSource;
use crate::pins::Pins;
use crate::ui::Ui;

/// The way to the key: the token, logged in to once, and again only after it was away.
pub(crate) struct Reach<'m> {
    module: &'m ExclusiveModule,
    folder: PathBuf,
    place: KeyPlace,
    policy: LoginPolicy,
    pin: Option<Pin>,
    public: PublicKey,
    state: Mutex<State<'m>>,
}

struct State<'m> {
    token: Option<Token<'m>>,
    /// How often the token was opened.
    opened: u64,
    /// The PIN is not what it was: it is not tried again.
    refused: bool,
}

impl<'m> Reach<'m> {
    /// Opens the token and logs in, with the one PIN of this run.
    pub(crate) fn open(
        module: &'m ExclusiveModule,
        (folder, place): (&Path, &KeyPlace),
        policy: LoginPolicy,
        source: Option<PinSource>,
        ui: &Ui,
    ) -> Result<Self, Failure> {
        key::check_room(folder)?;
        let mut pins = Kept {
            pins: Pins::new(source, ui),
            pin: None,
        };
        let token = key::open(
            module,
            &exactly(&place.token),
            Need::Read,
            &mut pins,
            policy,
        )?;
        let public = key_of(&token, place)?.public_key().clone();
        Ok(Self {
            module,
            folder: folder.to_owned(),
            place: place.clone(),
            policy,
            pin: pins.pin,
            public,
            state: Mutex::new(State {
                token: Some(token),
                opened: 1,
                refused: false,
            }),
        })
    }

    /// The public half.
    pub(crate) fn public_key(&self) -> &PublicKey {
        &self.public
    }

    /// The key in a session of its own, and which opening of the token that hangs on.
    fn key(&self) -> Result<(TokenKey<'m>, u64), Error> {
        let mut state = self.state();
        if state.refused {
            return Err(self.unusable("the PIN of its token is no longer right"));
        }
        let _lock = key::lock(&self.folder, &self.place)?;
        if state.token.is_none() {
            let opened = self.open_again();
            if let Err(error) = &opened {
                state.refused = matches!(error.kind(), ErrorKind::PinWrong | ErrorKind::PinLocked);
            }
            state.token = Some(opened?);
            state.opened += 1;
        }
        let opened = state.opened;
        let key = state.token.as_ref().map(|token| {
            let token = token.another()?;
            key_of(&token, &self.place)
        });
        match key {
            Some(Ok(key)) if *key.public_key() == self.public => Ok((key, opened)),
            Some(Ok(_)) => Err(self.unusable("another key is in its place")),
            Some(Err(error)) => {
                state.token = None;
                Err(error)
            }
            None => Err(self.unusable("its token is away")),
        }
    }

    fn open_again(&self) -> Result<Token<'m>, Error> {
        key::check_room(&self.folder)?;
        let token = self.module.open(&exactly(&self.place.token), Need::Read)?;
        token.login(&mut Given(self.pin.clone()), self.policy)?;
        Ok(token)
    }

    /// A session has failed: the next one begins with the token itself.
    fn lost(&self, opened: u64) {
        let mut state = self.state();
        if state.opened == opened {
            state.token = None;
        }
    }

    fn unusable(&self, reason: &str) -> Error {
        Error::CaUnusable {
            path: self.place.token.to_string(),
            reason: reason.to_owned(),
        }
    }

    fn state(&self) -> MutexGuard<'_, State<'m>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn key_of<'m>(token: &Token<'m>, place: &KeyPlace) -> Result<TokenKey<'m>, Error> {
    let key = find(token, &place.id)?.ok_or_else(|| Error::KeyNotFound {
        token: token.identity().to_string(),
        id: place.id.clone(),
    })?;
    token.key(&key)
}

/// Keeps the PIN that is asked for at the start: a descriptor is read once, and later nobody sits
/// at the terminal.
struct Kept<'u> {
    pins: Pins<'u>,
    pin: Option<Pin>,
}

impl PinProvider for Kept<'_> {
    fn pin(&mut self, request: &PinRequest<'_>) -> Result<Option<Pin>, Error> {
        self.pin = self.pins.pin(request)?;
        Ok(self.pin.clone())
    }
}

/// Gives the PIN that was kept, once.
struct Given(Option<Pin>);

impl PinProvider for Given {
    fn pin(&mut self, _: &PinRequest<'_>) -> Result<Option<Pin>, Error> {
        Ok(self.0.take())
    }
}

/// The key as everybody sees it.
pub(crate) struct Pool {
    public: PublicKey,
    jobs: Sender<Option<Job>>,
}

struct Job {
    scheme: SignatureScheme,
    message: Vec<u8>,
    answer: SyncSender<Result<Vec<u8>, Error>>,
}

/// Lets `act` sign on so many threads, which end with it.
pub(crate) fn with<T>(
    reach: &Reach<'_>,
    threads: usize,
    act: impl FnOnce(Arc<Pool>) -> Result<T, Failure>,
) -> Result<T, Failure> {
    let (jobs, taken) = channel();
    let taken = Mutex::new(taken);
    let pool = Arc::new(Pool {
        public: reach.public_key().clone(),
        jobs: jobs.clone(),
    });
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| work(reach, &taken));
        }
        let result = act(pool);
        for _ in 0..threads {
            let _ = jobs.send(None);
        }
        result
    })
}

/// Signs until the end. A signature that fails is not tried again here: whoever asked for it is
/// told to come again, and the next one finds a fresh session.
fn work(reach: &Reach<'_>, jobs: &Mutex<Receiver<Option<Job>>>) {
    let mut held = None;
    loop {
        let next = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(Some(job)) = next else { return };
        let signed = match held.take().map_or_else(|| reach.key(), Ok) {
            Ok((key, opened)) => {
                let signed = key.sign(job.scheme, &job.message);
                match &signed {
                    Err(error) if error.call().is_some() => reach.lost(opened),
                    _ => held = Some((key, opened)),
                }
                signed
            }
            Err(error) => Err(error),
        };
        // Whoever asked may have gone.
        let _ = job.answer.send(signed);
    }
}

impl SigningKey for Pool {
    fn public_key(&self) -> &PublicKey {
        &self.public
    }

    fn sign(&self, scheme: SignatureScheme, message: &[u8]) -> Result<Vec<u8>, Error> {
        let (answer, signed) = sync_channel(1);
        let job = Job {
            scheme,
            message: message.to_vec(),
            answer,
        };
        self.jobs.send(Some(job)).map_err(|_| ended())?;
        signed.recv().map_err(|_| ended())?
    }
}

fn ended() -> Error {
    Error::CaUnusable {
        path: "tokencert-ca serve".to_owned(),
        reason: "it is being stopped".to_owned(),
    }
}
