#!/bin/bash
# SPDX-License-Identifier: MIT
# What ends with a person's right to an account: their sign-ins, and the token
# that asks the provider again. Needs no root.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 077

# alice and bob have signed in, have a session each and a refresh token.
begin() {
	bare_node
	mkdir -p "$root/run/playpen/"{sign-ins,refresh}
	local name
	for name in alice bob; do
		"$node" "$root" sign-in $name sub-$name dev 0 || return
		uid=$("$playpenctl" --root "$root" user show $name |
			sed -n 's/^uid *//p')
		printf '%s %s 1000\n' "$(cat /proc/sys/kernel/random/boot_id)" \
			"$uid" >"$root/run/playpen/sign-ins/logind-$name.$uid"
		echo token >"$root/run/playpen/refresh/$uid"
	done
	alice=$(echo "$root"/run/playpen/sign-ins/logind-alice.*)
	alice=${alice##*.}
}

alice_s_are_gone() {
	[ ! -e "$root/run/playpen/sign-ins/logind-alice.$alice" ] &&
		[ ! -e "$root/run/playpen/refresh/$alice" ] && bob_s_are_there
}

alice_s_are_there() {
	[ -e "$root/run/playpen/sign-ins/logind-alice.$alice" ] &&
		[ -e "$root/run/playpen/refresh/$alice" ] && bob_s_are_there
}

bob_s_are_there() {
	[ "$(ls "$root/run/playpen/sign-ins" | grep -c bob)" = 1 ] &&
		[ -e "$root/run/playpen/refresh/$uid" ]
}

closing_ends_the_sign_ins() {
	begin && ctl 4 'no account' user close mallory && alice_s_are_there &&
		ctl 0 'ended 1 sign-ins' user close alice && alice_s_are_gone
}

so_does_letting_somebody_else_have_the_account() {
	begin && ctl 0 'ended 1 sign-ins' user unbind alice &&
		alice_s_are_gone
}

so_does_binding_it_to_a_person() {
	begin && ctl 0 'ended 1 sign-ins' user unbind alice || return
	local left="$root/run/playpen/sign-ins/ticket-0123"
	printf '%s %s 1000\n' "$(cat /proc/sys/kernel/random/boot_id)" \
		"$alice" >"$left"
	echo token >"$root/run/playpen/refresh/$alice"
	ctl 0 'ended 1 sign-ins' user bind alice --subject sub-z &&
		[ ! -e "$left" ] && alice_s_are_gone
}

a_binding_that_is_refused_ends_nothing() {
	begin && ctl 1 'alice is bound to subject sub-alice' \
		user bind alice --subject sub-z && alice_s_are_there
}

following_the_issuer_ends_nothing() {
	begin && sed -i 's,^url.*,url = https://new.example,' \
		"$root/etc/playpen/playpen.conf" &&
		ctl 0 'moved 2 accounts' \
			issuer move https://dex.example/dex &&
		alice_s_are_there
}

for each in closing_ends_the_sign_ins \
	so_does_letting_somebody_else_have_the_account \
	so_does_binding_it_to_a_person \
	a_binding_that_is_refused_ends_nothing \
	following_the_issuer_ends_nothing; do
	runs "$each"
done
finish
