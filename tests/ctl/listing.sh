#!/bin/bash
# SPDX-License-Identifier: MIT
# What lists of accounts are good for: who has not come, and a roster.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 022

# A node with a person, one of a roster, a service, a closed one.
fresh() {
	bare_node '[service-account "svc-backup"]
		client_id = backup
		pam_services = sshd'
	sed -i 's/^[ \t]*//' "$root/etc/playpen/playpen.conf"
	"$node" "$root" sign-in alice sub-a dev 40 &&
		"$node" "$root" sign-in bob sub-b dev 40 &&
		echo '{"name":"chief","uid":1234}' |
		gives 0 '1 taken over' --root "$root" user import - &&
		gives 0 '' --root "$root" user close bob &&
		gives 0 '' --root "$root" publish
}

who_has_not_come_is_no_service() {
	fresh && gives 0 svc-backup --root "$root" user list &&
		gives 0 alice --root "$root" user list --inactive 30 &&
		[[ $said == *chief* && $said != *svc-backup* && $said != *bob* ]]
}

one_account_has_its_sign_ins_in_json_too() {
	fresh || return
	local boot uid place=$root/run/playpen/sign-ins
	boot=$(cat /proc/sys/kernel/random/boot_id)
	uid=$("$playpenctl" --root "$root" user show alice | sed -n 's/^uid *//p')
	gives 0 '"sign_ins":[]' --root "$root" user show alice --json || return
	mkdir -p "$place"
	printf '%s %s 0\n' "$boot" "$uid" >"$place/c1.$uid"
	chmod 600 "$place/c1.$uid"
	gives 0 '"sign_ins":[{"session":"' --root "$root" user show alice --json &&
		[[ $said == *'"name":"alice"'* && $said == *'"age":'* ]]
}

# The line that docs/how-to/roster.md has.
as_roster() {
	sed -n 's/^    \(playpenctl accounts export .*\)/\1/p' \
		"$srcdir/docs/how-to/roster.md"
}

another_node_takes_the_accounts_over_as_a_roster() {
	fresh || return
	local line
	line=$(as_roster)
	[ -n "$line" ] || return
	playpenctl() { "$playpenctl" --root "$root" "$@"; }
	(cd "$root" && eval "$line") || return
	unset -f playpenctl
	[ "$(wc -l <"$root/people.jsonl")" = 5 ] || return
	local shown
	shown=$("$playpenctl" --root "$root" user show alice | sed /sign-in/d)
	rm -rf "$root/var/lib/playpen"
	gives 0 '3 taken over, 0 refused' --root "$root" user import \
		"$root/people.jsonl" &&
		grep -v '^groups\|^bound' <<<"$shown" | while read -r line; do
			"$playpenctl" --root "$root" user show alice |
				tr -s ' ' | grep -qF "$(tr -s ' ' <<<"$line")" || exit 1
		done
}

a_refusal_is_explained_by_its_reference() {
	fresh || return
	mkdir -p "$root/var/log"
	cat >"$root/var/log/auth.log" <<-'LOG'
		2026-11-29T08:00:00+00:00 n7 playpen-policy[7]: result=reject reason=locked stage=account service=sshd name=bob ref=0badcafe message="locked by root"
		2026-11-29T09:00:00+00:00 n7 playpen-policy[8]: result=reject reason=deadline stage=auth service=sudo name=alice said="x ref=0badcafe" ref=12345678 message=late
	LOG
	gives 0 'reason     locked' --root "$root" doctor --why 0badcafe || return
	[[ $said == *'name       bob'* && $said == *'message    locked by root'* &&
		$said == *'2026-11-29T08:00:00+00:00'* && $said == *'user unlock'* &&
		$said == *'playpenctl doctor bob'* && $said != *alice* ]] &&
		gives 0 'name       alice' --root "$root" doctor --why 12345678 &&
		gives 1 'no line with ref=ffffffff' --root "$root" doctor --why ffffffff &&
		gives 1 'a reference has 8 digits' --root "$root" doctor --why ../../x
}

# What sshd logs of a stranger's name, and what would move a terminal or be run when
# it is pasted; the twin is a line in the old form of syslog.
a_line_of_another_program_explains_nothing() {
	fresh || return
	mkdir -p "$root/var/log"
	{
		echo 'Nov  9 08:00:00 n7 playpen-policy[7]: result=reject reason=locked name="x;reboot" ref=0badcafe message="a\e[2Jb"' | sed 's/\\e/\x1b/'
		echo '2026-11-29T09:00:00+00:00 n7 sshd[9]: Invalid user playpen-policy[7]: reason=deadline ref=0badcafe from 192.0.2.1'
		echo '2026-11-29T09:00:00+00:00 n7 sshd[9]: Invalid user x reason=deadline ref=12345678 from 192.0.2.1'
		echo '2026-11-29T09:00:00+00:00 n7 playpen-policy[9] reason=deadline ref=12345678'
	} >"$root/var/log/auth.log"
	gives 1 'no line with ref=12345678' --root "$root" doctor --why 12345678 &&
		gives 0 'reason     locked' --root "$root" doctor --why 0badcafe || return
	[[ $said == *'any local user can write'* && $said == *'Nov  9 08:00:00'* &&
		$said != *deadline* && $said != *$'\e'* && $said != *'doctor x'* ]]
}

for each in a_refusal_is_explained_by_its_reference a_line_of_another_program_explains_nothing who_has_not_come_is_no_service \
	one_account_has_its_sign_ins_in_json_too \
	another_node_takes_the_accounts_over_as_a_roster; do
	runs "$each"
done
finish
