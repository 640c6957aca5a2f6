#!/bin/bash
# SPDX-License-Identifier: MIT
# The module behind glibc: getent, id, sudo, nscd, static and setuid programs.
# Runs in a mount namespace of its own, where the module is installed.
set -u
so=$builddir/.libs/libnss_playpen.so.2

skip_all() { echo "1..0 # SKIP $1"; exit 0; }

if [ "${1:-}" != inside ]; then
	[ "$(id -u)" = 0 ] || skip_all 'not root'
	nm "$so" 2>/dev/null | grep -q -e __asan_ -e __ubsan_ &&
		skip_all 'built with a sanitizer'
	unshare -m true 2>/dev/null || skip_all 'no mount namespace'
	exec unshare -m --propagation private "$BASH" "$0" inside
fi

count=0 failures=0
nscd= ; trap '[ -z "$nscd" ] || kill $nscd' EXIT

result() { # STATUS SENTENCE
	count=$((count + 1))
	if [ "$1" = 0 ]; then
		echo "ok $count - $2"
	else
		echo "not ok $count - $2"
		failures=$((failures + 1))
	fi
}
same() { # GOT WANTED SENTENCE
	[ "$1" = "$2" ]
	result $? "$3"
	[ "$1" = "$2" ] || printf '# got:  %s\n# want: %s\n' "$1" "$2"
}
skip() { # SENTENCE REASON
	count=$((count + 1))
	echo "ok $count - $1 # SKIP $2"
}

# A place of our own: /var/lib, /run, the library directory, /etc files.
mount -t tmpfs -o mode=755 tmpfs /var/lib
mount -t tmpfs -o mode=755 tmpfs /run
mkdir -p /var/lib/playpen /var/lib/upper /var/lib/work /var/lib/t /run/nscd
libdir=$(dirname "$(ldconfig -p | awk '$1 == "libc.so.6" { print $NF; exit }')")
libdir=$(readlink -f "$libdir")
mount -t overlay -o \
	"lowerdir=$libdir,upperdir=/var/lib/upper,workdir=/var/lib/work" \
	overlay "$libdir" || skip_all 'no overlay file system'
cp "$so" "$libdir/libnss_playpen.so.2"
t=/var/lib/t
etc() { # NAME: makes /etc/NAME a file of ours, its content from stdin
	cat >"$t/$1"
	[ -e "/etc/$1" ] || skip_all "no /etc/$1"
	mountpoint -q "/etc/$1" || mount --bind "$t/$1" "/etc/$1"
}
order() { # PASSWD GROUP: nsswitch.conf
	printf 'passwd: %s\ngroup: %s\nshadow: files\n' "$1" "$2" |
		etc nsswitch.conf
}
local_files() { # who is on the machine besides ours
	printf '%s\n' root:x:0:0:root:/root:/bin/sh \
		nobody:x:65534:65534::/:/bin/false \
		local:x:1000:1000::/home/local:/bin/sh | etc passwd
	printf '%s\n' root:x:0: nogroup:x:65534: local:x:1000: \
		sudo:x:27:local | etc group
}
local_files
"$builddir/tests/nss/publish" /var/lib/playpen ||
	skip_all 'the index could not be written'

alice='alice:*:1879048208:1879048208:Alice Example:/home/alice:/bin/bash'
groups='uid=1879048208(alice) gid=1879048208(alice) groups=1879048208(alice),2080374789(playpen-users),2080374791(dev),2080374787(ops),27(sudo)'

order files files
same "$(getent -s playpen passwd alice 2>&1)" "$alice" 'getent finds a name'
same "$(getent -s playpen passwd 1879048208 2>&1)" "$alice" 'getent finds a uid'
same "$(getent -s playpen group dev 2>&1)" 'dev:*:2080374791:alice,svc-backup' \
	'getent finds a group'
same "$(getent -s playpen group 2080374787 2>&1)" 'ops:*:2080374787:alice' \
	'getent finds a gid'
same "$(getent -s playpen passwd stranger 2>&1; echo $?)" 2 \
	'getent finds no stranger and prints nothing'
same "$(getent -s playpen passwd | cut -d: -f1 | xargs)" \
	'mallory alice bob svc-backup' 'getent lists who has signed in'

for o in 'files playpen' 'playpen files'; do
	order "$o" "$o"
	same "$(getent passwd alice)" "$alice" "$o: a person of ours"
	same "$(getent passwd local root | cut -d: -f1 | xargs)" 'local root' \
		"$o: local people"
	same "$(id alice 2>&1)" "$groups" "$o: id shows all groups"
	same "$(id local 2>&1)" \
		'uid=1000(local) gid=1000(local) groups=1000(local),27(sudo)' \
		"$o: a local user has local groups"
	same "$(id bob 2>&1)" \
		'uid=1879048224(bob) gid=1879048224(bob) groups=1879048224(bob),2080374789(playpen-users)' \
		"$o: past its time a person has two groups"
	same "$(getent passwd | wc -l)" 7 "$o: an enumeration is complete"
