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
      tokencert doctor             find out why something does not work

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
audit-module-alone = `tokencert audit-module` is a part of `tokencert audit` and does nothing by itself
    .hint = use `tokencert audit`
format-not-csv = this command prints no table for spreadsheets
    .hint = use `--format text` or `--format json`
format-not-html = only an audit is printed as a page
    .hint = give `--format json`, or leave it out
audit-two-pin-sources = a PIN source and a PIN map are both given
    .hint = give `--pin-source` for one token, or `--pin-map` for several
from-pin-source-same = `--pin-source` and `--from-pin-source` are the same, and one PIN is not tried on two tokens
    .hint = give each token's PIN by a source of its own
no-certificate = { $wanted } is a key without certificate
    .hint = see what the token holds with `tokencert list`
program-missing = the program `{ $program }` is not installed
    .hint = install `{ $program }` and run this again
openssl-connection-missing = OpenSSL has neither a provider nor an engine for PKCS#11
    .hint = install one: `pkcs11-provider` (Debian 13 and later), or `libengine-pkcs11-openssl` (Debian 12)
openssl-engine-missing = OpenSSL has no engine for PKCS#11
    .hint = install one, for example `libengine-pkcs11-openssl`, or leave `--with` out
openssl-provider-missing = OpenSSL has no provider for PKCS#11
    .hint = install one, for example `pkcs11-provider`, or leave `--with` out
curl-without-tokens = this curl takes no key from a token: { $curl }
    .hint = use one that was built with OpenSSL, and has engines or is 8.12 or later; `tokencert login` needs none
integrate-path = the path { $path } has characters that the configuration of other programs cannot take
    .hint = use a path without quotation marks, backslashes, `$` and control characters
integrate-block-open = the line `{ $end }` is missing in { $path }; nothing was changed
    .hint = mend the file by hand: delete the line that says `begin`, and what belongs to it
integrate-email-missing = nobody's e-mail address is known, and git's signatures are checked by it
    .hint = give `--email`, or set it with `git config --global user.email`
integrate-git-set = git's `{ $name }` is { $value } now, and it would be { $ours }
    .hint = replace it with `--force`, or take it out of git's configuration first

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
progress-auditing = Looking at what is on the tokens
progress-fetching = Fetching { $url }
progress-initializing = Initialising the token

# A box of tokens
box-token = several tokens are worked by a manifest, so none is named with `--token`
    .hint = name them in the manifest's column `serial`, or leave `--token` out
box-pin-source = one PIN is never tried on several tokens
    .hint = leave `--pin-source` out, and name a folder with a file for each token by `--pin-folder`
init-without-pins = tokens are to be initialised, and nothing says with which PINs
    .hint = add `--random-pins FOLDER`: each token's PINs are in a file of that folder then
init-without-label = the row on line { $line } of the manifest has no label for its token
    .hint = fill in its cell `label`
pin-folder-open = others can look into the folder of PINs { $path }: `chmod 700` makes it yours alone
ledger-damaged = the ledger { $path } cannot be read on line { $line }
    .hint = correct that line, or remove it: its row then begins anew, with a token that is free
ledger-other-token = the manifest names { $serial } for { $row }, which has { $token } in the ledger
    .hint = correct the manifest; or, if that token is broken, remove its line from the ledger
ledger-in-use = Waiting for another run with the ledger { $path }.
worker-alone = `--worker` is for processes that this program starts itself
    .hint = run the same command without `--worker`
box-pc = a manifest is for USB tokens, and keys are to be made on this computer
    .hint = leave `--to pc` out
