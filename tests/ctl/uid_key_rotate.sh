#!/bin/bash
# SPDX-License-Identifier: MIT
# uid-key rotate on three nodes: known people keep their uids, new ones have the same
# new one everywhere.
set -u
. "$srcdir/tests/ctl/lib.sh"

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
umask 022

fresh() {
	local name
	for root in "$top"/{1,2,3}; do
		mkdir -p "$root" && bare_node && mkdir -p "$root/etc/playpen/accounts.d"
	done
	for name in alice:1 bob:2 carol:3; do
		root=$top/${name#*:}
		sign_in "${name%:*}" || return
	done
}

sign_in() { # NAME
	"$node" "$root" sign-in "$1" "sub-$1" dev 0 >/dev/null 2>&1
}

uid_of() {
	"$playpenctl" --root "$root" user show "$1" | sed -n 's/^uid *//p'
}

uids() {
	"$playpenctl" --root "$root" user list | awk 'NR > 1 {print $1, $2}' | sort
}

# As docs/how-to/uid-key.md says.
merge() {
	for root in "$top"/{1,2,3}; do
		"$playpenctl" --root "$root" accounts export >"$root/export" || return
	done
	"$playpenctl" accounts merge "$top"/{1,2,3}/export >"$top/accounts.jsonl" || return
	for root in "$top"/{1,2,3}; do
		install -m 644 "$top/accounts.jsonl" "$root/etc/playpen/accounts.d/" &&
			ctl 0 added apply || return
	done
}

rotate() {
	root=$top/1
	ctl 0 'uid.key: fingerprint' uid-key rotate &&
		cp "$root/etc/playpen/uid.key" "$top/new.key" || return
	for root in "$top"/{2,3}; do
		ctl 0 'the key that was there' uid-key rotate --from "$top/new.key" || return
	done
}

known_people_keep_their_uids_on_all_nodes() {
	fresh && merge || return
	root=$top/1
	local before
	before=$(uids)
	[ "$(wc -l <<<"$before")" = 3 ] && rotate || return
	for root in "$top"/{1,2,3}; do
		[ "$(uids)" = "$before" ] && ctl 0 'in order' status && sign_in alice &&
			sign_in bob && sign_in carol && [ "$(uids)" = "$before" ] || return
	done
}

new_people_have_one_new_uid_on_all_nodes() {
	fresh && root=$top/1 && sign_in mallory && local old new= &&
		old=$(uid_of mallory) && fresh && merge && rotate || return
	for root in "$top"/{1,2,3}; do
		sign_in mallory || return
		new="$new $(uid_of mallory)"
	done
	echo "# $old,$new"
	set -- $new
	[ $# = 3 ] && [ "$1" = "$2" ] && [ "$2" = "$3" ] && [ "$1" != "$old" ]
}

without_an_accounts_file_it_is_refused() {
	fresh
	root=$top/1
	ctl 1 'bring that of playpenctl accounts merge' uid-key rotate &&
		[ "$(cat "$root/etc/playpen/uid.key")" = $key ] &&
		ctl 0 'uid.key: fingerprint' uid-key rotate --only-node &&
		[ "$(cat "$root/etc/playpen/uid.key")" != $key ] &&
		[ "$(stat -c %a "$root/etc/playpen/uid.key")" = 600 ] && ctl 0 'in order' status
}

what_is_no_key_is_refused() {
	fresh
	root=$top/1
	echo nonsense >"$top/new.key"
	ctl 1 '32 hex digits' uid-key rotate --only-node --from "$top/new.key" &&
		[ "$(cat "$root/etc/playpen/uid.key")" = $key ]
}

# A crash has left the new key, and the accounts of the old one.
half_of_it_lets_no_new_user_in_and_is_finished_by_a_second_run() {
	fresh
	root=$top/1
	echo $other_key >"$top/new.key"
	ctl 0 'no new user' uid-key install "$top/new.key" --replace &&
		! sign_in mallory && sign_in alice &&
		ctl 0 fingerprint uid-key rotate --only-node --from "$top/new.key" &&
		sign_in mallory
}

for each in known_people_keep_their_uids_on_all_nodes \
	new_people_have_one_new_uid_on_all_nodes without_an_accounts_file_it_is_refused \
	what_is_no_key_is_refused \
	half_of_it_lets_no_new_user_in_and_is_finished_by_a_second_run; do
	runs "$each"
done
finish
