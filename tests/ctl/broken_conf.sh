#!/bin/bash
# SPDX-License-Identifier: MIT
# Keeping somebody out while playpen.conf has a mistake.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 022

conf=$root/etc/playpen/playpen.conf

# alice has signed in; then somebody makes a mistake.
broken() {
	bare_node
	"$node" "$root" sign-in alice sub-a dev 0 &&
		gives 0 '' --root "$root" publish &&
		cp "$conf" "$root/good" && echo 'nonsense = yes' >>"$conf"
}

state_is() {
	gives 0 "state         $1" --root "$root" user show alice
}

# shuts COMMAND STATE: stored at once, published once the mistake is mended.
shuts() {
	broken && gives 1 'stored; not published: ' --root "$root" user "$1" alice &&
		[[ $said == *nonsense* ]] && state_is "$2" &&
		cp "$root/good" "$conf" &&
		gives 0 '"published":true' --root "$root" status --json &&
		gives 0 '' --root "$root" publish && state_is "$2"
}

a_person_is_locked_all_the_same() {
	shuts lock locked
}

an_account_is_closed_all_the_same() {
	shuts close closed
}

nobody_is_let_in_meanwhile() {
	broken && gives 1 nonsense --root "$root" user unlock alice &&
		gives 1 nonsense --root "$root" user reopen alice
}

a_name_that_nobody_has_is_still_said() {
	broken && gives 4 'no account' --root "$root" user lock nobody --if-known &&
		[[ $said != *stored* ]] &&
		gives 1 'stored; not published' --root "$root" user lock nobody &&
		gives 1 'needs --issuer' --root "$root" user lock --subject sub-n
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0"); do
	[ "$each" = state_is ] || runs "$each"
done
finish