box-blank = A blank token
box-begun = { $token }: begun for { $row }
box-stage = { $token }: { $what }
box-done = { $token }: done for { $row }
box-failed = { $token }: { $why }
box-died = its process has ended without a word
box-hint-keys = see with `tokencert list` what they are; delete those that nobody needs with `tokencert delete`, or work this token by itself with `tokencert issue --existing ID`, then give this command again
box-hint-token = plug the token in again, then give this command again
box-summary = { $done } of { $rows } done. What became of each is in { $path }.
row-done = done
row-pending = waits for the authority
row-failed = FAILED
row-begun = begun
row-no-token = no token
row-ambiguous = SEVERAL TOKENS
row-blank = not initialised
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
column-row = FOR
column-certificate = CERTIFICATE
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
column-manufacturer = MANUFACTURER
column-host = SEEN ON
column-seen = LAST SEEN
column-mark = MARK
column-days = DAYS
column-number = SERIAL NUMBER
column-issuer = ISSUER
column-from = VALID FROM
column-time = TIME
column-tokens = TOKENS
column-findings = FINDINGS
column-policy = POLICY
column-change = CHANGE
column-severity = SEVERITY
column-rule = RULE
column-object = OBJECT
column-finding = FINDING

# inventory
progress-importing-reports = Importing reports
inventory-imported =
    Imported { $reports ->
        [one] 1 report
       *[other] { $reports } reports
    } of { $tokens ->
        [one] 1 token
       *[other] { $tokens } tokens
    }; { $already } already there, { $failed } failed.
report-from-future = { $report } is dated { $time }, which is in the future; it counts as made now. Check that computer's clock
report-unknown-rules =
    { $report } has { $count ->
        [one] 1 entry
       *[other] { $count } entries
    } of rules that this program does not know; left out
token-reappeared = { $token } is marked as { $mark }, and was seen on { $host } since then
inventory-stored =
    Kept in the inventory: { $tokens ->
        [one] 1 token
       *[other] { $tokens } tokens
    }.
inventory-none = No tokens.
inventory-several = { $count } tokens match; each is shown.
inventory-firmware = FIRMWARE
inventory-uri = URI
inventory-first = FIRST SEEN
inventory-read = LAST READ
inventory-certificates = Certificates:
inventory-keys = Keys:
inventory-findings = Findings:
inventory-not-checked = Not checked:
inventory-nothing-due = Nothing is due.
inventory-expired = expired
inventory-unchanged = Nothing has changed.
inventory-marked = Marked { $token } as { $mark }.
inventory-revoke =
    { $count ->
        [one] This certificate is
       *[other] These certificates are
    } to be revoked:
inventory-revoke-how = With `tokencert-ca`, whose folder `--dir` or TOKENCERT_CA_DIR names:
inventory-nothing-to-revoke = No certificate is known on it that has not expired; it was last seen on { $day }.
mark-in-use = in use
mark-lost = lost
mark-retired = retired
mark-since = { $mark } since { $day }
mark-because = { $mark }: { $reason }
history-marked = marked as { $mark }
history-seen =
    seen with { $certificates ->
        [one] 1 certificate
       *[other] { $certificates } certificates
    }, { $findings ->
        [one] 1 finding
       *[other] { $findings } findings
    }
change-new = seen for the first time
change-moved = moved from { $before } to { $after }
change-certificate-added = new certificate of { $what } (serial number { $after })
change-certificate-removed = certificate of { $what } is gone (serial number { $before })
change-key-added = new key { $what }
change-key-removed = key { $what } is gone
change-changed = { $what }: { $before } → { $after }
change-finding-new = new finding { $what }: { $after }
change-finding-gone = finding { $what } is gone: { $before }
property-firmware = firmware
property-initialized = initialised
property-pin-state = user PIN
property-so-pin-state = SO PIN
property-error = error

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

# audit
audit-pin-map-open = the PIN map { $path } can be read by others; `chmod 600` makes it yours alone
audit-serial-twice = several tokens have the serial number { $serial }: none of them is tried with its PIN
audit-module-failed = { $module }: { $cause }
audit-object = { $kind } { $name }
audit-actions = What to do:
audit-action = { $rule } ({ $meaning }): { $action }
audit-unchecked = Not checked:
audit-unchecked-line =
    { $token }: { $why }{ $count ->
        [0] {""}
       *[other] : { $rules }
    }
