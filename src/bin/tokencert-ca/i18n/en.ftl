# Texts of this program alone in English.

module-needed = the PKCS#11 module of the token is not named
    .hint = name it with `--module /path/to/library`, or leave `--token` and `--pin-source` out for a software token in the folder
module-not-softhsm = the module is not SoftHSM2, so it cannot have a token in the authority's folder
    .hint = name the token that is to hold the key with `--token`
key-begun = an earlier run has made a key of kind { $kind }
    .hint = go on with it by `--key { $kind }`
key-made = the authority's key is of kind { $kind }, and is never replaced; nothing was changed
    .hint = name another folder by `--dir` for an authority with another key
name-empty = the authority's name is empty
    .hint = give it a name that its certificates can bear, for example `--name 'Example CA'`
softhsm-missing = SoftHSM2 was not found, which keeps the authority's key
    .hint = install `softhsm2`, name its library with `--module`, or use another token with `--module` and `--token`

generating = Making the authority's key on { $token }.
authority-created = The authority { $name } is in { $path }. Whoever can read that folder can issue.
authority-already-there = The authority { $name } is already in { $path }.
certificate-issued = Issued to { $subject }: serial number { $serial }, valid until { $day }. Written to { $path }.
certificate-already-issued = Already issued to { $subject }: serial number { $serial }, valid until { $day }. Written to { $path }.
profile-written = Profile { $name } written to { $path }.
listening = Listening on { $url }
tls-key-open = others can read the server's key in { $path }: `chmod 600` makes it yours alone

# At the desk
ask-confirmation-pin = Confirmation PIN of the administrator of { $contract }
confirmation-pin-missing = the administrator's confirmation PIN is needed, and there is no terminal to ask on
    .hint = give it with `--confirmation-pin-source file:PATH`, `env:NAME` or `fd:N`
ask-reissue = End the present certificate of { $holder } now and let another be acquired? (yes, or Enter to keep it)
ask-revoke = End the certificates of { $holder } now? (yes, or Enter to keep them)
ask-revoke-certificate = End the certificate { $serial } of { $holder } now? (yes, or Enter to keep it)
confirmation-needed = this ends a certificate, and there is no terminal to ask on
    .hint = add `--yes` if it is wanted
nothing-changed = Nothing was changed.
clock-behind = this computer's clock says { $now }, and the log has an event of { $last }: dates that are written now may be wrong
contract-added = Contract { $contract } with institution { $institution } is registered.
contract-none = There is no contract yet.
holder-added = { $holder } is registered.
holders-none = There is no holder yet.
holder-suspended = { $holder } is suspended: no login and no certificate until `holder resume`.
holder-resumed = { $holder } is no longer suspended.
holder-unlocked = { $holder } is not locked.
holder-reissued = Reissue ordered for { $holder }.
holder-revoked = The certificates of { $holder } are revoked.
pins-set = { $holder } has the PINs that were chosen, and is not locked.
pins-reset = { $holder } has other PINs, and is not locked.
code-renewed = { $holder } has a new secret for one-time codes; the old one has ended.
permit-holder-missing = the row on line { $line } of the manifest names no holder
    .hint = fill in its cell `holder`: CONTRACT or CONTRACT/USER
codes-written = { $count ->
        [one] One enrolment code is in { $path }.
       *[other] { $count } enrolment codes are in { $path }.
    } Whoever can read that file can acquire the certificates.
codes-until = They can be used until { $day }.
first-pin = PIN
first-confirmation-pin = Confirmation PIN
shown-once = These are shown this once.
certificate-none = { $holder } has no certificate yet.
certificate-revoked = The certificate { $serial } of { $subject } is revoked.
crl-written = The list of revoked certificates is in { $path }.
log-empty = The log has no such line.
url-invalid = `{ $url }` is not the address of a server
    .hint = write it like https://ca.example.jp:8443 or https://ca.example.jp:8443/LABEL
absent = -

# What the holder has to be told
tell-holder = To tell { $holder }:
tell-present = Present certificate
tell-stopped = stops now (serial number { $serial })
tell-acquire-by = Acquire by
tell-command = Command
tell-contract = Contractor ID
tell-user = User ID
tell-ready = Have ready
list-separator = {", "}
ready-usb-token = USB token
ready-token-pin = its PIN
ready-account-pin = account PIN
ready-confirmation-pin = confirmation PIN
ready-one-time-code = one-time code
missing-resume = { $holder } is suspended, and acquires nothing before `tokencert-ca holder resume { $holder }`
missing-email = { $holder } has no e-mail address: no notice before expiry can be sent
missing-second-factor = { $holder } has no secret for one-time codes yet: make one with `tokencert-ca holder otp`

