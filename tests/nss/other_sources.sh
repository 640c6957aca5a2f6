#!/bin/bash
# SPDX-License-Identifier: MIT
# Users and groups of another source in nsswitch.conf, by libnss_pptest.so.2,
# wherever it stands: who signs in first, is imported or renamed gets nothing of
# theirs. A machine of its own, where alone our programs see the two modules.
set -u
. "$srcdir/tests/ctl/lib.sh"
on_a_machine "$0" "$@"

mkdir /var/lib/t/nss
cp "$builddir"/.libs/libnss_{playpen,playpen_new,pptest}.so.2 /var/lib/t/nss/
export LD_LIBRARY_PATH=/var/lib/t/nss

theirs() { # PASSWD-LINES GROUP-LINES
	printf '%s' "${1:+$1$'\n'}" >/var/lib/pptest.passwd
	printf '%s' "${2:+$2$'\n'}" >/var/lib/pptest.group
	rm -f /var/lib/pptest.down
}

# A node without anybody, beside a source without anybody.
fresh() { # ORDER
	printf 'passwd: %s\ngroup: %s\n' "$1" "$1" >/etc/nsswitch.conf
	rm -rf /var/lib/playpen
	theirs '' ''
}

refuses() { # REASON COMMAND...
	local reason=$1
	shift
	said=$("$@" 2>&1) && return 1
	[[ $said == *"$reason"* ]] || { echo "# not $reason: $said" && return 1; }
}

sign_in() { # NAME [CLAIMS]
	"$node" "" sign-in "$1" "sub-$1" "${2:-}" 0
}

import() { # NAME
	echo "{\"name\":\"$1\"}" | "$playpenctl" user import --json -
}

is_published() { # TEXT
	grep -aq "$1" /var/lib/playpen/index.v1
}

# What the key gives, told by a node of nobody else's.
numbers() {
	local there=/var/lib/t/there
	mkdir -p $there/{etc/playpen,var/lib}
	cp -r /etc/playpen $there/etc/
	"$node" $there sign-in alice sub-alice dev 0 || return
	uid=$("$playpenctl" --root $there user show alice | sed -n 's/^uid *//p')
	gid=$("$playpenctl" --root $there group show dev | sed -n 's/^gid *//p')
	[ -n "$uid" ] && [ -n "$gid" ]
}

a_name_of_theirs_is_not_given() {
	theirs alice:x:5000:5000::/:/bin/sh ''
	refuses name-local sign_in alice && refuses name-local import alice ||
		return
	theirs '' alice:x:5000:
	refuses name-local sign_in alice && refuses name-local import alice ||
		return
	theirs bob:x:5000:5000::/:/bin/sh staff:x:5000:
	import alice >/dev/null && sign_in alice
}

a_number_of_theirs_is_not_given() {
	theirs "bob:x:$uid:100::/:/bin/sh" ''
	refuses uid-collision sign_in alice || return
	theirs '' "staff:x:$uid:"
	refuses uid-collision sign_in alice || return
	theirs '' ''
	sign_in alice
}

a_number_of_theirs_is_not_proposed_either() {
	theirs "bob:x:$uid:100::/:/bin/sh" "staff:x:$((uid + 1)):"
	refuses "\"free_uid\":$((uid + 2))}" import alice &&
		refuses uid-collision import alice || return
	theirs '' ''
	import alice >/dev/null && sign_in alice
}

a_group_of_theirs_gets_nobody_of_ours() {
	for group in dev:x:6000: "staff:x:$gid:"; do
		theirs '' "$group"
		sign_in alice 'dev ops' && gives 0 '' publish &&
			gives 0 'groups        ops' user show alice &&
			! is_published dev || return
	done
	theirs '' staff:x:6000:
	sign_in alice 'dev ops' && gives 0 'groups        dev ops' user show alice
}

a_group_that_they_make_later_is_published_no_more() {
	sign_in alice dev && gives 0 '' publish && is_published dev || return
	theirs '' dev:x:6000:
	gives 0 '' publish && ! is_published dev || return
	theirs '' ''
	gives 0 '' publish && is_published dev
}

nobody_is_renamed_to_a_name_of_theirs() {
	sign_in alice || return
	theirs bob:x:5000:5000::/:/bin/sh mallory:x:5000:
	gives 1 'has a user bob' user rename alice bob &&
		gives 1 'has a group mallory' user rename alice mallory &&
		gives 0 '' user rename alice svc-backup
}

nobody_new_comes_in_while_they_do_not_answer() {
	sign_in bob dev || return
	for error in 5 2; do # EIO, and ENOENT as nss-pam-ldapd has it
		echo $error >/var/lib/pptest.down
		refuses 'other-source-down: pptest' sign_in alice &&
			gives 1 'pptest of nsswitch.conf did not answer' \
				user rename bob alice || return
		sign_in bob dev && gives 0 'groups        dev' user show bob ||
			return
	done
	theirs '' ''
	sign_in alice
}

nobody_new_comes_in_while_a_module_cannot_be_loaded() {
	sed -i 's/files/files broken/' /etc/nsswitch.conf
	echo 'no module' >/var/lib/t/nss/libnss_broken.so.2
	refuses 'other-source-down: broken of nsswitch.conf cannot be loaded' \
		sign_in alice || return
	rm /var/lib/t/nss/libnss_broken.so.2
	sign_in alice
}

a_source_that_is_not_installed_hinders_nobody() {
	sed -i 's/files/files missing/' /etc/nsswitch.conf
	theirs bob:x:5000:5000::/:/bin/sh ''
	refuses name-local sign_in bob && sign_in alice
}

somebody_of_a_roster_is_asked_for_when_signing_in() {
	import alice >/dev/null && gives 0 '' publish || return
	theirs alice:x:5000:5000::/:/bin/sh ''
	refuses name-local sign_in alice || return
	theirs '' ''
	sign_in alice
}

numbers || skip_all 'no numbers'
for order in 'files pptest playpen' 'files playpen pptest playpen_new' \
	'files playpen playpen_new pptest'; do
	for each in $(sed -n 's/^\(a_[a-z_]*\|[a-z]*body_[a-z_]*\)() {$/\1/p' "$0"); do
		fresh "$order"
		"$each"
		result $? "$order: ${each//_/ }"
	done
done
finish
