# Texts of the program in English. Help is in the doc comments of the arguments.
#
# Errors and hints are lower-case without a full stop; status lines are sentences. What can be
# typed stands in backticks.

heading-error = {"error: "}
heading-warning = {"warning: "}
heading-hint = {"hint: "}
support-desk = support desk: { $desk }
list-separator = {", "}
output-failed = the output cannot be written: { $cause }

jobs =
    Certificates on your USB token, job by job:

      tokencert profile add FILE   take the profile that the bank or the help desk gave you
      tokencert token list         see the tokens that are plugged in
      tokencert token pin          change the token's PIN
      tokencert issue              get a certificate; after an interruption, go on
      tokencert status             see whose certificate it is, until when, and what is next
      tokencert pending list       see what was begun and not finished

    All commands: `tokencert --help`. Help on one: `tokencert issue --help`

# Mistakes on the command line
usage-value = `{ $value }` is not a value of { $argument }
    .hint = possible: { $meant }
usage-value-missing = { $argument } needs a value
    .hint = possible: { $meant }
usage-unknown = there is no argument `{ $argument }`
    .hint = try `{ $meant }`
usage-command = there is no command `{ $command }`
    .hint = try `{ $meant }`
usage-command-missing = a command is missing
    .hint = possible: { $meant }
usage-missing = missing: { $argument }
    .hint = see `--help`
usage-conflict = { $argument } does not go together with { $other }
    .hint = leave one of the two out
usage-repeated = { $argument } is given twice
    .hint = leave one of the two out
usage-other = the command line cannot be understood: { $reason }
    .hint = see `--help`
home-missing = this computer's folder for your own files cannot be found
    .hint = set `HOME` to your home folder
module-missing = several PKCS#11 modules are installed, and it takes one
    .hint = name it with `--module /path/to/library`; `tokencert token list` shows them
authority-missing = no authority is named
    .hint = give `--authority dir:PATH` or `--authority files:DIR`, or add a profile with `tokencert profile add FILE`
subject-missing = no subject is given
    .hint = give `--subject 'CN=Taro Yamada,O=Example,C=JP'`, or add a profile with `tokencert profile add FILE`
field-missing = the profile { $profile } needs more about the holder
    .hint = give { $option }

# Questions
choose-token = Several tokens are there:
choose-number = Number (1 to { $last }, Enter for none)
choose-again = `{ $answer }` is not one of the numbers
confirm-serial = Whatever is deleted on { $token } cannot be had back. Type its serial number { $serial } to go on
pin-ask = { $which } of { $token }
pin-ask-again = { $which } again, or Enter to stop
pin-new = New { $which } of { $token }
pin-again = The same { $which } once more
pin-differs = the two were not the same
pin-wrong = the { $which } was wrong; { $state }
pin-state = { $state }
pin-to-be-changed = the token wants its { $which } changed: use `tokencert token pin`
pin-file-open = others can read the PIN in { $source }: `chmod 600` makes it yours alone
ask-contract = Contractor ID
ask-user = User ID (Enter for the administrator)
ask-name = Name

# Progress
progress-looking = Looking for tokens
progress-waiting-token = Waiting for the token
progress-resuming = Going on where the last run stopped
progress-logging-in = Logging in
progress-generating = Making the key on the token, which can take a minute
progress-signing = Signing the request
progress-asking = Asking the authority
progress-importing = Writing the certificate to the token
progress-verifying = Looking at the token afresh
waiting-for-lock = Another run is writing to { $token }. Waiting for it.
pkcs11-spy = PKCS11SPY is set: a log of every call, with the PIN in it, may be written

# Words in tables and screens
token-serial = {" "}(serial { $serial })
day = { $year }-{ $month }-{ $day }
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
birth-unknown = not witnessed by this program on this computer
show-software = Software
software-token-note = a software token: its files can be copied, whatever the flags say
show-word = Note
flags-note = flags and refusals are the module's word, not a proof
show-certificate = Certificate
show-subject = Subject
show-issuer = Issuer
show-names = Other names
show-usages = For
show-issue-count = Issue count
show-serial = Serial number
show-from = Valid from
show-until = Valid until
show-sha256 = SHA-256
show-matches = Of this key