# Headings and states
heading-id = ID
heading-kana = Name (kana)
heading-name = Name
heading-email = E-mail
heading-state = State
heading-count = Count
heading-registered = Registered
heading-serial = Serial number
heading-until = Valid until
heading-institution = Institution
heading-second-factor = Second factor
heading-contract = Contract
heading-since = Since
heading-at = Time
heading-actor = By
heading-action = What
heading-subject = Whom or what
heading-detail = Details
heading-holder = Holder
heading-issued = Issued
heading-renews = Renews
heading-logged-in = First login
heading-days = Days
heading-outcome = Result
state-waiting = waiting for acquisition (until { $day })
state-valid = valid
state-in-renewal-window = to be renewed
state-acquirable = expired, acquire again (until { $day })
state-reissue-needed = reissue needed
state-expired = expired
state-revoked = revoked
state-revoked-on = revoked on { $day } ({ $reason })
state-suspended-stopped = suspended (stopped)
state-suspended-lost = suspended (lost)
state-locked = { $state }, locked
reason-lost = lost
reason-stopped = stopped
reason-compromised = key in other hands
reason-reissued = reissued

# Notices
notice-due = due
notice-sent = sent
notice-no-address = no e-mail address
notice-taken = another run has it
notice-failed = not sent, next run tries again: { $reason }
notice-uncertain = perhaps sent, not sent again: { $reason }
notice-cut-short = an earlier run was cut short
notice-none = No notice is due.
smtp-invalid = the address of the mail server cannot be used
    .hint = write it like smtps://USER@mail.example.jp or smtp://localhost; the password goes into `--smtp-password-source`
smtp-user-missing = a password is given, and the mail server's address names no user
    .hint = write it like smtps://USER@mail.example.jp
smtp-password-missing = the password of the mail server is needed, and there is no terminal to ask on
    .hint = give it with `--smtp-password-source file:PATH`, `env:NAME` or `fd:N`
ask-smtp-password = Password of { $user } at the mail server
mail-from-invalid = `{ $address }` cannot be the sender of a mail
    .hint = write it like ca@example.jp or 'Example CA <ca@example.jp>'
mail-subject = Please renew your certificate
mail-body =
    Dear { $name },

    your certificate expires in { $left } days, on { $day }.

      Holder         { $holder }
      Serial number  { $serial }

    Please plug in your USB token and renew it before that day:

      tokencert renew

    After that day it no longer logs in.

    { $authority }

# Backups
ask-passphrase = Passphrase for the keys
passphrase-missing = the passphrase for the keys is needed, and there is no terminal to ask on
    .hint = give it with `--passphrase-source file:PATH`, `env:NAME` or `fd:N`
backup-written = Backup written to { $path }. It holds no key and no PIN.
backup-written-with-keys = Backup written to { $path }. Its keys are encrypted with the passphrase.
restored = The authority is in { $path }.
restored-without-keys = the backup holds no keys: put `secrets.key`, and `tokens/` and `pin` of an authority on its own token, into { $path } before its first use
restored-keys-left = the backup holds keys, and without `--passphrase-source` they were not restored: to have them, remove { $path } (and what was restored into a PostgreSQL database), then restore once more with `--passphrase-source`
institution-ambiguous = the contracts are of several institutions: { $codes }
    .hint = a profile is for the customers of one: name it with `--institution CODE`

# Manual pages; DIR is the folder of the authority.
man-file-settings = The authority's settings: name, key, policy. DIR is the authority's folder.
man-file-certificate = The authority's certificate.
man-file-registry = Contracts, holders, permits, certificates and the event log, unless `--registry` names a server.
man-file-registry-mark = Empty; says that the registry is on a server, and that an empty database there is none of ours.
man-file-secrets = The key under which secrets of one-time codes are kept: for the owner alone.
man-file-tls-key = The key of the server, for the owner alone.
man-file-tls-certificate = The certificate of the server, with the authority's.
man-file-pin = The PIN of the authority's own software token, for the owner alone.
man-file-tokens = The authority's own software token.
man-file-softhsm-conf = SoftHSM2's configuration for it.
man-file-lock = Held while the authority's folder is written to.
