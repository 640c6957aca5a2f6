# SPDX-License-Identifier: MIT
# What the tests of the command share: TAP, and a node below a scratch root.

playpenctl=$builddir/playpenctl/playpenctl
node=$builddir/tests/ctl/node
key=000102030405060708090a0b0c0d0e0f
other_key=ff0102030405060708090a0b0c0d0e0f
export LC_ALL=C.UTF-8 TZ=UTC
count=0 failures=0

result() { # STATUS SENTENCE
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failures=$((failures + 1))
	fi
}

skip() { # SENTENCE REASON
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

finish() {
	echo "1..$count"
	[ "$failures" = 0 ]
	exit
}

configure() { # ROOT [MORE]
	mkdir -p "$1/etc/playpen"
	cat >"$1/etc/playpen/playpen.conf" <<-CONF
		[issuer]
		url = https://dex.example/dex
		[client]
		id = playpen-login
		[identity]
		connectors = local
		first_login = *
		${2:-}
	CONF
	chmod 644 "$1/etc/playpen/playpen.conf"
}

# gives STATUS TEXT ARGUMENT...: what the command says, on either stream, has
# TEXT in it ("" for nothing at all) and it exits with STATUS.
said=
gives() {
	local wanted=$1 text=$2 status
	shift 2
	said=$("$playpenctl" "$@" 2>&1)
	status=$?
	if [ "$status" = "$wanted" ] && { [ -n "$text" ] || [ -z "$said" ]; } &&
		[[ $said == *"$text"* ]]; then
		return 0
	fi
	echo "# playpenctl $*: exit $status, wanted $wanted with: $text"
	printf '%s\n' "$said" | sed 's/^/#   /'
	return 1
}

# runs FUNCTION: a test whose name is a sentence.
runs() {
	"$1"
	result $? "${1//_/ }"
}
