#!/bin/bash
# SPDX-License-Identifier: MIT
# playpenctl --root DIR: a link in DIR leads to a place in DIR or nowhere, at each part
# of each path; nothing beside DIR is read or written. Needs no root.
set -u
. "$srcdir/tests/ctl/lib.sh"

top=$(mktemp -d)
trap 'rm -rf "$top"' EXIT
umask 022
root=$top/root
outside=$top/outside

# A node with an account in DIR, and another one beside it, whose only account and
# whose group nobody in DIR has heard of.
begin() {
	mkdir -p "$root"
	bare_node
	"$node" "$root" sign-in alice sub-a dev 0 || return
	ctl 0 '' publish || return
	mkdir -p "$root/run/playpen" "$root/etc/sudoers.d" "$root/home/alice"
	rm -rf "$outside"
	cp -a "$root" "$outside"
	(
		root=$outside
		"$node" "$root" sign-in mallory sub-m dev 0 && ctl 0 '' publish
		echo '%outside-group ALL=(ALL) ALL' >"$root/etc/sudoers.d/x"
	)
}

# What stands in the place of a link must not change, not even its times.
outside_sum() {
	find "$outside" -printf '%p %i %s %m %T@\n' | sort | sha256sum
	find "$outside" -type f -print0 | sort -z | xargs -0 sha256sum
}

# Every command that reads or writes files of DIR.
each_command() {
	local words
	while read -r words; do
		# shellcheck disable=SC2086
		"$playpenctl" --root "$root" $words 2>&1
	done <<-COMMANDS
		doctor --offline
		status
		publish
		user list
		user show alice
		user lock alice
		user unlock alice
		user logout alice
		doctor alice
		group list
		user delete bob
		issuer move https://old.example
		uid-key fingerprint
		uid-key new
		uid-key install $top/key
	COMMANDS
	"$playpenctl" --root "$root" user import "$top/roster" 2>&1
}

# attack PATH: PATH of DIR is a link to the same path beside it.
attack() {
	local before said target
	for target in "$outside$1" "$(realpath -m --relative-to="$(dirname "$root$1")" \
		"$outside$1")"; do
		begin || return
		rm -rf "${root:?}$1"
		ln -s "$target" "$root$1" || return
		before=$(outside_sum)
		said=$(each_command)
		if [ "$before" != "$(outside_sum)" ]; then
			echo "# $1 -> $target: something was written outside"
			return 1
		fi
		if grep -qE 'mallory|outside-group' <<<"$said"; then
			echo "# $1 -> $target: something was read outside:"
			grep -E 'mallory|outside-group' <<<"$said" | sed 's/^/#   /'
			return 1
		fi
	done
}

no_link_leads_out_of_the_root() {
	local path
	echo $key >"$top/key"
	echo '{"name":"bob"}' >"$top/roster"
	for path in /etc /etc/playpen /etc/playpen/playpen.conf /etc/playpen/uid.key \
		/etc/playpen/uid.key.lock /etc/playpen/playpen.conf.d /etc/passwd /etc/group \
		/etc/nsswitch.conf /etc/hosts /etc/sudoers.d /etc/sudoers.d/x /var /var/lib \
		/var/lib/playpen /var/lib/playpen/state.db /var/lib/playpen/index.v1 \
		/var/lib/playpen/index.v1.lock /var/lib/playpen/index.v1.new \
		/var/lib/playpen/first-login /var/lib/playpen/publish.lock \
		/run /run/playpen /run/playpen/sign-ins /home /home/alice; do
		attack "$path" || return
	done
}

# The accepted twin: the same links lead to places inside.
a_link_to_a_place_inside_is_followed() {
	begin || return
	mv "$root/etc" "$root/inside-etc"
	ln -s /inside-etc "$root/etc"
	mv "$root/var/lib" "$root/state"
	ln -s ../../../../../state "$root/var/lib"
	ctl 0 alice user list && ctl 0 f6025b78a35fcef3 uid-key fingerprint &&
		ctl 0 '' user lock alice && ctl 0 '' publish &&
		[ ! -e /inside-etc ] && [ -s "$root/state/playpen/index.v1" ]
}

# The attack works if paths are only put together: what the test looks for is there.
the_node_beside_it_has_what_the_attack_is_after() {
	begin || return
	(root=$outside && ctl 0 mallory user list)
}

runs no_link_leads_out_of_the_root
runs a_link_to_a_place_inside_is_followed
runs the_node_beside_it_has_what_the_attack_is_after
finish
