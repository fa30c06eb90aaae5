# Texts of this program alone in English.

list-separator = {", "}

jobs =
    Certificates on your USB token, job by job:

      tokencert profile add FILE   take the profile that the bank or the help desk gave you
      tokencert token list         see the tokens that are plugged in
      tokencert token pin          change the token's PIN
      tokencert issue              get a certificate; after an interruption, go on
      tokencert renew              renew it in time; the old one goes with `--retire`
      tokencert login              log in with it and the account PIN
      tokencert status             see whose certificate it is, until when, and what is next
      tokencert pending list       see what was begun and not finished

    All commands: `tokencert --help`. Help on one: `tokencert issue --help`

# Mistakes on the command line
home-missing = this computer's folder for your own files cannot be found
    .hint = set `HOME` to your home folder
module-silent = the module { $module } gave no answer and was passed over; `-v` says why
softhsm-missing = SoftHSM2 was not found, which keeps keys on this PC
    .hint = install `softhsm2`, or name its library with `--module`
module-not-softhsm = the module { $module } is not SoftHSM2, so it cannot keep keys on this PC
    .hint = leave `--module` and `TOKENCERT_MODULE` out, or name SoftHSM2's library with them
software-token-none = there is no token on this PC yet
    .hint = `tokencert issue --to pc` makes one
module-missing = several PKCS#11 modules are installed, and it takes one
    .hint = name it with `--module /path/to/library`; `tokencert token list` shows them
authority-missing = no authority is named
    .hint = give `--authority https://HOST`, `dir:PATH` or `files:DIR`, or add a profile with `tokencert profile add FILE`
subject-missing = no subject is given
    .hint = give `--subject 'CN=Taro Yamada,O=Example,C=JP'`, or add a profile with `tokencert profile add FILE`
field-missing = the profile { $profile } needs more about the holder
    .hint = give { $option }
former-key-alone = `tokencert former-key` is a part of `tokencert renew` and does nothing by itself
    .hint = use `tokencert renew --from`
from-pin-source-same = `--pin-source` and `--from-pin-source` are the same, and one PIN is not tried on two tokens
    .hint = give each token's PIN by a source of its own
no-certificate = { $wanted } is a key without certificate
    .hint = see what the token holds with `tokencert list`

# Questions
choose-token = Several tokens are there:
init-unseen = private keys on { $token } that only show with its PIN cannot be looked for; `--present-pin-source` looks for them
confirm-serial = Whatever is deleted on { $token } cannot be had back. Type its serial number { $serial } to go on
pin-ask-again = { $which } again, or Enter to stop
pin-new = New { $which } of { $token }
pin-again = The same { $which } once more
pin-differs = the two were not the same
pin-wrong = the { $which } was wrong; { $state }
pin-state = { $state }
pin-length = the { $which } must have { $minimum } to { $maximum } bytes (a digit or a letter has 1); no try was spent
pin-to-be-changed = the token wants its { $which } changed: use `tokencert token pin`
ask-contract = Contractor ID
ask-user = User ID (Enter for the administrator)
ask-name = Name
ask-account-pin = Account PIN of { $holder }
ask-account-pin-or-skip = Account PIN of { $holder }, to try the new certificate at the server (Enter to leave that out)
ask-confirmation-pin = Confirmation PIN of { $holder }
ask-one-time-code = One-time code of { $holder }
ask-second-factor = One-time code or confirmation PIN of { $holder } (Enter for none)
ask-trust = Is that the fingerprint that the authority has told you? Type `yes`, or the fingerprint
trust-first = First contact with { $authority }. Its CA is { $subject }, with the SHA-256 fingerprint { $fingerprint }
trust-yes = yes
account-pin-file-open = others can read the account PIN in { $source }: `chmod 600` makes it yours alone
network-without-pss = This key makes no RSA-PSS signatures, so the connection is TLS 1.2.
network-clock-off = this computer's clock says { $here }, the server's { $there }

# Progress
progress-looking = Looking for tokens
progress-waiting-token = Waiting for the token
progress-resuming = Going on where the last run stopped
progress-logging-in = Logging in
progress-generating = Making the key on the token, which can take a minute
progress-generating-pc = Making the key in the software token, which can take a minute
progress-signing = Signing the request
progress-asking = Asking the authority
progress-importing = Writing the certificate to the token
progress-verifying = Looking at the token afresh
waiting-for-lock = Another run is writing to { $token }. Waiting for it.
pkcs11-spy = PKCS11SPY is set: a log of every call, with the PIN in it, may be written

# Words in tables and screens
instant = { $day } { $time } { $zone }
holder-counted = { $name } (issue count { $count })
flag-true = true
flag-false = false
flag-unknown = the token does not say
private-unseen = not seen
private-kept = stays on the token
private-extractable = CAN LEAVE THE TOKEN
private-unknown = the token does not say
certificate-unreadable = not an X.509 certificate
certificate-of-other-key = { $holder } (of another key)
matches-yes = yes
matches-no = no
matches-unknown = cannot be told
column-id = ID
column-label = LABEL
column-key = KEY
column-private = PRIVATE KEY
column-holder = CERTIFICATE OF
column-until = VALID UNTIL
column-serial = SERIAL
column-model = MODEL
column-state = STATE
column-slot = SLOT
column-module = MODULE
column-begun = BEGUN
column-step = STEP
column-token = TOKEN
column-subject = SUBJECT
column-authority = AUTHORITY
column-name = NAME
column-title = TITLE
column-support = SUPPORT DESK