audit-waived = Tolerated:
audit-waived-line = { $rule } on { $token } until { $day }, for { $reason }: { $message }
audit-summary =
    { $tokens ->
        [one] 1 token
       *[other] { $tokens } tokens
    }; { $findings ->
        [0] nothing was found
        [one] 1 finding ({ $counts })
       *[other] { $findings } findings ({ $counts })
    }; { $unchecked ->
        [0] every rule was checked
        [one] 1 rule was not checked
       *[other] { $unchecked } rules were not checked
    }.
object-private-key = private key
object-public-key = public key
object-certificate = certificate
severity-info = info
severity-low = low
severity-medium = medium
severity-high = high
severity-critical = critical

# integrate
integrate-file = { $path }:
integrate-block = At the end of { $path }:
integrate-line = One more line of { $path }:
integrate-same = { $path } says so already.
integrate-public-key = The public key, one line for `~/.ssh/authorized_keys` on a server or for the page of a service:
integrate-then = Then:
integrate-write = `--write` writes these files
integrate-undo-file = To undo it, delete { $path }.
integrate-undo-block = To undo it, delete the lines from `{ $begin }` to `{ $end }` in { $path }.
integrate-undo-line = To undo it, delete the line `{ $line }` in { $path }.
integrate-ssh-kind = OpenSSH takes keys of the kind { $kind } from a token only since its release 10.1.
integrate-agent = ssh-agent loads modules from `/usr/lib` and `/usr/local/lib` only; start it with `ssh-agent -P { $module }`.
integrate-registered = { $module } is registered already, in { $path }.
integrate-p11-kit-root = p11-kit does not look there when root runs it; for everybody, put the file into `/etc/pkcs11/modules`.

# profile
profile-added = Added the profile { $name }.
profile-next = `tokencert issue` uses it
profile-none = There is no profile.

# doctor
progress-doctor = Looking at modules and tokens
probe-alone = `tokencert probe` is a part of `tokencert doctor` and does nothing by itself
    .hint = use `tokencert doctor`
doctor-next = start with the first problem; `tokencert doctor --format json` is what a help desk wants to see
doctor-program = tokencert { $version }, { $system } { $processor }
doctor-computer = This computer and the profile
doctor-module = Module { $module } ({ $sources })
doctor-slot = Slot { $slot }: { $name }
doctor-searched = { $places ->
        [one] In 1 other usual place there is no module; `--format json` names it.
       *[other] In { $places } other usual places there is no module; `--format json` names them.
    }
doctor-jobs = Jobs
doctor-can = can: { $jobs }
doctor-cannot = cannot: { $jobs }
doctor-step = -> { $next }
doctor-list-separator = {", "}
doctor-ok = ok
doctor-note = note
doctor-problem = PROBLEM
doctor-source-option = --module
doctor-source-environment = TOKENCERT_MODULE
doctor-source-configuration = configuration
doctor-source-profile = profile
doctor-source-registration = registered with p11-kit
doctor-source-known-place = usual place

check-configuration-unusable = { $reason }
    .next = mend the configuration file, or take it away; until then other commands fail, and here it counts for nothing
check-clock-plausible = the clock shows { $now }
check-clock-implausible = the clock shows { $now }, which cannot be
    .next = set the date and the time; if they are wrong again after switching off, the computer's battery is empty
check-clock-behind = the clock shows { $now }, and files of this program were written at { $written }
    .next = set the date and the time; certificates look not yet valid, or expired, with a wrong clock
check-clock-off = the clock shows { $now }, the authority's { $there }
    .next = set the date and the time, best by having the system take them from the network
check-time-zones-known = the time zones are known
check-time-zone-unknown = the profile's time zone { $zone } is in no time zone database here
    .next = ask whoever made the profile; its `time_zone` is an IANA name such as `Asia/Tokyo`
check-time-zone-of-system = this computer does not tell its time zone
    .next = set the system's time zone, and `TZ` to an IANA name or to nothing
