# Texts of both programs in English. Help is in the doc comments of the arguments, and errors are
# said in the library's own words.
#
# Errors and hints are lower-case without a full stop; status lines are sentences. What can be
# typed stands in backticks.

heading-error = {"error: "}
heading-warning = {"warning: "}
heading-hint = {"hint: "}
support-desk = support desk: { $desk }
library-warning = { $what } ({ $cause })
output-failed = the output cannot be written: { $cause }

# Mistakes on the command line
usage-value = `{ $value }` is not a value of { $argument }
    .hint = possible: { $meant }
usage-value-wanted = { $argument } needs a value
    .hint = see `--help`
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
token-empty = `--token` is empty
    .hint = a variable of the shell may be unset; where one token is plugged in, leave the option out
softhsm-folder = SoftHSM2 cannot keep keys in { $path }: its configuration takes no path with `#` or a line break
    .hint = use a folder with another path

# Questions and words
choose-number = Number (1 to { $last }, Enter for none)
choose-again = `{ $answer }` is not one of the numbers
pin-ask = { $which } of { $token }
pin-file-open = others can read the PIN in { $source }: `chmod 600` makes it yours alone
token-serial = {" "}(serial { $serial })
day = { $year }-{ $month }-{ $day }
show-subject = Subject
show-serial = Serial number
show-until = Valid until
show-sha256 = SHA-256

# Manual pages
man-name = NAME
man-synopsis = SYNOPSIS
man-description = DESCRIPTION
man-options = OPTIONS
man-subcommands = COMMANDS
man-examples = EXAMPLES
man-exit-status = EXIT STATUS
man-environment = ENVIRONMENT
man-files = FILES
man-see-also = SEE ALSO
man-environment-option = What `--{ $option }` says where it is not given.
exit-done = Done, or nothing to do.
exit-failed = Failed: also where a module is missing, the destination is the wrong one, or the authority cannot be reached.
exit-usage = The command line was wrong, or no PIN was to be had.
exit-due = Something was found, or something is due.
exit-token = No such token, several, or it was removed.
exit-pin-wrong = Wrong PIN of the token, or one refused by its length.
exit-pin-locked = The token's PIN is locked, or the run stopped before its last try.
exit-refused = Refused by the authority, or by a login: account PIN, code, permit or certificate.
exit-pending = The authority has not answered yet: the same command goes on.
exit-interrupted = Ended by Ctrl-C.
man-env-locale = Language of messages and help, if nothing else says it: Japanese or English.
man-env-no-color = If it is set and not empty, messages have no colour.
man-env-softhsm = Where SoftHSM2 looks for its tokens, as SoftHSM2 itself reads it.
man-env-complete = By this the script that `completions` prints asks for completions, and says for which shell.
man-env-before = Set by the program for itself: what `SOFTHSM2_CONF` was before.