# request, import, export, delete
written = Written to { $path }.
request-key = The key is on the token, with CKA_ID { $id }.
request-next = store the authority's answer with `tokencert import FILE`
imported-beside-key = Stored beside its key: { $subject }
imported-alone = Stored: { $subject }
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
issue-pull-out = After you have logged off, pull the USB token out.
pending-none = Nothing is unfinished.
step-begun = begun
step-requested = key made
step-sent = request sent
step-issued = issued, not yet on the token
abandoned-no-key = Gave up { $id }; it had no key on the token.
abandoned-key-destroyed = Gave up { $id } and destroyed its key { $key }.
abandoned-key-kept = Gave up { $id }; the key { $key } is still on the token.

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
next-renew = tokencert issue --another
next-acquire = tokencert issue (until { $day })
next-reissue = ask for a reissue
next-nothing = nothing to do until { $day }
next-delete = renewed; safe to delete: tokencert delete sha256:{ $sha256 } --what certificate
next-unfinished = tokencert issue (going on with { $id })

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

# Errors of the library, in its own words
err-module-not-found = no PKCS#11 module was found (looked at { $searched })
    .hint = install the token's driver, or name its library with `--module /path/to/library`
err-module-load = the PKCS#11 module { $path } could not be loaded: { $reason }
    .hint = check the path, and that the library was made for this processor
err-module-path-relative = the PKCS#11 module must be given by its absolute path, not as { $path }
    .hint = write the whole path, for example `--module /usr/lib/softhsm/libsofthsm2.so`
err-token-not-found = no token matches { $wanted }; present: { $present }
    .hint = plug the token in, or choose one of those present with `--token LABEL`
err-token-absent = no token is present in any slot of { $module }
    .hint = plug the token in, and check that it is the module of this token
err-token-ambiguous = several tokens match { $wanted }: { $candidates }
    .hint = choose one with `--token` and its serial number or PKCS#11 URI
err-token-uninitialized = the token { $token } has not been initialised
    .hint = initialise it with `tokencert token init`
err-token-read-only = the token { $token } is write-protected
    .hint = use a token that can be written, or the module of the token's maker
err-token-removed = the token { $token } was removed
    .hint = plug it in and run the same command again; it goes on where it stopped
err-token-changed = the token in the slot is now { $found }, not { $expected }
    .hint = nothing was changed on it; plug the right token in and run the command again
err-wrong-destination = { $token } is a software token, and the destination is the USB token; nothing was generated
    .hint = plug the USB token in, or choose the destination with `--to pc`
err-token-holds-keys = the token { $token } holds { $keys } objects that initialising would destroy; nothing was changed
    .hint = if they are to go, run the command again with `--destroy-objects`
err-serial-not-confirmed = the command changes { $token } for good and was not confirmed
    .hint = run it again with `--confirm-serial { $serial }`
err-label-invalid = the label `{ $label }` has { $bytes } bytes, and a token takes 1 to 32 (a Japanese character has 3)
    .hint = choose a shorter label
err-token-full = the token { $token } has no room: { $needed } bytes are needed, { $free } are free
    .hint = list what it holds with `tokencert list` and delete what is no longer needed
err-token = the token { $token } failed: { $cause }
err-module = the PKCS#11 module failed: { $cause }
err-function-missing = the PKCS#11 module has no { $function }
    .hint = use the module of the token's maker
err-pin-missing = the { $which } of { $token } is needed, and there is no terminal to ask on
    .hint = give it with `--pin-source file:PATH`, `env:NAME` or `fd:N`
err-pin-incorrect = the { $which } of { $token } was wrong; { $state }
    .hint = check which PIN is meant before trying again: each wrong try brings the lock nearer
err-pin-length = the { $which } must have { $minimum } to { $maximum } characters; it was not sent to the token
    .hint = no try was spent; type it again
err-pin-locked = the { $which } of { $token } is locked
    .hint = the administrator unlocks it with `tokencert token unlock`; nothing on the token is lost
err-pin-final-try = one more wrong try locks the { $which } of { $token }; no try was made
    .hint = if you are sure of the PIN, run the command again with `--final-try`