done

# One group from two sources, in either order.
printf '%s\n' root:x:0: local:x:1000: sudo:x:27:local tape:x:26:alice \
	dev:x:2080374791:local | etc group
merged() { # GROUP-LINE WANTED SENTENCE
	order 'files playpen' "$1"
	same "$(getent group dev)" "$2" "$3"
	same "$(getent group 2080374791)" "$2" "$3, by number"
	same "$(id -G alice | xargs -n1 | sort -n | xargs)" \
		'26 27 1879048208 2080374787 2080374789 2080374791' \
		"$3, and a person has all of both"
}
both=dev:x:2080374791:local,alice,svc-backup
merged 'files [SUCCESS=merge] playpen' "$both" 'merged with files before'
merged 'playpen [SUCCESS=merge] files' \
	'dev:*:2080374791:alice,svc-backup,local' 'merged with files behind'

# A list of names that is longer than anybody's first buffer.
"$builddir/tests/nss/publish" /var/lib/playpen /bin/bash 10000
members() { getent group dev | cut -d: -f4 | tr , '\n'; }
order 'files playpen' 'playpen files'
same "$(members | wc -l) $(members | sort -u | wc -l) $(members | wc -c)" \
	'10002 10002 210017' 'a group of ten thousand is whole'
order 'files playpen' 'files [SUCCESS=merge] playpen'
same "$(members | wc -l) $(members | sort -u | wc -l)" '10003 10003' \
	'and is merged whole'
"$builddir/tests/nss/publish" /var/lib/playpen

order 'files playpen' 'files playpen'
same "$(getent group dev)" 'dev:x:2080374791:local' \
	'a local group of the same name comes first'

# A local user who was created later, under a name of ours.
printf '%s\n' root:x:0:0:root:/root:/bin/sh alice:x:1001:1001::/home/a:/bin/sh |
	etc passwd
printf '%s\n' root:x:0: alice:x:1001: sudo:x:27: | etc group
same "$(id alice 2>&1)" 'uid=1001(alice) gid=1001(alice) groups=1001(alice)' \
	'a local user of the same name gets none of our groups'
local_files

# What is no index is nobody's fault but ours: local people never notice.
mv /var/lib/playpen/index.v1 "$t/kept"
echo 'PPINDEX and no more' >/var/lib/playpen/index.v1
quietly() { # COMMAND...: what it says on both, and its exit status
	"$@" 2>&1
	echo $?
}
for o in 'files playpen' 'playpen files'; do
	order "$o" "$o"
	same "$(quietly getent passwd local)" \
		$'local:x:1000:1000::/home/local:/bin/sh\n0' \
		"$o: a bad index hides no local user"
	same "$(quietly id local)" \
		$'uid=1000(local) gid=1000(local) groups=1000(local),27(sudo)\n0' \
		"$o: nor a local group"
	same "$(quietly getent passwd alice)" 2 "$o: and finds nobody of ours"
done
mv "$t/kept" /var/lib/playpen/index.v1
order 'files playpen' 'files playpen'

cp "$(command -v id)" "$t/id" && chmod 4755 "$t/id"
same "$(setpriv --reuid 65534 --regid 65534 --clear-groups "$t/id" alice 2>&1)" \
	"$groups" 'a setuid program finds our groups'
cp "$builddir/tests/nss/secure" "$t/" && chmod 4755 "$t/secure"
same "$(setpriv --reuid 65534 --regid 65534 --clear-groups "$t/secure" alice 2>&1)" \
	'1 0 /home/alice' 'a program that is setuid indeed finds our people'

# Namespaces of a user that do not map root: its files have the overflow uid there.
as_user() { setpriv --reuid 1000 --regid 1000 --clear-groups "$@" 2>&1; }
for options in '-U --map-current-user' -Ur '-U --map-user=5'; do
	if as_user unshare $options true >/dev/null; then
		same "$(as_user unshare $options getent passwd alice)" "$alice" \
			"unshare $options finds our people"
	else
		skip "unshare $options finds our people" 'no user namespaces'
	fi
done
if command -v bwrap >/dev/null && as_user bwrap --bind / / true >/dev/null; then
	same "$(as_user bwrap --unshare-user --bind / / getent passwd alice)" \
		"$alice" 'bubblewrap finds our people'
else
	skip 'bubblewrap finds our people' 'no bubblewrap'
fi
chown 2000 /var/lib/playpen/index.v1
same "$(getent passwd alice; echo $?)" 2 'the index of another user is not believed'
chown 0 /var/lib/playpen/index.v1