# list, show
list-token = Token { $token }
list-empty = The token is empty.
list-empty-public = Nothing that can be seen without a PIN.
list-other-certificates = Certificates without a key here:
list-other-objects = { $count ->
        [one] 1 other object
       *[other] { $count } other objects
    }
list-public-only = private keys are seen with `--login`
show-token = Token
show-id = CKA_ID
show-label = Label
show-key = Key
show-private = Private key
show-refused = refused ({ $answer })
show-given = NOT REFUSED ({ $answer })
show-birth = Birth
birth-witnessed = made on this token by this program
birth-witnessed-pc = made on this token by this program
birth-unknown = not witnessed by this program on this computer
show-software = Software
software-token-note = a software token: its files can be copied, whatever the flags say
show-word = Note
flags-note = flags and refusals are the module's word, not a proof
show-certificate = Certificate
show-issuer = Issuer
show-names = Other names
show-usages = For
show-issue-count = Issue count
show-from = Valid from
show-matches = Of this key

# request, import, export, delete
written = Written to { $path }.
request-key = The key is on the token, with CKA_ID { $id }.
request-key-pc = The key is on this PC, in a software token, with CKA_ID { $id }.
request-next = store the authority's answer with `tokencert import FILE`
imported-beside-key = Stored beside its key: { $subject }
imported-alone = Stored: { $subject }
replaced = The token holds one certificate per key: the older one of { $subject }, serial number { $serial }, is off it. A copy is in { $path }.
already-there = Already there: { $subject }
deletion-resumed = Going on with a deletion that was cut short.
request-resumed = The run had been cut short; its key was taken, and no second one was made.
deleted-certificate = Deleted the certificate of { $subject }.
deleted-public-key = Deleted the public key { $id }.
deleted-private-key = Deleted the private key { $id }.

# issue, pending
issue-done = The certificate is on { $token }.
issue-already-there = A valid certificate is already there until { $day }.
issue-pending = The request is with the authority ({ $place }); the answer is not there yet.
issue-pending-next = give the same command again to go on
issue-stays = A USB token is pulled out after logging off; this software token stays on the PC.
issue-pull-out = After you have logged off, pull the USB token out.
renew-done = The new certificate is on { $token }.
renew-not-due = Not due: renewal opens on { $opens }, and the certificate is valid until { $until }.
renew-logged-in = The server has let { $holder } in with the new certificate.
renew-retired = What was renewed is off { $token }; the new key has proved itself.
renew-keeps-old = the old key and certificate are still there; once the new ones are in use, `tokencert renew --retire` deletes them
pending-request = request to { $path }
pending-none = Nothing is unfinished.
step-begun = begun
step-requested = key made
step-sent = request sent
step-issued = issued, not yet on the token
abandoned-no-key = Gave up { $id }; it had no key on the token.
abandoned-key-destroyed = Gave up { $id } and destroyed its key { $key }.
abandoned-key-kept = Gave up { $id }; the key { $key } is still on the token.

# login
login-url-missing = no address to log in at is given
    .hint = give it as the argument, or add a profile with `tokencert profile add FILE`
choose-certificate = Several certificates are on the token:
login-with = Logging in with the certificate of { $subject }, serial number { $serial }.
login-done = Logged in.
login-holder = Account
login-name = Name
login-institution = Institution
login-renewal-due = Please renew your certificate
login-renewal-next = `tokencert renew` does it
login-others = Other certificates on this token that are valid: { $subjects }
login-no-other = No other certificate on this token would do.

# status
status-token-usb = USB token
status-token-pc = This PC
status-holder = Holder
status-until = Valid until
status-next = Next
status-none = no certificate
until-days = { $day } ({ $days ->
        [one] 1 day left
       *[other] { $days } days left
    })
until-today = { $day } (today)
until-expired = { $day } (expired)
next-issue = tokencert issue
next-renew = tokencert renew
next-acquire = tokencert issue (until { $day })
next-reissue = ask for a reissue
next-not-yet-valid = not valid before { $day }: check this computer's clock
next-nothing = nothing to do until { $day }
next-delete = renewed; safe to delete: tokencert delete sha256:{ $sha256 } --what { $what }
next-unfinished = { $command } (going on with { $id })

# token
tokens-none = No token is plugged in.
tokens-none-next = plug the token in, or install its driver
slot-failed = slot { $slot } of { $module } does not answer: { $cause }
token-blank = not initialised
token-locked = PIN LOCKED
token-final-try = ONE PIN TRY LEFT
token-count-low = few PIN tries left
token-software = ready (software)
token-ready = ready
token-initialized = Initialised { $token }.
token-present = { $token } is there.
pin-changed = Changed the { $which } of { $token }.
pin-change-cut-short = if an earlier change was cut short, the new { $which } may be in force already
pin-unlocked = Set a new { $which } for { $token }.
software-token-line = Keys are kept on this PC. Other programs see them with: { $line }
software-token-new = There is no token on this PC yet; making one called `{ $token }`.

# profile
profile-added = Added the profile { $name }.
profile-next = `tokencert issue` uses it
profile-none = There is no profile.
