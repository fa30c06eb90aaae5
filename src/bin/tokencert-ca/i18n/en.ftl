# Texts of this program alone in English.

module-needed = the PKCS#11 module of the token is not named
    .hint = name it with `--module /path/to/library`, or leave `--token` and `--pin-source` out for a software token in the folder
module-not-softhsm = the module is not SoftHSM2, so it cannot have a token in the authority's folder
    .hint = name the token that is to hold the key with `--token`
key-begun = an earlier run has made a key of kind { $kind }
    .hint = go on with it by `--key { $kind }`
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
