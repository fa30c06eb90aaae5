//! Where the program keeps its files.

use std::path::PathBuf;

use etcetera::AppStrategy;

use crate::failure::Failure;
use crate::i18n::message;

/// The user's own folders.
#[derive(Clone, Debug)]
pub(crate) struct Folders {
    pub(crate) config: PathBuf,
    pub(crate) data: PathBuf,
    pub(crate) state: PathBuf,
}

/// What the folders are called.
fn names() -> etcetera::AppStrategyArgs {
    etcetera::AppStrategyArgs {
        top_level_domain: String::new(),
        author: String::new(),
        app_name: "tokencert".to_owned(),
    }
}

/// The user's home folder, where other programs have their files.
pub(crate) fn home() -> Result<PathBuf, Failure> {
    let home = std::env::home_dir().filter(|home| home.is_absolute());
    home.ok_or_else(|| Failure::usage(message("home-missing")))
}

/// The folder in which other programs have their configuration, as XDG names it.
pub(crate) fn configuration() -> Result<PathBuf, Failure> {
    let named = std::env::var_os("XDG_CONFIG_HOME").map(PathBuf::from);
    match named.filter(|folder| folder.is_absolute()) {
        Some(folder) => Ok(folder),
        None => Ok(home()?.join(".config")),
    }
}

impl Folders {
    /// The folders that the platform has for these things.
    pub(crate) fn of_user() -> Result<Self, Failure> {
        let strategy = etcetera::choose_app_strategy(names())
            .map_err(|_| Failure::usage(message("home-missing")))?;
        Ok(Self::of(&strategy))
    }

    /// The folders by a platform's rules; Windows has none for the state of programs.
    fn of(strategy: &impl AppStrategy) -> Self {
        let data = strategy.data_dir();
        Self {
            config: strategy.config_dir(),
            state: strategy.state_dir().unwrap_or_else(|| data.join("state")),
            data,
        }
    }

    /// The file of what the server at `url` was trusted by, named by the server.
    pub(crate) fn trust_file(&self, url: &str) -> PathBuf {
        let rest = url.strip_prefix("https://").unwrap_or(url);
        let host = rest.split(['/', '?', '#']).next().unwrap_or_default();
        let plain = |c: char| c.is_ascii_alphanumeric() || ".-".contains(c);
        let name: String = host
            .to_lowercase()
            .chars()
            .map(|c| {
                if plain(c) {
                    c.to_string()
                } else {
                    format!("%{:x}", u32::from(c))
                }
            })
            .collect();
        self.state.join("trust").join(format!("{name}.pem"))
    }
}

#[cfg(test)]
mod tests {
    use etcetera::app_strategy::{Windows, Xdg};

    use super::*;

    #[test]
    fn the_folders_of_every_platform_are_the_users_own_and_three() {
        // macOS has those of XDG, as other programs of the command line do.
        let xdg = Folders::of(&Xdg::new(names()).unwrap());
        assert!(xdg.state.ends_with("tokencert"));
        let windows = Folders::of(&Windows::new(names()).unwrap());
        assert!(windows.config.ends_with("AppData/Roaming/tokencert/config"));
        assert!(windows.state.ends_with("tokencert/data/state"));
        for folders in [xdg, windows] {
            let three = [&folders.config, &folders.data, &folders.state];
            assert!(three.iter().all(|folder| folder.is_absolute()));
            assert!(three.windows(2).all(|pair| pair[0] != pair[1]));
        }
    }
}
