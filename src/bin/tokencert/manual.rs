//! What the manual pages say besides the command line: variables and files.

/// The variables that every command heeds, with what they do.
pub(crate) const ENVIRONMENT: &[(&str, &str)] = &[
    ("LC_ALL, LC_MESSAGES, LANG", "man-env-locale"),
    ("NO_COLOR", "man-env-no-color"),
    (
        "HOME, XDG_CONFIG_HOME, XDG_DATA_HOME, XDG_STATE_HOME",
        "man-env-folders",
    ),
    (
        "https_proxy, HTTPS_PROXY, no_proxy, NO_PROXY",
        "man-env-proxy",
    ),
    ("SOFTHSM2_CONF", "man-env-softhsm"),
    ("PKCS11SPY", "man-env-spy"),
    ("PCSCLITE_CSOCK_NAME", "man-env-pcsc"),
    ("windir", "man-env-windir"),
    ("COMPUTERNAME", "man-env-computer"),
    (
        "OPENSSL_CONF, OPENSSL_ENGINES, OPENSSL_MODULES, GIT_CONFIG_GLOBAL",
        "man-env-integrate",
    ),
    ("TOKENCERT_COMPLETE", "man-env-complete"),
    ("TOKENCERT_SOFTHSM2_CONF_BEFORE", "man-env-before"),
];

/// The files, with what they hold.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("~/.config/tokencert/config.toml", "man-file-config"),
    ("~/.config/tokencert/profiles/", "man-file-profiles"),
    ("~/.config/tokencert/integrate/", "man-file-integrate"),
    ("~/.local/share/tokencert/softhsm2/", "man-file-softhsm"),
    ("~/.local/state/tokencert/journal/", "man-file-journal"),
    ("~/.local/state/tokencert/deletions/", "man-file-deletions"),
    (
        "~/.local/state/tokencert/provenance/",
        "man-file-provenance",
    ),
    ("~/.local/state/tokencert/trust/", "man-file-trust"),
    (
        "~/.local/share/tokencert/inventory.sqlite",
        "man-file-inventory",
    ),
    ("~/.local/state/tokencert/locks/", "man-file-locks"),
    (
        "/etc/pkcs11/modules/, ~/.config/pkcs11/modules/",
        "man-file-modules",
    ),
];

/// The names of files and folders that the code puts into the user's folders.
#[cfg(test)]
pub(crate) fn places_in_the_code() -> Vec<&'static str> {
    let sources = [
        include_str!("context/places.rs"),
        include_str!("config.rs"),
        include_str!("folders.rs"),
    ];
    let places = sources.into_iter().flat_map(|source| {
        let own = [
            "folders.config",
            "folders.data",
            "folders.state",
            "= folder",
        ];
        own.into_iter().flat_map(move |folder| {
            let joined = source.split(folder).skip(1);
            joined.filter_map(|rest| rest.strip_prefix(".join(\"")?.split('"').next())
        })
    });
    let found: Vec<&str> = places.collect();
    assert!(found.len() >= 9, "{found:?}");
    found
}
