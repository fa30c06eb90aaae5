//! What the manual pages say besides the command line: variables and files.

/// The variables that every command heeds, with what they do.
pub(crate) const ENVIRONMENT: &[(&str, &str)] = &[
    ("LC_ALL, LC_MESSAGES, LANG", "man-env-locale"),
    ("NO_COLOR", "man-env-no-color"),
    ("SOFTHSM2_CONF", "man-env-softhsm"),
    ("TOKENCERT_CA_COMPLETE", "man-env-complete"),
    ("TOKENCERT_SOFTHSM2_CONF_BEFORE", "man-env-before"),
];

/// The files, with what they hold.
pub(crate) const FILES: &[(&str, &str)] = &[
    ("DIR/ca.toml", "man-file-settings"),
    ("DIR/ca.pem", "man-file-certificate"),
    ("DIR/registry.sqlite", "man-file-registry"),
    ("DIR/registry.server", "man-file-registry-mark"),
    ("DIR/secrets.key", "man-file-secrets"),
    ("DIR/tls.key", "man-file-tls-key"),
    ("DIR/tls.pem", "man-file-tls-certificate"),
    ("DIR/pin", "man-file-pin"),
    ("DIR/tokens/", "man-file-tokens"),
    ("DIR/softhsm2.conf", "man-file-softhsm-conf"),
    ("DIR/lock", "man-file-lock"),
];

/// The names of files that the code puts into the authority's folder.
#[cfg(test)]
pub(crate) fn places_in_the_code() -> Vec<&'static str> {
    let sources = [
        include_str!("../../ca/folder.rs"),
        include_str!("../../ca/ownership.rs"),
        include_str!("../../ca/secrets.rs"),
        include_str!("../shared/softhsm.rs"),
        include_str!("serve/identity.rs"),
    ];
    let code = sources
        .into_iter()
        .flat_map(|source| source.split("#[cfg(test)]").take(1));
    let literals = code.flat_map(|source| source.split('"').skip(1).step_by(2));
    let endings = [".toml", ".pem", ".key", ".sqlite", ".server", ".conf"];
    let is_file = |text: &&str| {
        let plain = text.chars().all(|c| c.is_ascii_alphanumeric() || c == '.');
        plain
            && endings
                .iter()
                .any(|ending| text.len() > ending.len() && text.ends_with(ending))
    };
    let mut found: Vec<&str> = literals.filter(is_file).collect();
    assert!(found.len() >= 5, "{found:?}");
    found.push(tokencert::ca::REGISTRY_FILE);
    found
}
