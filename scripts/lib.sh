# Sourced by the other scripts: says things, and installs what is missing.
# shellcheck shell=bash

say() { printf '%s\n' "$*"; }

fail() {
    printf '%s\n' "$*" >&2
    exit 1
}

# install_missing COMMAND:PACKAGE…: makes sure that the commands are there, by Debian's packages.
# What begins with a slash is a file in place of a command.
install_missing() {
    local wanted missing=() sudo=()
    for wanted in "$@"; do
        [[ $wanted == /* && -e ${wanted%%:*} ]] || command -v "${wanted%%:*}" >/dev/null ||
            missing+=("${wanted#*:}")
    done
    ((${#missing[@]})) || return 0
    command -v apt-get >/dev/null ||
        fail "Missing: ${missing[*]} (Debian's package names). Install them, then run this again."
    if ((EUID != 0)); then
        # Never a question that nobody sees: without a terminal only a sudo that asks nothing will do.
        sudo=(sudo)
        [[ -t 0 ]] || sudo+=(-n)
        command -v sudo >/dev/null && "${sudo[@]}" true 2>/dev/null ||
            fail "Missing: ${missing[*]}. Have them installed, then run this again. As root:" \
                "apt-get install ${missing[*]}"
    fi
    say "Installing ${missing[*]} with apt-get."
    apt_get update
    apt_get install --no-install-recommends "${missing[@]}"
}

# apt_get ARGUMENT…: runs it without questions, and shows what it says only if it fails.
apt_get() {
    local said
    said=$("${sudo[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -qq -y \
        -o DPkg::Lock::Timeout=120 "$@" 2>&1 </dev/null) || fail "$said" $'\n'"apt-get $1 failed."
}

# need_rust: makes sure that there is a Rust toolchain; installing one is the user's choice.
need_rust() {
    local wanted found
    wanted=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
    # A shell that was open while rustup installed does not have it in PATH.
    PATH=$PATH:${CARGO_HOME:-$HOME/.cargo}/bin
    command -v cargo >/dev/null ||
        fail "No cargo found. Install Rust $wanted or newer (https://rustup.rs), then run this again."
    found=$(cargo --version | cut -d ' ' -f 2)
    [[ $(printf '%s\n' "$wanted" "$found" | sort -V | head -n 1) == "$wanted" ]] ||
        fail "This is Rust $found, and it takes $wanted or newer: rustup update. Then run this again."
}

# softhsm_module: where the library of SoftHSM2 is.
softhsm_module() {
    local module
    for module in /usr/lib/softhsm/libsofthsm2.so /usr/lib64/pkcs11/libsofthsm2.so \
        /opt/homebrew/lib/softhsm/libsofthsm2.so /usr/local/lib/softhsm/libsofthsm2.so; do
        [[ -f $module ]] && printf '%s\n' "$module" && return
    done
    fail 'The library of SoftHSM2 is in none of the known places.'
}