check-folders-usable = the program's folders can be written, by their owner alone
check-folder-unwritable = the folder { $path } cannot be written
    .next = give it to the user who works with the token, on a disk that is not read-only
check-folder-open = others can look into the folder { $path }
    .next = `chmod 700` makes it yours alone; there are no secrets in it, but who has which certificate is
check-pkcs11spy-set = { $name } is set: where a module heeds it, a log of every call, with the PIN in it, is written
    .next = take { $name } out of the environment once the log is not needed any more, and delete the log
check-libraries-redirected = { $name } is set: it puts other libraries into modules too
    .next = if a module crashes or cannot be loaded, try without { $name }
check-openssl-redirected = { $name } is set: it reaches the OpenSSL that many modules bring along
    .next = if a module crashes or hangs, try without { $name }; a configuration that loads a PKCS#11 provider makes modules call themselves
check-pcsc-running = the smart card service answers
check-pcsc-absent = the smart card service does not run: its socket { $socket } is not there
    .next = install and start it: `apt install pcscd` (or `dnf install pcsc-lite`), then `systemctl enable --now pcscd.socket`
check-pcsc-silent = the smart card service does not answer at { $socket }
    .next = start it anew: `systemctl restart pcscd`; if that does not help, look at `journalctl -u pcscd`
check-p11-kit-absent = p11-kit's list of modules is not there, so other programs have to be told the module's path
    .next = nothing to do for tokencert; `apt install p11-kit` lets other programs find the token by themselves
check-registration-dangling = the registration { $file } names { $name }, which is not there
    .next = install the driver again, or remove the registration

check-profile-usable = the profile { $name } can be used
check-profile-none = there is no profile
    .next = if the bank or the help desk gave you one: `tokencert profile add FILE`
check-profile-several = there are several profiles, and none is chosen: { $names }
    .next = choose one with `--profile NAME`, or with `profile` in the configuration
check-profile-unusable = the profile cannot be used: { $reason }
    .next = ask for it again and add it anew with `tokencert profile add FILE`
check-authority-reached = the authority { $authority } is there
check-authority-not-asked = the authority { $authority } was not asked
    .next = `tokencert doctor --online` asks it
check-authority-untrusted = nobody has said yet by which certificate the authority { $authority } is known
    .next = ask the authority for its fingerprint, and give it once: `tokencert issue --trust sha256:HEX`
check-authority-unreachable = the authority { $authority } cannot be used: { $reason }
    .next = look at the network, and at the proxy in `https_proxy`; then ask the authority

check-module-none = no PKCS#11 module was named or found
    .next = install the driver of the token's maker, or name its library with `--module /path/to/library`
check-module-answers = { $description } { $version } of { $maker } answers
check-module-unused = not looked at, because commands use the one that is named
    .next = `tokencert doctor --all` looks at it too
check-module-absent = the file is not there
    .next = install the driver of the token's maker, or correct the path where it is named
    .download = install the driver from { $download }
check-module-relative = it is named by a relative path
    .next = write the whole path, for example `--module /usr/lib/softhsm/libsofthsm2.so`
check-module-unreadable = the file cannot be read: { $reason }
    .next = give the user who works with the token the right to read it
check-module-not-library = the file is no shared library
    .next = name the library of the token's maker: `.so`, `.dylib` or `.dll`, and no text file, folder or program
check-module-architecture = the library was made for { $found }, and this program needs { $needed }
    .next = install the maker's driver for { $needed }
check-module-dependency = a library that it needs is missing: { $reason }
    .next = install the package with that library, or the whole driver anew; `ldd` (macOS: `otool -L`) lists what it needs
check-module-symbols = a library that it needs is there in another version: { $reason }
    .next = install the driver that was made for this version of the system, and try without `LD_LIBRARY_PATH` and `LD_PRELOAD`
