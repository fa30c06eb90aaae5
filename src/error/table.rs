//! The table of errors. One entry: kind, variant with its values, code, message, hint.
//!
//! Messages and hints are lower-case without a full stop; what can be typed stands in backticks.
//! The code never changes once released: it is the key of the programs' translations.

use super::authority::with_authority_errors;
use super::define::errors;
use super::{CallError, ErrorKind};
use crate::certificate::sanitized;

with_authority_errors! {
    // Modules
    /// No PKCS#11 module was named, registered or found in the known places.
    Failed ModuleNotFound { searched: String, } "module-not-found",
        "no PKCS#11 module was found (looked at {searched})",
        "install the token's driver, or name its library with `--module /path/to/library`";
    /// The module's file could not be loaded.
    Failed ModuleLoad { path: String, reason: String, } "module-load",
        "the PKCS#11 module {path} could not be loaded: {reason}",
        "check the path, and that the library was made for this processor";
    /// A relative path would be searched for in the system's library folders.
    Usage ModulePathRelative { path: String, } "module-path-relative",
        "the PKCS#11 module must be given by its absolute path, not as {path}",
        "write the whole path, for example `--module /usr/lib/softhsm/libsofthsm2.so`";

    // Tokens
    /// No token matched what was asked for.
    Token TokenNotFound { wanted: String, present: String, } "token-not-found",
        "no token matches {wanted}; present: {present}",
        "plug the token in, or choose one of those present with `--token LABEL`";
    /// No token is there at all.
    Token TokenAbsent { module: String, } "token-absent",
        "no token is present in any slot of {module}",
        "plug the token in, and check that it is the module of this token";
    /// Several tokens matched.
    Token TokenAmbiguous { wanted: String, candidates: crate::token::Candidates, } "token-ambiguous",
        "several tokens match {wanted}: {candidates}",
        "choose one with `--token` and its serial number or PKCS#11 URI";
    /// The token has never been initialised.
    Token TokenUninitialized { token: String, } "token-uninitialized",
        "the token {token} has not been initialised",
        "initialise it with `tokencert token init`";
    /// The token cannot be written to.
    Failed TokenReadOnly { token: String, } "token-read-only",
        "the token {token} is write-protected",
        "use a token that can be written, or the module of the token's maker";
    /// The token was pulled out, or its session died.
    Token TokenRemoved { token: String, ; source cause: CallError } "token-removed",
        "the token {token} was removed",
        "plug it in and run the same command again; it goes on where it stopped";
    /// The token in the slot is not the one that was chosen.
    Token TokenChanged { expected: String, found: String, } "token-changed",
        "the token in the slot is now {found}, not {expected}",
        "nothing was changed on it; plug the right token in and run the command again";
    /// A software token where a hardware token is asked for.
    Failed WrongDestination { token: String, } "wrong-destination",
        "{token} is a software token, and the destination is the USB token; nothing was generated",
        "plug the USB token in, or choose the destination with `--to pc`";
    /// The token already holds keys that the command would destroy.
    Failed TokenHoldsKeys { token: String, keys: usize, } "token-holds-keys",
        "the token {token} holds {keys} objects that initialising would destroy; nothing was changed",
        "if they are to go, run the command again with `--destroy-objects`";
    /// A destructive command was not confirmed with the token's serial number.
    Usage SerialNotConfirmed { token: String, serial: String, } "serial-not-confirmed",
        "the command changes {token} for good and was not confirmed",
        "run it again with `--confirm-serial {serial}`";
    /// A token's label must have 1 to 32 bytes of UTF-8.
    Usage LabelInvalid { label: String, bytes: usize, } "label-invalid",
        "the label `{label}` has {bytes} bytes, and a token takes 1 to 32 (a Japanese character has 3)",
        "choose a shorter label";
    /// The token has no room.
    Failed TokenFull { token: String, needed: u64, free: String, } "token-full",
        "the token {token} has no room: {needed} bytes are needed, {free} are free",
        "list what it holds with `tokencert list` and delete what is no longer needed";
    /// Any other failure of the token or its module.
    Failed Token { token: String, ; source cause: CallError } "token",
        "the token {token} failed: {cause}",
        "pull the token out, plug it in and run the command again; then ask the token's maker what the code means";
    /// A failure of the module before any token was opened.
    Failed Module { ; source cause: CallError } "module",
        "the PKCS#11 module failed: {cause}",
        "check that the token is plugged in and its driver's service runs; then ask the token's maker what the code means";

    // PINs
    /// No PIN was given and nobody can be asked.
    Usage PinMissing { token: String, which: crate::token::PinKind, } "pin-missing",
        "the {which} of {token} is needed, and there is no terminal to ask on",
        "give it with `--pin-source file:PATH`, `env:NAME` or `fd:N`";
    /// A token of a box needs a PIN, and has no file with it.
    Usage PinFileMissing { token: String, file: String, } "pin-file-missing",
        "the user PIN of {token} is needed, and there is no file {file} with it",
        "name the folder that has such a file with `--pin-folder`";
    /// No PIN was given by the option for it, and nobody can be asked.
    Usage PinOptionMissing { token: String, which: crate::token::PinKind, option: String, } "pin-option-missing",
        "the {which} of {token} is needed, and there is no terminal to ask on",
        "give it with `{option} file:PATH`, `env:NAME` or `fd:N`";
    /// Whoever was asked for a PIN typed none.
    Usage PinUntyped { token: String, which: crate::token::PinKind, } "pin-untyped",
        "no {which} of {token} was typed",
        "run the command again and type the {which}";
    /// The PIN was wrong.
    PinWrong PinIncorrect { token: String, which: crate::token::PinKind, state: crate::token::PinState, ; source cause: CallError }
        "pin-incorrect",
        "the {which} of {token} was wrong; {state}",
        "check which PIN is meant before trying again: each wrong try brings the lock nearer";
    /// The PIN's length is outside what the token takes; no try was spent.
    PinWrong PinLength { which: crate::token::PinKind, minimum: u64, maximum: u64, } "pin-length",
        "the {which} must have {minimum} to {maximum} bytes (a digit or a letter has 1); it was not sent to the token",
        "no try was spent; type it again";
    /// The user PIN is locked.
    PinLocked PinLocked { token: String, } "pin-locked",
        "the user PIN of {token} is locked",
        "the administrator unlocks it with `tokencert token unlock`; nothing on the token is lost";
    /// The SO PIN is locked.
    PinLocked SoPinLocked { token: String, } "so-pin-locked",
        "the SO PIN of {token} is locked, and nobody can unlock it",
        "the token works on with its user PIN; should that be locked too, ask the token's maker";
    /// One try is left, and it was not risked.
    PinLocked PinFinalTry { token: String, which: crate::token::PinKind, } "pin-final-try",
        "one more wrong try locks the {which} of {token}; no try was made",
        "if you are sure of the PIN, run the command again with `--final-try`";
    /// Wrong tries were made with the SO PIN, whose lock nobody can open.
    PinLocked SoPinTriesLow { token: String, } "so-pin-tries-low",
        "wrong tries were made with the SO PIN of {token}, and nobody can unlock it; no try was made",
        "if you are sure of the SO PIN, run the command again with `--final-try`";
    /// The user PIN has to be changed before the token does anything else.
    Failed PinExpired { token: String, } "pin-expired",
        "the user PIN of {token} has expired or must be changed first",
        "change it with `tokencert token pin`";
    /// The SO PIN has to be changed before it is of use.
    Failed SoPinExpired { token: String, } "so-pin-expired",
        "the SO PIN of {token} has expired or must be changed first",
        "change it with `tokencert token pin --so`";
    /// The user PIN has never been set.
    Failed PinNotSet { token: String, } "pin-not-set",
        "the user PIN of {token} has never been set",
        "set it with `tokencert token unlock` and the SO PIN";
    /// The token knows no such kind of user.
    Failed UserTypeInvalid { token: String, ; source cause: CallError } "user-type-invalid",
        "the token {token} does not let this kind of user log in",
        "its user may be of a kind of its maker's own: ask the maker for the number, and give it with `--user-type NUMBER`";
    /// A PIN source could not be used.
    Usage PinSource { name: String, reason: String, } "pin-source",
        "the PIN source {name} cannot be used: {reason}",
        "use `file:PATH`, `env:NAME` or `fd:N`; the first line is the PIN";
    /// The token refuses the new PIN.
    Failed PinRefused { token: String, which: crate::token::PinKind, ; source cause: CallError } "pin-refused",
        "the token {token} does not accept the new {which}",
        "choose another one; the token's maker says which length and characters it asks for";

    // URIs and selectors
    /// Not a PKCS#11 URI of RFC 7512.
    Usage UriInvalid { reason: String, } "uri-invalid",
        "not a PKCS#11 URI: {reason}",
        "a URI looks like `pkcs11:token=LABEL;serial=NUMBER`";
    /// A PIN on the command line can be read by every user of the computer.
    Usage UriPinValue { } "uri-pin-value",
        "a PKCS#11 URI with `pin-value` shows the PIN to every user of this computer",
        "leave it out, or use `pin-source=file:PATH`";
    /// A selector of an object that cannot be read.
    Usage SelectorInvalid { selector: String, reason: String, } "selector-invalid",
        "`{selector}` does not select anything: {reason}",
        "use a CKA_ID in hexadecimal, a label, `sha256:HEX` of a certificate, or a PKCS#11 URI";
    /// Nothing on the token matches the selector.
    Failed ObjectNotFound { token: String, wanted: String, } "object-not-found",
        "the token {token} holds nothing that matches {wanted}",
        "see what it holds with `tokencert list`";
    /// Several objects match the selector.
    Failed ObjectAmbiguous { wanted: String, candidates: String, } "object-ambiguous",
        "{wanted} matches several: {candidates}",
        "choose one with `id:HEX`, `label:TEXT` or `sha256:HEX`";

    // Keys
    /// The key type is not one that this program knows.
    Usage KeyAlgorithmUnknown { algorithm: String, } "key-algorithm-unknown",
        "`{algorithm}` is not a kind of key",
        "use rsa:2048, rsa:3072, rsa:4096, ec:p256, ec:p384, ec:p521 or ed25519";
    /// The token cannot make such a key.
    Failed KeyAlgorithmUnsupported { token: String, algorithm: String, ; source cause: CallError }
        "key-algorithm-unsupported",
        "the token {token} cannot make a key of kind {algorithm}",
        "choose another kind with `--key`, for example rsa:2048";
    /// A CKA_ID must be 1 to 255 bytes in hexadecimal.
    Usage KeyIdInvalid { id: String, } "key-id-invalid",
        "`{id}` is not a CKA_ID",
        "write 1 to 255 bytes in hexadecimal, for example 0a1b";
    /// Something on the token already has the CKA_ID.
    Failed KeyIdTaken { token: String, id: crate::key::KeyId, } "key-id-taken",
        "the token {token} already holds an object with CKA_ID {id}; nothing was generated",
        "leave `--id` out, or choose an ID that is free";
    /// No private key with that CKA_ID.
    Failed KeyNotFound { token: String, id: crate::key::KeyId, } "key-not-found",
        "the token {token} holds no private key with CKA_ID {id}",
        "see what it holds with `tokencert list --login`";
    /// The token does not vouch that the key cannot leave it.
    Failed KeyExportable { token: String, reason: String, } "key-exportable",
        "the token {token} does not keep the private key to itself: {reason}",
        "use a key of another token; if this run made the key, it was destroyed";
    /// A key that failed its checks could not be destroyed.
    Failed KeyNotDestroyed { token: String, id: String, reason: String, } "key-not-destroyed",
        "the key {id} that was made on {token} must not be used ({reason}), and it could not be destroyed",
        "destroy it with `tokencert delete id:{id} --what key`";
    /// What the token made is not what was asked for.
    Failed KeyDiffers { token: String, what: String, asked: String, found: String, } "key-differs",
        "the token {token} made another key than was asked for: {what} is {found}, not {asked}",
        "the key was destroyed; choose another kind of key with `--key`";
    /// The attributes of a key do not make a public key.
    Failed KeyMalformed { reason: String, } "key-malformed",
        "the public key cannot be read: {reason}",
        "";
    /// The key cannot be used for that kind of signature.
    Usage KeyScheme { algorithm: String, scheme: String, } "key-scheme",
        "a key of kind {algorithm} cannot make a signature of kind {scheme}",
        "leave `--pss` out, or use an RSA key";
    /// A signature did not verify in software.
    Failed SignatureWrong { what: String, } "signature-wrong",
        "the signature of {what} does not verify with its public key; it was not used",
        "the token or its driver is faulty: run the command again, then ask the token's maker";

    /// The key is still needed by certificates that were not to be deleted.
    Failed KeyInUse { token: String, certificates: String, } "key-in-use",
        "the key on {token} also belongs to other certificates: {certificates}; nothing was deleted",
        "delete the one certificate with `--what certificate`, or all with the key's own `id:HEX`";

    // Audits
    /// An audit's policy that cannot be used.
    Usage PolicyInvalid { name: String, reason: String, } "policy-invalid",
        "the policy {name} is not valid: {reason}",
        "correct it, or leave `--policy` out for the usual one";
    /// A file with the sources of PINs that cannot be used.
    Usage PinMapInvalid { name: String, reason: String, } "pin-map-invalid",
        "the PIN map {name} is not valid: {reason}",
        "write a line SERIAL=SOURCE for each token; a source is file:PATH or env:NAME";
    /// Bytes that are no revocation list.
    Failed RevocationListUnreadable { name: String, reason: String, } "revocation-list-unreadable",
        "no revocation list (CRL) can be read from {name}: {reason}",
        "give a list as PEM or DER, as the authority publishes it";

    // Certificates and files
    /// A file that holds no certificate.
    Failed CertificateUnreadable { name: String, reason: String, } "certificate-unreadable",
        "no certificate can be read from {name}: {reason}",
        "give a certificate as PEM, DER or PKCS#7 (.p7b)";
    /// A PKCS#12 file or a private key, which are never imported.
    Failed PrivateKeyFile { name: String, } "private-key-file",
        "{name} holds a private key, and private keys are never imported",
        "a new key is born on the token instead: `tokencert renew --from` moves a certificate from another token while its renewal window is open; else ask for a reissue and run `tokencert issue`";
    /// A file with a secret, which more people can read than its owner.
    Failed FileExposed { path: String, } "file-exposed",
        "{path} can be read or changed by others than its owner",
        "whoever could read it may have a copy; if nobody did, `chmod 600` it";
    /// A file over the limit.
    Failed FileTooLarge { name: String, size: u64, limit: u64, } "file-too-large",
        "{name} has {size} bytes, and {limit} is the limit",
        "check that it is the right file; one of that size is none";
    /// No private key on the token belongs to the certificate.
    Failed CertificateStranger { subject: String, token: String, keys: usize, } "certificate-stranger",
        "the certificate of {subject} belongs to none of the {keys} private keys on {token}; nothing was changed",
        "use the token its request was made on, or store it on purpose with `--allow-orphan`";
    /// The certificate is not valid yet.
    Failed CertificateNotYetValid { subject: String, not_before: String, now: String, } "certificate-not-yet-valid",
        "the certificate of {subject} is valid from {not_before}, and it is {now}",
        "check this computer's clock, or store it on purpose with `--allow-invalid-dates`";
    /// The certificate has expired.
    Failed CertificateExpired { subject: String, not_after: String, now: String, } "certificate-expired",
        "the certificate of {subject} expired at {not_after}, and it is {now}",
        "get a new one with `tokencert issue`, or store it on purpose with `--allow-invalid-dates`";
    /// The token did not keep what was written.
    Failed NotKept { token: String, what: String, } "not-kept",
        "the token {token} did not keep {what} after it was written",
        "run the same command again; if it stays so, the token or its driver is faulty";
    /// The certificate's subject is not what was agreed.
    Failed SubjectDiffers { expected: String, found: String, } "subject-differs",
        "the certificate is in the name of {found}, and {expected} was expected",
        "ask the support desk before using it";
    /// The certificate was issued for another key.
    Failed CertificateKeyDiffers { subject: String, } "certificate-key-differs",
        "the authority answered with a certificate of {subject} for another key",
        "ask the authority; the key on the token is kept";

    // Requests
    /// A distinguished name that cannot be used.
    Usage SubjectInvalid { subject: String, reason: String, } "subject-invalid",
        "`{subject}` is not a subject: {reason}",
        "write it like `CN=Taro Yamada,O=Example,C=JP`";
    /// A subject alternative name that cannot be used.
    Usage SanInvalid { san: String, reason: String, } "san-invalid",
        "`{san}` is not an alternative name: {reason}",
        "write dns:NAME, email:ADDRESS, ip:ADDRESS, uri:URI or upn:NAME";
    /// A key usage that this program does not know.
    Usage KeyUsageInvalid { usage: String, } "key-usage-invalid",
        "`{usage}` is not a key usage",
        "use the names of RFC 5280, for example digitalSignature or clientAuth";
    /// Bytes that are no certification request.
    Failed RequestUnreadable { name: String, reason: String, } "request-unreadable",
        "no certificate request (PKCS#10) can be read from {name}: {reason}",
        "give a request as PEM or DER, as `tokencert request` writes it";
    /// The authority gives no certificate for such a request.
    Refused RequestRefused { reason: String, } "request-refused",
        "the request is refused: {reason}",
        "make another request, as `tokencert request` does";
    /// The authority gives no certificate for so short a key.
    Refused RequestKeyShort { bits: u32, minimum: u32, } "request-key-short",
        "the request is refused: its RSA key has {bits} bits, and {minimum} is the least",
        "make a new key of kind rsa:2048 or ec:p256";

    // Issuing
    /// The key of an unfinished run is no longer on the token.
    Failed JournalKeyGone { id: String, token: String, key: crate::key::KeyId, } "journal-key-gone",
        "the key {key} of the unfinished issuing {id} is no longer on {token}",
        "give that run up with `tokencert pending abandon {id}`, then run `issue` again";
    /// Keys without certificate that no journal knows about.
    Failed KeysWithoutCertificate { token: String, keys: String, } "keys-without-certificate",
        "the token {token} holds private keys without certificate: {keys}; nothing was generated",
        "use one with `--existing ID`, or make a new key on purpose with `--another`";
    /// No unfinished run has that name.
    Failed JournalNotFound { id: String, } "journal-not-found",
        "nothing unfinished is called {id}",
        "see what is unfinished with `tokencert pending list`";
    /// The unfinished run must not be given up.
    Failed JournalIssued { id: String, } "journal-issued",
        "the certificate of {id} was issued and only has to be put on the token",
        "run the same `tokencert issue` again to go on";
    /// A journal file that cannot be read.
    Failed JournalUnreadable { path: String, reason: String, } "journal-unreadable",
        "the journal {path} cannot be read: {reason}",
        "the keys on the token are not touched; move the file away if it is not needed";

    // Profiles, configuration, files
    /// A profile or configuration that cannot be used.
    Usage ProfileInvalid { name: String, reason: String, } "profile-invalid",
        "the profile {name} cannot be used: {reason}",
        "ask for a new profile, or mend the line that the message names";
    /// The name of a profile is another authority's.
    Failed ProfileTaken { name: String, present: String, new: String, } "profile-taken",
        "there is a profile called {name} already, of the authority {present}, and this one is of {new}; nothing was changed",
        "ask whoever gave it to you whether that is right; if so, replace the present one with `--force`";
    /// A server gives no profile.
    Failed ProfileUnavailable { url: String, reason: String, } "profile-unavailable",
        "{url} gives no profile: {reason}",
        "check the address, or ask the support desk for the profile as a file";
    /// No such profile.
    Usage ProfileNotFound { name: String, present: String, } "profile-not-found",
        "there is no profile called {name}; there are: {present}",
        "add one with `tokencert profile add FILE`";
    /// A configuration file that cannot be used.
    Usage ConfigInvalid { path: String, reason: String, } "config-invalid",
        "the configuration {path} cannot be used: {reason}",
        "mend the line that the message names, or take the file away";
    /// A time zone that this computer does not know.
    Failed TimeZoneUnknown { zone: String, } "time-zone-unknown",
        "the time zone {zone} is not known to this computer",
        "use a name like Asia/Tokyo, or install the time zone database (tzdata)";
    /// A file could not be read.
    Failed FileRead { path: String, ; source source: std::io::Error } "file-read",
        "cannot read {path}: {source}",
        "check the path and its permissions";
    /// A file could not be written.
    Failed FileWrite { path: String, ; source source: std::io::Error } "file-write",
        "cannot write {path}: {source}",
        "check the folder, its permissions and the free space";
    /// A file that must not be overwritten.
    Failed FileExists { path: String, } "file-exists",
        "{path} exists already",
        "choose another name, or overwrite it with `--force`";
    /// The randomness of the operating system failed.
    Failed Random { reason: String, } "random",
        "the operating system gave no random numbers: {reason}",
        "";
}
