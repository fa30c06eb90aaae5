//! Where modules are found when none is named: those registered with p11-kit, then the places in
//! which the makers of tokens install theirs.

use std::path::{Path, PathBuf};

use crate::files;

/// The largest registration that is read, in bytes.
const MAXIMUM_BYTES: u64 = 64 * 1024;

/// An operating system, as far as modules live in different places.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Platform {
    /// Linux and the other Unix systems.
    Unix,
    /// macOS.
    MacOs,
    /// Windows.
    Windows,
}

impl Platform {
    /// The platform that this program was made for.
    #[must_use]
    pub fn current() -> Self {
        if cfg!(windows) {
            Self::Windows
        } else if cfg!(target_os = "macos") {
            Self::MacOs
        } else {
            Self::Unix
        }
    }
}

/// Where to look for modules.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct ModuleSearch {
    /// The operating system.
    pub platform: Platform,
    /// The folders of p11-kit's `*.module` files, the first found name winning.
    pub registrations: Vec<PathBuf>,
    /// The Windows folder, `%windir%`.
    pub windows: PathBuf,
}

/// A place that was looked at for a module.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Sighting {
    /// The module's file; of one with several names, the first of them.
    pub path: PathBuf,
    /// The registration that names it; none for the usual places.
    pub registration: Option<PathBuf>,
    /// It is there.
    pub there: bool,
}

/// Libraries of token makers, in the order of preference.
const UNIX: &[&str] = &[
    "libeToken.so",
    "libeTPkcs11.so",
    "libIDPrimePKCS11.so",
    "opensc-pkcs11.so",
    "libykcs11.so",
    "softhsm/libsofthsm2.so",
    "libsofthsm2.so",
];

const UNIX_FOLDERS: &[&str] = &[
    "/usr/lib",
    "/usr/lib/pkcs11",
    "/usr/lib64",
    "/usr/lib64/pkcs11",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/x86_64-linux-gnu/pkcs11",
    "/usr/lib/aarch64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu/pkcs11",
    "/usr/local/lib",
];

const MACOS: &[&str] = &[
    "/usr/local/lib/libeTPkcs11.dylib",
    "/Library/Frameworks/eToken.framework/Versions/Current/libeToken.dylib",
    "/usr/local/lib/libIDPrimePKCS11.dylib",
    "/Library/OpenSC/lib/opensc-pkcs11.so",
    "/opt/homebrew/lib/opensc-pkcs11.so",
    "/usr/local/lib/libykcs11.dylib",
    "/opt/homebrew/lib/libykcs11.dylib",
    "/opt/homebrew/lib/softhsm/libsofthsm2.so",
    "/usr/local/lib/softhsm/libsofthsm2.so",
];

/// `%windir%\System32`, then the folders of installers.
const WINDOWS_SYSTEM: &[&str] = &["eTPKCS11.dll", "IDPrimePKCS11.dll", "opensc-pkcs11.dll"];

const WINDOWS: &[&str] = &[
    r"C:\Program Files\OpenSC Project\OpenSC\pkcs11\opensc-pkcs11.dll",
    r"C:\Program Files\Yubico\Yubico PIV Tool\bin\libykcs11.dll",
    r"C:\SoftHSM2\lib\softhsm2-x64.dll",
];

/// Modules that show the tokens of other modules, or no tokens at all.
const PASSED_OVER: &[&str] = &["p11-kit-trust", "p11-kit-proxy", "p11-kit-client"];

impl ModuleSearch {
    /// A search on a platform, with p11-kit's usual folders.
    #[must_use]
    pub fn new(platform: Platform) -> Self {
        let registrations = match platform {
            Platform::Windows => &[][..],
            Platform::MacOs => &[
                "/opt/homebrew/etc/pkcs11/modules",
                "/usr/local/etc/pkcs11/modules",
            ],
            Platform::Unix => &["/etc/pkcs11/modules", "/usr/share/p11-kit/modules"],
        };
        Self {
            platform,
            registrations: registrations.iter().map(PathBuf::from).collect(),
            windows: PathBuf::from(r"C:\Windows"),
        }
    }

