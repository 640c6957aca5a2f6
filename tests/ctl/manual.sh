#!/bin/bash
# SPDX-License-Identifier: MIT
# The table of commands, as --help shows it, is what playpenctl(8) has.
set -u
. "$srcdir/tests/ctl/lib.sh"

in_help() {
	"$playpenctl" --help | sed -n 's/^  \([a-z]\)/\1/p' | sed 's/   *.*//'
}

# The line behind each .TP of the section COMMANDS and its subsections.
in_manual() { # FILE
	sed -n '/^\.SH COMMANDS/,/^\.SH [^C]/p' "$1" | sed -n '/^\.TP/{n;p}' |
		sed 's/\\f[BRI]//g; s/\\-/-/g; s/^\.[BIR]* //'
}

manual=$srcdir/man/playpenctl.8
here=$(in_help)
[ "$(wc -l <<<"$here")" -ge 20 ]
result $? "the table has its commands"
[ "$here" = "$(in_manual "$manual")" ]
result $? "the manual has the commands of the table, in its order"
diff <(echo "$here") <(in_manual "$manual") | sed 's/^/# /'

# That it can fail: a manual with a command less, and one with another option.
changed=$(mktemp)
trap 'rm -f "$changed"' EXIT
sed '0,/user unlock/{/user unlock/d}' "$manual" >"$changed"
[ "$here" != "$(in_manual "$changed")" ]
result $? "notices a command that the manual lacks"
sed 's/\\-\\-kill/\\-\\-stop/' "$manual" >"$changed"
[ "$here" != "$(in_manual "$changed")" ]
result $? "notices another option"
finish
