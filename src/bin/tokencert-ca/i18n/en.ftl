# English. Errors are said in the library's own words, and help in those of the doc comments.

heading-error = {"error: "}
heading-warning = {"warning: "}
heading-hint = {"hint: "}
output-failed = the output cannot be written: { $cause }

usage-value = `{ $value }` is not a value of { $argument }
    .hint = possible: { $meant }
usage-value-missing = { $argument } needs a value
    .hint = possible: { $meant }
usage-unknown = there is no argument `{ $argument }`
    .hint = try `{ $meant }`
usage-command = there is no command `{ $command }`
    .hint = try `{ $meant }`
usage-command-missing = a command is missing
    .hint = see `tokencert-ca --help`
usage-missing = missing: { $argument }
    .hint = see `--help`
usage-conflict = { $argument } does not go together with { $other }
    .hint = leave one of the two out
usage-repeated = { $argument } is given twice
    .hint = leave one of the two out
usage-other = the command line cannot be understood: { $reason }
    .hint = see `--help`

module-needed = the PKCS#11 module of the token is not named
    .hint = name it with `--module /path/to/library`, or leave `--token` and `--pin-source` out for a software token in the folder
module-not-softhsm = the module is not SoftHSM2, so it cannot have a token in the authority's folder
    .hint = name the token that is to hold the key with `--token`
key-begun = an earlier run has made a key of kind { $kind }
    .hint = go on with it by `--key { $kind }`
softhsm-missing = SoftHSM2 was not found, which keeps the authority's key
    .hint = install `softhsm2`, name its library with `--module`, or use another token with `--module` and `--token`

pin-ask = { $which } of { $token }
pin-file-open = others can read the PIN in { $source }: `chmod 600` makes it yours alone
token-serial = {" "}(serial { $serial })

day = { $year }-{ $month }-{ $day }
generating = Making the authority's key on { $token }.
authority-created = The authority { $name } is in { $path }. Whoever can read that folder can issue.
authority-already-there = The authority { $name } is already in { $path }.
show-subject = Subject
show-serial = Serial number
show-until = Valid until
show-sha256 = SHA-256
certificate-issued = Issued to { $subject }: serial number { $serial }, valid until { $day }. Written to { $path }.
certificate-already-issued = Already issued to { $subject }: serial number { $serial }, valid until { $day }. Written to { $path }.
profile-written = Profile { $name } written to { $path }.
