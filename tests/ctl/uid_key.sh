#!/bin/bash
# SPDX-License-Identifier: MIT
# uid-key install over a key that is there.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 022

place=$root/etc/playpen/uid.key
fingerprint=f6025b78a35fcef3 # of $key

# A node with the key $key, without accounts.
fresh() {
	bare_node
	rm "$place"
	echo $other_key >"$root/other"
	echo $key | gives 0 "fingerprint $fingerprint" --root "$root" \
		uid-key install -
}

with_accounts() {
	fresh && echo '{"name":"alice"}' |
		gives 0 '1 taken over' --root "$root" user import -
}

install_other() { # STATUS TEXT OPTION...
	local status=$1 text=$2
	shift 2
	gives "$status" "$text" --root "$root" uid-key install "$root/other" "$@"
}

the_key_that_was_there_is_kept_beside_it() {
	fresh && install_other 0 "uid.key.$fingerprint: the key that was there" &&
		[ "$(cat "$place.$fingerprint")" = $key ] &&
		[ "$(stat -c %a "$place.$fingerprint")" = 600 ] &&
		[ "$(cat "$place")" = $other_key ]
}

the_same_key_again_keeps_nothing() {
	fresh && echo $key | gives 0 "fingerprint $fingerprint" --root "$root" \
		uid-key install - && [ ! -e "$place.$fingerprint" ]
}

the_key_of_accounts_is_not_replaced_by_the_way() {
	with_accounts && install_other 1 '--replace takes it all the same' &&
		[[ $said == *"made with the uid key $fingerprint"* ]] &&
		[ "$(cat "$place")" = $key ] &&
		[ ! -e "$place.$fingerprint" ]
}

with_a_word_it_is_and_can_come_back() {
	with_accounts &&
		install_other 0 'no new user is let in' --replace &&
		[ "$(cat "$place")" = $other_key ] &&
		gives 0 "fingerprint $fingerprint" --root "$root" \
			uid-key install "$place.$fingerprint" &&
		[[ $said != *'nobody new'* ]] && [ "$(cat "$place")" = $key ]
}

what_is_no_key_replaces_none() {
	fresh && echo nonsense >"$root/other" &&
		install_other 1 '32 hex digits' --replace &&
		[ "$(cat "$place")" = $key ]
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0"); do
	case $each in install_other | with_accounts) ;; *) runs "$each" ;; esac
done
finish