cat >"$t/static.c" <<-'E'
	#include <pwd.h>
	#include <stdio.h>
	int main(void)
	{
		struct passwd *user = getpwnam("alice");
		puts(user != NULL ? user->pw_dir : "none");
		return 0;
	}
	E
if ${CC:-cc} -static -w -o "$t/static" "$t/static.c" 2>/dev/null; then
	same "$("$t/static" 2>&1)" /home/alice 'a static program finds our people'
else
	skip 'a static program finds our people' 'no static libc'
fi

if command -v sudo >/dev/null && [ -e /etc/sudoers ]; then
	echo '%ops ALL=(ALL) ALL' | etc sudoers
	chmod 440 "$t/sudoers"
	same "$(sudo -l -U alice 2>&1 | tail -1 | xargs)" '(ALL) ALL' \
		'sudo knows the groups'
	sudo -l -U bob 2>&1 | grep -q 'not allowed'
	result $? 'sudo refuses who has them no more'
else
	skip 'sudo knows the groups' 'no sudo'
fi

# The machine's programs and libraries, and no /var.
mkdir -p "$t/jail"/{usr,etc,lib,lib64,bin}
for place in usr lib lib64 bin; do
	[ ! -d "/$place" ] || mount --rbind "/$place" "$t/jail/$place"
done
cp /etc/nsswitch.conf "$t/jail/etc/"
mount --bind "$libdir" "$t/jail$libdir"
same "$(chroot "$t/jail" getent -s playpen passwd alice 2>&1; echo $?)" 2 \
	'a chroot without the file has nobody and no error'
mkdir -p "$t/jail/var/lib/playpen"
cp /var/lib/playpen/index.v1 "$t/jail/var/lib/playpen/"
same "$(chroot "$t/jail" getent -s playpen passwd alice 2>&1)" "$alice" \
	'a chroot with the file has our people'

# YES-OR-NO: whether clients map what nscd knows, it keeps that for its next
# start, and it watches the files of /etc.
start_nscd() {
	local database
	printf '%s\n' 'server-user root' 'debug-level 0' 'paranoia no' \
		'negative-time-to-live passwd 20' >"$t/nscd.conf"
	for database in passwd group; do
		printf "%s $database %s\n" enable-cache yes \
			positive-time-to-live 600 shared "$1" persistent "$1" \
			check-files "$1"
	done >>"$t/nscd.conf"
	"$t/nscd" -F -f "$t/nscd.conf" >"$t/nscd.log" 2>&1 & nscd=$!
	for _ in $(seq 50); do [ -S /run/nscd/socket ] && break; sleep 0.1; done
	[ -S /run/nscd/socket ] && kill -0 $nscd
}
try_nscd() { # YES-OR-NO SENTENCE
	"$t/publish" /var/lib/playpen
	local_files
	start_nscd "$1"
	result $? "$2 runs"
	same "$(getent passwd alice)" "$alice" "$2: a person of ours"
	same "$(id -G alice 2>&1 | xargs -n1 | sort -n | xargs)" \
		'27 1879048208 2080374787 2080374789 2080374791' \
		"$2: all groups"
	same "$(getent group dev)" 'dev:*:2080374791:alice,svc-backup' \
		"$2: a group"
	"$t/publish" /var/lib/playpen /bin/zsh
	same "$(getent passwd alice | cut -d: -f7)" /bin/bash \
		"$2: what it knows it keeps"
	printf '%s\n' root:x:0:0:root:/root:/bin/sh \
		svc-backup:x:1001:1001::/home/s:/bin/sh | etc passwd
	"$t/forget"
	same "$(id svc-backup | cut -d' ' -f3)" 'groups=1001' \
		"$2: a local user of the same name gets none of our groups"
	same "$(getent passwd alice | cut -d: -f7)" /bin/zsh \
		"$2: told to forget, it asks again"
	kill $nscd; wait $nscd 2>/dev/null; nscd=
	rm -f /run/nscd/socket
	same "$(getent passwd alice | cut -d: -f7)" /bin/zsh "$2 ended: as ever"
}
NSCD=${NSCD:-$(command -v nscd)}
if [ -n "$NSCD" ]; then
	# /var/cache becomes a place of our own too, and the build may lie there.
	cp "$NSCD" "$t/nscd"
	cp -L "$builddir/tests/nss/"{publish,forget} "$t/"
	mkdir -p /var/lib/cache && mount --bind /var/lib/cache /var/cache
	mkdir -p /var/cache/nscd
	try_nscd no nscd
	try_nscd yes 'nscd as Debian ships it'
else
	skip nscd 'there is none (NSCD=PATH names one)'
fi
echo "1..$count"
[ $failures = 0 ]
