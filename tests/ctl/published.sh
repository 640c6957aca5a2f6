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
		! [[ $("$playpenctl" --root "$root" doctor) == *'has changed since the last publish'* ]]
}

# A change that publish makes good.
changed() {
	gives 0 'in order, but not published: run playpenctl publish' \
		--root "$root" status &&
		gives 0 '"published":false' --root "$root" status --json || return
	"$playpenctl" --root "$root" doctor |
		grep -q '^warning *published *the configuration or the uid key has changed since' || return
	"$playpenctl" --root "$root" publish && is_published
}

who_may_come_for_the_first_time_is_published() {
	published || return
	sed -i 's/^allow_new_users.*/allow_new_users = a*/' "$conf"
	changed || return
	sed -i 's/^allow_new_users.*/allow_new_users = off/' "$conf"
	changed || return
	sed -i 's/^allow_new_users.*/allow_new_users = */' "$conf"
	changed
}

homes_shells_ranges_and_programs_are() {
	local line
	for line in 'home = /srv/%u' 'shell = /bin/sh' 'first_login_programs = sshd' \
		'uid_range = 1900000000-1900000999'; do
		published || return
		echo "$line" >>"$conf"
		changed || return
	done
}

the_all_users_group_is_even_without_new_users() {
	published || return
	sed -i 's/^allow_new_users.*/allow_new_users = off/' "$conf"
	"$playpenctl" --root "$root" publish || return
	printf '[groups]\nall_users_group = everybody\n' >>"$conf"
	changed
}

services_and_their_groups_are() {
	published || return
	printf '[service-account "svc-backup"]\nclient_id = b\npam_services = sshd\n' >>"$conf"
	changed || return
	echo 'groups = backups' >>"$conf"
	changed
}

another_uid_key_is() {
	published || return
	echo $other_key >"$root/etc/playpen/uid.key"
	changed
}

what_each_sign_in_reads_anew_is_not() {
	published || return
	printf '[service.sudo]\nsign_in_max_age = 5m\n[groups]\ngroups_ttl = 1h\n' >>"$conf"
	is_published
}

a_first_login_file_that_nobody_trusts_is_a_fault() {
	published || return
	chmod 644 "$root/var/lib/playpen/first-login"
	gives 1 'first-login is damaged or foreign' --root "$root" status || return
	gives 1 'first-login is damaged or foreign' --root "$root" doctor || return
	"$playpenctl" --root "$root" publish && is_published
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0"); do
	[ "$each" = is_published ] || runs "$each"
done
finish