check-module-not-pkcs11 = the file is a library, but no PKCS#11 module: it has no C_GetFunctionList
    .next = the driver's PKCS#11 library has another name: ask its maker, or see what `tokencert doctor --all` finds
check-module-unloadable = it cannot be loaded: { $reason }
    .next = install the driver anew; then ask its maker
check-module-wants-text = C_Initialize returned CKR_ARGUMENTS_BAD: the module wants a text at its initialisation
    .next = give it with `--module-init`, for NSS for example `--module-init "configdir='sql:/path' flags="`
check-module-refused = { $reason }
    .next = check that the driver's service runs and its configuration can be read; then ask the maker what the code means
check-module-crashed = it crashed in { $call } ({ $signal })
    .next = install the newest driver of the token's maker; give the maker this report
check-module-hung = it gave no answer to { $call } in { $seconds } s, and was ended
    .next = pull the token out, plug it in and look again, with `--time-limit 2m` if it is slow; close other programs that use the token
check-module-ended = it ended the process in { $call } with exit status { $status }; its last words: { $said }
    .next = install the newest driver of the token's maker; give the maker this report
check-module-crashed-at-end = all was done, and then it crashed in { $call } ({ $signal })
    .next = use `--no-finalize`, or `no-finalize = true` in the configuration; nothing is lost by it
check-module-hung-at-end = all was done, and then it gave no answer to { $call } in { $seconds } s
    .next = use `--no-finalize`, or `no-finalize = true` in the configuration; nothing is lost by it
check-module-finalize-failed = all was done, and then { $reason }
    .next = nothing to do: nothing depends on it
check-module-clash = a module that crashes is often in the way of another library in the process, mostly another OpenSSL
    .next = tokencert brings none along: try without `LD_PRELOAD`, `LD_LIBRARY_PATH` and `OPENSSL_CONF`, and remove a second driver for the same token
check-module-no-slots = it shows no reader and no slot
    .next = plug the token or the reader in; if it is, check that this is the module of its maker
check-module-no-tokens = { $count ->
        [one] it shows 1 slot, and no token in it
       *[other] it shows { $count } slots, and no token in any
    }
    .next = plug the token in; if it is, check that this is the module of its maker

check-slot-failed = slot { $slot } does not answer: { $reason }
    .next = pull what is in it out and plug it in again; it may be a card of another maker

check-token-ready = it can do all jobs
check-token-uninitialized = it was never initialised
    .next = if it is to be used: `tokencert token init` (whatever is on it is lost)
check-token-read-only = it is write-protected
    .next = use the module of the token's maker: OpenSC only reads many tokens; a "Digital Signature" half of a token stays as it is
check-token-error-state = it says of itself that it is broken (CKF_ERROR_STATE)
    .next = pull it out and plug it in again; if that does not help, ask its maker
check-token-pin-unset = its user PIN was never set
    .next = the administrator sets it with `tokencert token unlock` and the SO PIN
check-token-pin-locked = its user PIN is locked
    .next = the administrator unlocks it with `tokencert token unlock`; nothing on it is lost
check-token-pin-final-try = one more wrong try locks its user PIN
    .next = do not guess: if you are sure of the PIN, use `--final-try`; if not, have it unlocked with `tokencert token unlock`
check-token-pin-low = wrong tries were made with its user PIN
    .next = a right PIN sets the count back; do not guess
check-token-pin-to-be-changed = its user PIN must be changed before it does anything else
    .next = change it with `tokencert token pin`
check-token-so-pin-locked = its SO PIN is locked, and nobody can unlock it
    .next = it works on with its user PIN; should that be locked too, ask the token's maker
check-token-so-pin-final-try = one more wrong try locks its SO PIN for good
    .next = nobody is to try who is not sure of it
check-token-so-pin-low = wrong tries were made with its SO PIN
    .next = nobody is to try who is not sure of it: nobody can unlock it
check-token-so-pin-to-be-changed = its SO PIN must be changed before it is of use
    .next = change it with `tokencert token pin --so`
