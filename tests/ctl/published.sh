#!/bin/bash
# SPDX-License-Identifier: MIT
# status and doctor notice a configuration that was not published.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 022

conf=$root/etc/playpen/playpen.conf

# A node with the lines of $1 behind a good configuration, published.
published() {
	bare_node "${1:-}"
	gives 0 '' --root "$root" publish && is_published
}

is_published() {
	[[ $("$playpenctl" --root "$root" status) != *'not published'* ]] &&
		gives 0 '"published":true' --root "$root" status --json &&
		! [[ $("$playpenctl" --root "$root" doctor) == *'is not what is published'* ]]
}

# A change that publish makes good.
changed() {
	gives 0 'in order, but not published: run playpenctl publish' \
		--root "$root" status &&
		gives 0 '"published":false' --root "$root" status --json || return
	"$playpenctl" --root "$root" doctor |
		grep -q '^warning *configuration *it, or the id key, is not what is published' || return
	"$playpenctl" --root "$root" publish && is_published
}

who_may_come_for_the_first_time_is_published() {
	published || return
	sed -i 's/^first_login.*/first_login = a*/' "$conf"
	changed || return
	sed -i 's/^first_login.*/first_login = off/' "$conf"
	changed || return
	sed -i 's/^first_login.*/first_login = */' "$conf"
	changed
}

homes_shells_ranges_and_programs_are() {
	local line
	for line in 'home = /srv/%u' 'shell = /bin/sh' 'login_programs = sshd' \
		'uid_range = 1900000000-1900000999'; do
		published || return
		echo "$line" >>"$conf"
		changed || return
	done
}

the_group_of_everybody_is_even_without_first_logins() {
	published || return
	sed -i 's/^first_login.*/first_login = off/' "$conf"
	"$playpenctl" --root "$root" publish || return
	printf '[groups]\npeople = everybody\n' >>"$conf"
	changed
}

services_and_their_groups_are() {
	published || return
	printf '[account "svc-backup"]\nclient_id = b\nservices = sshd\n' >>"$conf"
	changed || return
	echo 'groups = backups' >>"$conf"
	changed
}

another_id_key_is() {
	published || return
	echo $other_key >"$root/etc/playpen/id.key"
	changed
}

what_each_sign_in_reads_anew_is_not() {
	published || return
	printf '[service.sudo]\nmax_age = 5m\n[groups]\nttl = 1h\n' >>"$conf"
	is_published
}

a_provision_file_that_nobody_trusts_is_a_fault() {
	published || return
	chmod 644 "$root/var/lib/playpen/provision"
	gives 1 'provision is damaged or foreign' --root "$root" status || return
	gives 1 'provision is damaged or foreign' --root "$root" doctor || return
	"$playpenctl" --root "$root" publish && is_published
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0"); do
	[ "$each" = is_published ] || runs "$each"
done
finish