err-so-pin-tries-low = wrong tries were made with the SO PIN of { $token }, and nobody can unlock it; no try was made
    .hint = if you are sure of the SO PIN, run the command again with `--final-try`
err-pin-expired = the { $which } of { $token } has expired or must be changed first
    .hint = change it with `tokencert token pin`
err-pin-not-set = the user PIN of { $token } has never been set
    .hint = set it with `tokencert token unlock` and the SO PIN
err-pin-source = the PIN source { $name } cannot be used: { $reason }
    .hint = use `file:PATH`, `env:NAME` or `fd:N`; the first line is the PIN
err-pin-refused = the token { $token } does not accept the new { $which }
    .hint = choose another one; the token's maker says which length and characters it asks for
err-uri-invalid = not a PKCS#11 URI: { $reason }
    .hint = a URI looks like `pkcs11:token=LABEL;serial=NUMBER`
err-uri-pin-value = a PKCS#11 URI with `pin-value` shows the PIN to every user of this computer
    .hint = leave it out, or use `pin-source=file:PATH`
err-selector-invalid = `{ $selector }` does not select anything: { $reason }
    .hint = use a CKA_ID in hexadecimal, a label, `sha256:HEX` of a certificate, or a PKCS#11 URI
err-object-not-found = the token { $token } holds nothing that matches { $wanted }
    .hint = see what it holds with `tokencert list`
err-object-ambiguous = { $wanted } matches several: { $candidates }
    .hint = choose one with `id:HEX`, `label:TEXT` or `sha256:HEX`
err-key-algorithm-unknown = `{ $algorithm }` is not a kind of key
    .hint = use rsa:2048, rsa:3072, rsa:4096, ec:p256, ec:p384, ec:p521 or ed25519
err-key-algorithm-unsupported = the token { $token } cannot make a key of kind { $algorithm }
    .hint = choose another kind with `--key`, for example rsa:2048
err-key-id-invalid = `{ $id }` is not a CKA_ID
    .hint = write 1 to 255 bytes in hexadecimal, for example 0a1b
err-key-id-taken = the token { $token } already holds an object with CKA_ID { $id }; nothing was generated
    .hint = leave `--id` out, or choose an ID that is free
err-key-not-found = the token { $token } holds no private key with CKA_ID { $id }
    .hint = see what it holds with `tokencert list --login`
err-key-exportable = the token { $token } does not keep the private key to itself: { $reason }
    .hint = a key made in this run was destroyed; use another token
err-key-differs = the token { $token } made another key than was asked for: { $what } is { $found }, not { $asked }
    .hint = the key was destroyed; choose another kind of key with `--key`
err-key-malformed = the public key cannot be read: { $reason }
err-key-scheme = a key of kind { $algorithm } cannot make a signature of kind { $scheme }
    .hint = leave `--pss` out, or use an RSA key
err-signature-wrong = the signature of { $what } does not verify with its public key; it was not used
    .hint = the token or its driver is faulty: run the command again, then ask the token's maker
err-certificate-unreadable = no certificate can be read from { $name }: { $reason }
    .hint = give a certificate as PEM, DER or PKCS#7 (.p7b)
err-private-key-file = { $name } holds a private key, and private keys are never imported
    .hint = a new key is born on the token instead: renew onto it while the renewal window is open, else ask for a reissue and run `tokencert issue`
err-file-too-large = { $name } has { $size } bytes, and { $limit } is the limit
    .hint = give the certificate alone
err-certificate-stranger = the certificate of { $subject } belongs to none of the { $keys } private keys on { $token }; nothing was changed
    .hint = use the token its request was made on, or store it on purpose with `--allow-orphan`
err-certificate-not-yet-valid = the certificate of { $subject } is valid from { $not_before }, and it is { $now }
    .hint = check this computer's clock, or store it on purpose with `--allow-invalid-dates`
err-certificate-expired = the certificate of { $subject } expired at { $not_after }, and it is { $now }
    .hint = get a new one with `tokencert issue`, or store it on purpose with `--allow-invalid-dates`
err-not-kept = the token { $token } did not keep { $what } after it was written
    .hint = run the same command again; if it stays so, the token or its driver is faulty
err-subject-differs = the certificate is in the name of { $found }, and { $expected } was expected
    .hint = ask the support desk before using it
