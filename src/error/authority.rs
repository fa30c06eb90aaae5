//! The errors of authorities, those that are asked and our own, as the end of the table.

/// Passes the table on with these entries at its end.
macro_rules! with_authority_errors {
    ($($entries:tt)*) => { errors! { $($entries)*

    // Authorities
    /// The authority could not be reached or run.
    Failed AuthorityUnreachable { authority: String, reason: String, } "authority-unreachable",
        "the authority {authority} cannot be reached: {reason}",
        "run the same command again to go on; the key on the token is kept";
    /// The authority said no.
    Refused AuthorityRefused { authority: String, reason: String, } "authority-refused",
        "the authority {authority} refused: {reason}",
        "the key on the token is kept; ask the authority, then run the same command again";
    /// The authority's answer makes no sense.
    Failed AuthorityAnswer { authority: String, reason: String, } "authority-answer",
        "the answer of the authority {authority} cannot be used: {reason}",
        "the key on the token is kept; run the same command again to go on";
    /// The authority wants keys of other kinds.
    Usage AuthorityKeyKind { authority: String, algorithm: String, wanted: String, } "authority-key-kind",
        "the authority {authority} takes no {algorithm} keys, only {wanted}; nothing was made",
        "choose one of those with `--key`";
    /// A certificate whose key is not where it is.
    Failed CertificateKeyAbsent { subject: String, token: String, } "certificate-key-absent",
        "the private key of the certificate of {subject} is not on token {token}",
        "use the token with the key; where it is lost, ask for a reissue";
    /// What was named has been renewed, and what took its place is due.
    Failed RenewedAlready { subject: String, successor: String, } "renewed-already",
        "the certificate of {subject} was renewed already, and the one that took its place is due now",
        "renew that one: `tokencert renew sha256:{successor}`";
    /// An expired certificate cannot be renewed, and its holder can acquire a new one.
    Failed RenewalTooLate { subject: String, expired: String, until: String, } "renewal-too-late",
        "the certificate of {subject} expired on {expired}, so it can no longer be renewed",
        "get a new one with `tokencert issue`, until {until}";
    /// An expired certificate cannot be renewed, and only a reissue helps.
    Failed ReissueNeeded { subject: String, expired: String, } "reissue-needed",
        "the certificate of {subject} expired on {expired}, too long ago to be renewed or acquired again",
        "ask for a reissue, then get the new one with `tokencert issue`";
    /// There is nothing to renew.
    Failed RenewalAbsent { token: String, } "renewal-absent",
        "token {token} holds no certificate that could be renewed",
        "get one with `tokencert issue`, or name the token that has it with `--from`";
    /// Several holders' certificates to log in with, and nobody said which.
    Usage LoginAmbiguous { token: String, candidates: String, } "login-ambiguous",
        "token {token} holds certificates of several holders: {candidates}",
        "say through whose door with `--as user` or `--as administrator`; if that leaves several, choose at a terminal";
    /// The process that has the old certificate's key is gone.
    Failed SignerEnded { token: String, } "signer-ended",
        "the process that signs with the key on token {token} has ended",
        "what it said stands above; run the same command again to go on";
    /// Nothing to log in with.
    Failed LoginWithoutCertificate { token: String, } "login-without-certificate",
        "token {token} holds no certificate to log in with",
        "get one with `tokencert issue`, or name the token that has it with `--token`";
    /// No certificate for a role.
    Failed LoginCertificateAbsent { token: String, wanted: crate::login::Role, present: String, } "login-certificate-absent",
        "token {token} holds no certificate of {wanted}, only: {present}",
        "use the token with the right certificate, or see with `tokencert list` what this one holds";
    /// Several holders' certificates, and nobody said which.
    Usage CertificateAmbiguous { token: String, candidates: String, } "certificate-ambiguous",
        "token {token} holds certificates of several holders: {candidates}",
        "name the one that is meant by its `sha256:HEX`";
    /// The certificate does not lead to the CA that the profile names.
    Failed AuthorityUntrusted { authority: String, expected: String, } "authority-untrusted",
        "the answer of {authority} does not lead to the CA with SHA-256 {expected}; nothing was stored",
        "ask the support desk before going on; the key on the token is kept";
    /// No such authority.
    Usage AuthorityInvalid { authority: String, reason: String, } "authority-invalid",
        "`{authority}` is not an authority: {reason}",
        "use `https://HOST` of an EST server, `dir:PATH` of a tokencert-ca folder or `files:DIR` of a hand-off folder";

    /// The certificate authority's folder cannot be used.
    Failed CaFolder { path: String, reason: String, } "ca-folder",
        "the certificate authority's folder {path} cannot be used: {reason}",
        "make one with `tokencert-ca init --dir {path} --name NAME`";
    /// The certificate authority is there already.
    Failed CaExists { path: String, name: String, } "ca-exists",
        "the folder {path} already holds the certificate authority {name}; nothing was changed",
        "choose another folder with `--dir`: the key of an authority is never replaced";
    /// The making of the certificate authority was cut short.
    Failed CaUnfinished { path: String, } "ca-unfinished",
        "the certificate authority in {path} was begun and not finished",
        "run the same `tokencert-ca init` again: it goes on where it stopped";
    /// The certificate authority cannot issue.
    Refused CaUnusable { path: String, reason: String, } "ca-unusable",
        "the certificate authority in {path} cannot issue: {reason}",
        "whoever keeps the authority has to mend it, or make a new one in another folder with `tokencert-ca init`";

    // Boxes of tokens
    /// A manifest of another encoding than UTF-8.
    Usage ManifestEncoding { path: String, encoding: String, } "manifest-encoding",
        "the manifest {path} cannot be read: it is {encoding}",
        "save it as `CSV UTF-8 (Comma delimited)` in Excel, or with the encoding UTF-8 in another program";
    /// A manifest that cannot be carried out as it stands.
    Usage ManifestInvalid { path: String, reason: String, } "manifest-invalid",
        "the manifest {path} cannot be used: {reason}",
        "correct it and run the same command again; nothing was done";

    // Accounts and the network
    /// Not a contractor ID, or a contractor ID and a user ID.
    Usage HolderIdInvalid { holder: String, } "holder-id-invalid",
        "`{holder}` is not a holder",
        "write CONTRACT or CONTRACT/USER, without blank or colon, for example 00009876543/taro";
    /// The server is not the one that is trusted.
    Failed ServerUntrusted { authority: String, reason: String, } "server-untrusted",
        "the server {authority} is not the one that is trusted: {reason}; nothing secret was sent",
        "check the address, this computer's clock, and the fingerprint that the authority has told you";
    /// The server's CA is not the one that was learnt before.
    Failed ServerChanged { authority: String, fingerprint: String, } "server-changed",
        "the CA of {authority} is another one than in earlier runs, when it had the SHA-256 {fingerprint}; nothing secret was sent",
        "ask the authority whether it has a new CA; if so, give what it tells you with `--trust sha256:HEX`";
    /// The first contact with an authority that nothing is known of.
    Usage TrustMissing { authority: String, fingerprint: String, } "trust-missing",
        "it is not known whether {authority} can be trusted: its CA has the SHA-256 {fingerprint}",
        "compare it with what the authority has told you, then give it with `--trust sha256:HEX`";
    /// No PIN of the account and nobody to ask.
    Usage AccountPinMissing { holder: String, } "account-pin-missing",
        "the account PIN of {holder} is needed, and there is no terminal to ask on",
        "give it with `--account-pin-source file:PATH`, `env:NAME` or `fd:N`";
    /// No second factor and nobody to ask.
    Usage SecondFactorMissing { holder: String, } "second-factor-missing",
        "the one-time code or confirmation PIN of {holder} is needed, and there is no terminal to ask on",
        "give it with `--second-factor-source file:PATH`, `env:NAME` or `fd:N`";
    /// Not an enrolment code, or one with a slip of the pen.
    Usage EnrolmentCodeInvalid { } "enrolment-code-invalid",
        "what was given is no enrolment code",
        "copy the whole code: seven groups of four letters and digits; nothing was sent, so no try was lost";
    /// The server wants a login, or the one that was given is wrong.
    Refused AccountRefused { authority: String, reason: String, } "account-refused",
        "the authority {authority} does not accept the account: {reason}",
        "check contractor ID, user ID, PIN and code, then run the same command again; the key on the token is kept";
    /// The server does not accept the certificate on the token.
    Refused CertificateRefused { authority: String, subject: String, reason: crate::authority::AccessRefusal, } "certificate-refused",
        "the server {authority} does not accept the certificate of {subject}: {reason}",
        "{reason:#}";
    /// The certificate cannot be used for a TLS connection.
    Failed CertificateUnfit { subject: String, reason: String, } "certificate-unfit",
        "the certificate of {subject} cannot be used to log in: {reason}",
        "ask the authority for a certificate with digitalSignature and clientAuth";

    // The authority's server
    /// The server's own key or certificate is of no use.
    Failed ServerKey { reason: String, } "server-key",
        "the server cannot show who it is: {reason}",
        "leave `--tls-certificate` and `--tls-key` out, and the authority makes its server a certificate";
    /// The server cannot be reached at this address.
    Failed Listen { address: String, reason: String, } "listen",
        "the server cannot listen on {address}: {reason}",
        "choose another address or port with `--listen`; port 0 takes any that is free";

    // The registry of an authority
    /// The registry cannot be used at the moment.
    Failed Registry { registry: String, reason: String, } "registry",
        "the database {registry} cannot be used: {reason}",
        "check that the database is the right one, is whole and can be written, then run the same command again";
    /// The registry was there, and is not any more.
    Failed RegistryLost { registry: String, } "registry-lost",
        "the registry {registry} is gone, and with it what was issued and revoked",
        "put its file or database back, or restore a backup into a new folder with `tokencert-ca restore`";
    /// A record of that key is there already.
    Failed RegistryConflict { what: String, } "registry-conflict",
        "{what} is in the registry already",
        "see what there is with `tokencert-ca holder list`";
    /// No such record.
    Failed RegistryAbsent { what: String, } "registry-absent",
        "{what} is not in the registry",
        "see what there is with `tokencert-ca holder list`";
    /// What was asked for is against the authority's rules.
    Refused RuleBroken { rule: String, } "rule-broken",
        "that is against the authority's rules: {rule}",
        "";

    // What an authority's rules forbid
    /// The holder must not get a certificate for the time being.
    Refused HolderSuspended { holder: String, } "holder-suspended",
        "{holder} is suspended",
        "ask whoever looks after the accounts to resume it, then run the same command again";
    /// There is nothing to acquire.
    Refused PermitAbsent { holder: String, } "permit-absent",
        "{holder} has a certificate that is valid, and no permit to acquire another",
        "renew it with `tokencert renew`; if its key is lost, ask whoever looks after the accounts for a reissue";
    /// The time to acquire has passed.
    Refused PermitClosed { holder: String, closed: String, } "permit-closed",
        "the time in which {holder} could acquire a certificate ended on {closed}",
        "ask whoever looks after the accounts for a reissue, then run `tokencert issue`";
    /// The permit was used with another key.
    Refused PermitUsed { holder: String, } "permit-used",
        "the permit of {holder} was used with another key",
        "go on with the token and on the computer that it was begun with, or ask for a reissue";
    /// The certificate was revoked, and nothing was put in its place.
    Refused PermitRevoked { holder: String, } "permit-revoked",
        "the certificate of {holder} was revoked",
        "ask whoever looks after the accounts for a reissue, then run `tokencert issue`";
    /// The window of renewal has not opened.
    Refused RenewalEarly { opens: String, } "renewal-early",
        "it is too early to renew: that can be done from {opens}",
        "run the same command again from that day on";
    /// The authority gives no certificate to this key.
    Refused KeyRefused { reason: String, } "key-refused",
        "no certificate is given to this key: {reason}",
        "make a new key: give the unfinished run up with `tokencert pending abandon`, then run `tokencert issue`";

    // The inventory
    /// A file that is no report of an audit, or one that cannot be imported.
    Failed ReportUnusable { path: String, reason: String, } "report-unusable",
        "{path} cannot be imported: {reason}",
        "write the report anew with `tokencert audit --format json`, then import it again";
    /// There is no inventory yet.
    Failed InventoryAbsent { path: String, } "inventory-absent",
        "there is no inventory at {path}",
        "collect reports with `tokencert inventory import`, or name the file with `--inventory`";
    /// What is stored cannot be understood.
    Failed InventoryUnreadable { reason: String, } "inventory-unreadable",
        "the inventory holds what this program does not know: {reason}",
        "use the program that wrote it, or a newer one";
    /// A span of time that no calendar has.
    Usage PeriodInvalid { reason: String, } "period-invalid",
        "the calendar has no such day: {reason}",
        "give fewer days, or a month like 2026-12";
    /// The inventory does not know the token.
    Token InventoryTokenNotFound { wanted: String, } "inventory-token-not-found",
        "the inventory knows no token {wanted}",
        "see which it knows with `tokencert inventory list`";
    /// Several tokens of the inventory match.
    Token InventoryTokenAmbiguous { wanted: String, candidates: String, } "inventory-token-ambiguous",
        "the inventory knows several tokens {wanted}: {candidates}",
        "name one by its PKCS#11 URI, as it stands there, in quotation marks";
    } };
}

pub(super) use with_authority_errors;
