#!/bin/bash
# SPDX-License-Identifier: MIT
# A node whose state.db is gone while its index has people: every command says
# so and none begins anew. Needs no root.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 077
lost='state.db is gone, though the index has 1 account: restore it'

# alice has signed in and is published; then the database is put away.
begin() {
	bare_node
	echo '{"name":"bob"}' >"$root/roster"
	"$node" "$root" sign-in alice sub-a dev 0 && ctl 0 '' publish &&
		ctl 0 'in order' status &&
		mv "$root/var/lib/playpen/state.db" "$root/backup"
}

every_command_says_so() {
	begin || return
	ctl 1 "$lost" status &&
		ctl 1 '"accounts":{"ok":false,"reason":"state-unreadable"' \
			status --json &&
		ctl 1 "$lost" publish && ctl 1 "$lost" user list &&
		ctl 1 "$lost" user import "$root/roster" &&
		ctl 1 "$lost" doctor &&
		grep -q '^fault *state *state-unreadable: state.db is gone' <<<"$said" &&
		[ ! -e "$root/var/lib/playpen/state.db" ]
}

an_empty_file_is_as_good_as_none() {
	begin || return
	: >"$root/var/lib/playpen/state.db"
	ctl 1 "$lost" publish && ctl 1 "$lost" status &&
		[ ! -s "$root/var/lib/playpen/state.db" ]
}

restored_it_is_as_before() {
	begin || return
	ctl 1 "$lost" publish || return
	mv "$root/backup" "$root/var/lib/playpen/state.db"
	ctl 0 '' publish && ctl 0 'alice' user list && ctl 0 'in order' status
}

without_the_index_it_begins_anew() {
	begin || return
	rm "$root/var/lib/playpen/index.v1"
	ctl 0 '1 taken over' user import "$root/roster" &&
		ctl 0 bob user list && [[ $said != *alice* ]]
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0"); do
	runs "$each"
done
finish