err-certificate-key-differs = the authority answered with a certificate of { $subject } for another key
    .hint = ask the authority; the key on the token is kept
err-subject-invalid = `{ $subject }` is not a subject: { $reason }
    .hint = write it like `CN=Taro Yamada,O=Example,C=JP`
err-san-invalid = `{ $san }` is not an alternative name: { $reason }
    .hint = write dns:NAME, email:ADDRESS, ip:ADDRESS, uri:URI or upn:NAME
err-key-usage-invalid = `{ $usage }` is not a key usage
    .hint = use the names of RFC 5280, for example digitalSignature or clientAuth
err-request-unreadable = no certificate request (PKCS#10) can be read from { $name }: { $reason }
    .hint = give a request as PEM or DER, as `tokencert request` writes it
err-request-refused = the request is refused: { $reason }
    .hint = make another request, as `tokencert request` does
err-request-key-short = the request is refused: its RSA key has { $bits } bits, and { $minimum } is the least
    .hint = make a new key of kind rsa:2048 or ec:p256
err-authority-unreachable = the authority { $authority } cannot be reached: { $reason }
    .hint = run the same command again to go on; the key on the token is kept
err-authority-untrusted = the answer of { $authority } does not lead to the CA with SHA-256 { $expected }; nothing was stored
    .hint = ask the support desk before going on; the key on the token is kept
err-key-not-destroyed = the key { $id } that was made on { $token } must not be used ({ $reason }), and it could not be destroyed
    .hint = destroy it with `tokencert delete id:{ $id } --what key`
err-authority-refused = the authority { $authority } refused: { $reason }
    .hint = the key on the token is kept; ask the authority, then run the same command again
err-authority-answer = the answer of the authority { $authority } cannot be used: { $reason }
    .hint = the key on the token is kept; run the same command again to go on
err-authority-invalid = `{ $authority }` is not an authority: { $reason }
    .hint = use `dir:PATH` of a tokencert-ca folder or `files:DIR` of a hand-off folder
err-journal-key-gone = the key { $key } of the unfinished issuing { $id } is no longer on { $token }
    .hint = give that run up with `tokencert pending abandon { $id }`, then run `issue` again
err-keys-without-certificate = the token { $token } holds private keys without certificate: { $keys }; nothing was generated
    .hint = use one with `--existing ID`, or make a new key on purpose with `--another`
err-journal-not-found = no unfinished issuing is called { $id }
    .hint = see what is unfinished with `tokencert pending list`
err-journal-issued = the certificate of { $id } was issued and only has to be put on the token
    .hint = run the same `tokencert issue` again to go on
err-journal-unreadable = the journal { $path } cannot be read: { $reason }
    .hint = the keys on the token are not touched; move the file away if it is not needed
err-profile-invalid = the profile { $name } cannot be used: { $reason }
    .hint = ask for a new profile, or mend the line that the message names
err-profile-not-found = there is no profile called { $name }; there are: { $present }
    .hint = add one with `tokencert profile add FILE`
err-config-invalid = the configuration { $path } cannot be used: { $reason }
    .hint = mend the line that the message names, or take the file away
err-time-zone-unknown = the time zone { $zone } is not known to this computer
    .hint = use a name like Asia/Tokyo, or install the time zone database (tzdata)
err-file-read = cannot read { $path }: { $cause }
    .hint = check the path and its permissions
err-file-write = cannot write { $path }: { $cause }
    .hint = check the folder, its permissions and the free space
err-file-exists = { $path } exists already
    .hint = choose another name, or overwrite it with `--force`
err-random = the operating system gave no random numbers: { $reason }
err-ca-folder = the certificate authority's folder { $path } cannot be used: { $reason }
    .hint = make one with `tokencert-ca init --dir { $path } --name NAME`
err-ca-exists = the folder { $path } already holds the certificate authority { $name }; nothing was changed
    .hint = choose another folder with `--dir`: the key of an authority is never replaced
err-ca-unfinished = the certificate authority in { $path } was begun and not finished
    .hint = run the same `tokencert-ca init` again: it goes on where it stopped
err-ca-unusable = the certificate authority in { $path } cannot issue: { $reason }