    /// The makers' places on this platform, whether or not something is there.
    #[must_use]
    pub fn known_places(&self) -> Vec<PathBuf> {
        match self.platform {
            Platform::Unix => UNIX
                .iter()
                .flat_map(|name| {
                    UNIX_FOLDERS
                        .iter()
                        .map(move |folder| Path::new(folder).join(name))
                })
                .collect(),
            Platform::MacOs => MACOS.iter().map(PathBuf::from).collect(),
            Platform::Windows => {
                // Joined by hand: the separator is that of the platform searched for.
                let system = |name: &&str| format!(r"{}\System32\{name}", self.windows.display());
                let system = WINDOWS_SYSTEM.iter().map(system).map(PathBuf::from);
                system.chain(WINDOWS.iter().map(PathBuf::from)).collect()
            }
        }
    }

    /// The modules that are there, registered ones first; two names of one file are one module.
    #[must_use]
    pub fn found(&self) -> Vec<PathBuf> {
        let there = self.sightings().into_iter().filter(|one| one.there);
        let mut found: Vec<PathBuf> = Vec::new();
        for sighting in there {
            if !found.contains(&sighting.path) {
                found.push(sighting.path);
            }
        }
        found
    }

    /// Every place that is looked at, in this order, and whether a module is there. Of a file with
    /// two names, the later ones are told under the first.
    #[must_use]
    pub fn sightings(&self) -> Vec<Sighting> {
        let known = self.known_places().into_iter().map(|path| (path, None));
        let candidates = self.registered().into_iter().chain(known);
        let mut sightings: Vec<Sighting> = Vec::new();
        let mut files: Vec<(PathBuf, PathBuf)> = Vec::new();
        for (path, registration) in candidates {
            let passed_over = PASSED_OVER
                .iter()
                .any(|name| path.to_string_lossy().contains(name));
            if passed_over {
                continue;
            }
            let file = path.canonicalize().ok().filter(|file| file.is_file());
            let first = file.as_ref().map(|file| {
                let known = files.iter().find(|(known, _)| known == file);
                let first = known.map_or_else(|| path.clone(), |(_, first)| first.clone());
                files.push((file.clone(), first.clone()));
                first
            });
            sightings.push(Sighting {
                there: first.is_some(),
                path: first.unwrap_or(path),
                registration,
            });
        }
        sightings
    }

    /// The modules that `*.module` files name (pkcs11.conf(5)), each with its file.
    fn registered(&self) -> Vec<(PathBuf, Option<PathBuf>)> {
        let mut files: Vec<PathBuf> = self
            .registrations
            .iter()
            .filter_map(|folder| std::fs::read_dir(folder).ok())
            .flat_map(|entries| entries.flatten().map(|entry| entry.path()))
            .filter(|path| {
                let named = path.extension().is_some_and(|it| it == "module");
                // Nobody may ever write to a pipe.
                named && path.is_file()
            })
            .collect();
        files.sort_by(|a, b| a.file_name().cmp(&b.file_name()));
        files.dedup_by(|a, b| a.file_name() == b.file_name());
        let named = files.into_iter().filter_map(|file| {
            let text = String::from_utf8(files::read(&file, MAXIMUM_BYTES).ok()?).ok()?;
            Some((module_line(&text)?, file))
        });
        named
            .flat_map(|(name, file)| {
                let places = self.places_of(&name).into_iter();
                places.map(move |place| (place, Some(file.clone())))
            })
            .collect()
    }

    /// Where a registered name is: a bare one is in p11-kit's own folder of modules.
    fn places_of(&self, name: &str) -> Vec<PathBuf> {
        if Path::new(name).is_absolute() {
            return vec![PathBuf::from(name)];
        }
        let folders = match self.platform {
            Platform::Unix => UNIX_FOLDERS,
            Platform::MacOs => &["/opt/homebrew/lib/pkcs11", "/usr/local/lib/pkcs11"][..],
            Platform::Windows => &[],
        };
        folders
            .iter()
            .map(|folder| Path::new(folder).join(name))
            .collect()
    }
}

/// The value of `module:`; what is disabled for every program is no module.
fn module_line(text: &str) -> Option<String> {
    let value = |key: &str| {
        text.lines()
            .filter_map(|line| line.split_once(':'))
            .find_map(|(name, value)| (name.trim() == key).then(|| value.trim().to_owned()))
    };
    value("module").filter(|name| !name.is_empty())
}
