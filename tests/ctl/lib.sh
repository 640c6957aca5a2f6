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

skip_all() { # REASON
	echo "1..0 # SKIP $1"
	exit 0
}

# Goes on as root of a machine of its own, in namespaces: /var/lib, /run, /etc
# and what is put into them are the test's. A key and a configuration are there.
on_a_machine() { # SCRIPT ARGUMENT...
	if [ "${2:-}" != inside ]; then
		[ "$(id -u)" = 0 ] || skip_all 'not root'
		unshare -mpf true 2>/dev/null || skip_all 'no namespaces here'
		export srcdir builddir
		exec unshare -mpf --mount-proc --propagation private \
			"$BASH" "$1" inside
	fi
	mount -t tmpfs -o mode=755 tmpfs /var/lib
	mount -t tmpfs -o mode=755 tmpfs /run
	mkdir -p /var/lib/etc /var/lib/work /var/lib/t
	mount -t overlay -o \
		lowerdir=/etc,upperdir=/var/lib/etc,workdir=/var/lib/work \
		overlay /etc 2>/dev/null || skip_all 'no overlay file system'
	rm -rf /etc/playpen
	mkdir /etc/playpen
	configure ""
	echo $key >/etc/playpen/uid.key
	chmod 600 /etc/playpen/uid.key
}

# until_true COMMAND...: waits for it to succeed, ten seconds at most.
until_true() {
	local tries=0
	while ! "$@" 2>/dev/null; do
		[ $((tries += 1)) -le 1000 ] || return 1
		sleep 0.01
	done
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
		allow_new_users = *
		${2:-}
	CONF
	chmod 644 "$1/etc/playpen/playpen.conf"
}

# bare_node [MORE]: $root is a node without anybody, with the uid key and MORE in
# its configuration, whatever the umask is.
bare_node() {
	rm -rf "${root:?}"/*
	mkdir -p "$root"/{etc/playpen,var/lib}
	chmod 755 "$root" "$root"/{etc,etc/playpen,var,var/lib}
	echo root:x:0:0::/root:/bin/sh >"$root/etc/passwd"
	echo root:x:0: >"$root/etc/group"
	configure "$root" "${1:-}"
	echo $key >"$root/etc/playpen/uid.key"
	chmod 600 "$root/etc/playpen/uid.key"
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

# The same on the node below $root.
ctl() {
	local status=$1 text=$2
	shift 2
	gives "$status" "$text" --root "$root" "$@"
}

# runs FUNCTION: a test whose name is a sentence. One that cannot be made here
# leaves the reason in skipped.
runs() {
	local status
	skipped=
	"$1"
	status=$?
	if [ -n "$skipped" ]; then
		skip "${1//_/ }" "$skipped"
	else
		result $status "${1//_/ }"
	fi
}