check-token-factory-pin = tokens of its kind leave the factory with a PIN that everybody can look up; whether it was changed was not tried
    .next = if nobody has changed it: `tokencert token pin`, and `tokencert token pin --so` for the SO PIN
check-token-keypad = its PIN is typed on the reader's own keys
    .next = nothing to do: leave `--pin-source` out
check-token-without-login = it wants no PIN: whoever has it can use its keys
    .next = if that is not meant, set a PIN with the maker's tool
check-token-full = it has { $free } bytes left, too few for a key and its certificate
    .next = see what it holds with `tokencert list`, and delete what is no longer needed
check-token-software = it is software: its files can be copied
    .next = nothing to do if that is meant
check-token-software-refused = it is software, and the profile wants the USB token
    .next = plug the USB token in, with its maker's driver installed
check-token-unnamed = it has neither a label nor a serial number
    .next = it can be used only while it is the only one; `tokencert token init` gives it a label
check-token-ambiguous = { $token } has the same label as another one
    .next = choose between them by serial number: `--token SERIAL`
check-token-twice = { $token } is also shown by another module
    .next = nothing to do: it counts once; a driver that was installed twice can be removed
check-mechanisms-unknown = it does not tell what it can do: { $reason }
    .next = just try: a token may do what it does not list
check-token-no-keys = it makes no keys
    .next = use the module of the token's maker, or another token
check-token-no-signatures = it makes no signatures that are known
    .next = use the module of the token's maker, or another token
check-token-no-rsa = it makes no RSA keys
    .next = use `--key ec:p256` where the authority takes it
check-token-no-ec = it makes no keys on elliptic curves
    .next = use `--key rsa:2048` or more
check-token-short-rsa = its RSA keys have { $bits } bits at most, and authorities take 2048 or more
    .next = use `--key ec:p256`, or another token
check-token-no-pss = it lists no RSA-PSS, so logins with an RSA key use TLS 1.2
    .next = nothing to do where the server takes TLS 1.2; else use `--key ec:p256`
check-token-no-combined = it lists no SHA256 with RSA in one step, so the hash is computed here
    .next = nothing to do: that is just as good
check-token-profile-key = it does not make keys of the kind that the profile wants ({ $key })
    .next = use the kind of token that the authority has given out; then ask the support desk
check-token-profile-pss = the profile wants RSA-PSS, and the token does not list it
    .next = use the kind of token that the authority has given out; then ask the support desk

check-token-none = there is no token in any slot
    .next = plug the token in; if it is, its maker's driver or the reader's is missing
check-token-of-pc-none = there is no token on this PC yet
    .next = `tokencert issue --to pc` makes one
check-jobs-impossible = there is no token for: { $jobs }
    .next = what is said of each token above is the reason; `tokencert help` explains the jobs
check-jobs-possible = there is a token for every job

# Manual pages
man-env-folders = The folders of the user; the files below are where they say.
man-env-proxy = The proxy for connections to an authority, and the hosts that need none.
man-env-spy = If it is set, the program warns: OpenSC's spy may write the PIN to its log.
man-env-pcsc = Where `doctor` looks for the smart card service, as its own library does.
man-env-windir = The Windows folder, in which makers of tokens put their modules.
man-env-computer = What the report of `audit` calls a Windows PC.
man-env-integrate = Heeded by `integrate`, as OpenSSL and git heed them.
man-file-config = Defaults of the common options, as TOML.
man-file-profiles = The profiles that were added.
man-file-integrate = What `integrate --write` has written for other programs.
man-file-softhsm = The software token that `--to pc` makes.
man-file-journal = What was begun and not finished: public data only.
man-file-deletions = Deletions that were begun and not finished.
man-file-provenance = The records of keys that were made here, and copies of certificates that had to leave a token.
man-file-trust = The certificates by which servers were trusted.
man-file-inventory = The inventory of collected reports; `--inventory` names another.
man-file-locks = Locks, one for each token.
man-file-modules = Modules that are registered with p11-kit.
