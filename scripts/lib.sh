# Sourced by the other scripts: installs what is missing, and times the steps.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# install_missing COMMAND:PACKAGE…: makes sure that the commands are there, by Debian's packages.
install_missing() {
    local wanted missing=() sudo=()
    for wanted in "$@"; do
        command -v "${wanted%%:*}" >/dev/null || missing+=("${wanted#*:}")
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        fail "Missing: ${missing[*]} (Debian's package names). Install them, then run this again."
    ((EUID == 0)) || sudo=(sudo)
    say "Installing ${missing[*]} with apt-get."
    "${sudo[@]}" apt-get -qq update
    "${sudo[@]}" env DEBIAN_FRONTEND=noninteractive \
        apt-get -qq -y --no-install-recommends install "${missing[@]}" >/dev/null
}

# need_rust: makes sure that there is a Rust toolchain; installing one is the user's choice.
need_rust() {
    # A shell that was open while rustup installed does not have it in PATH.
    [[ -d ${CARGO_HOME:-$HOME/.cargo}/bin ]] && PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    command -v cargo >/dev/null || fail 'No cargo found: install Rust 1.95 or newer, then run this again.'
}
