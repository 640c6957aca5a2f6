#!/bin/bash
# SPDX-License-Identifier: MIT
# Files of other programs that name who gets a name: what the commands tell of
# them. Needs no root.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 077
date=2020-01-01T00:00:00Z
told="carol: the name is in /etc/sudoers.d/old of $date"
object='{"name":"carol","named_in":"/etc/sudoers.d/old","changed_at":"'$date'"}'

# A node with a rule for carol, and alice, whom no file names.
begin() {
	bare_node
	"$node" "$root" sign-in alice sub-alice dev 0 || return
	mkdir -p "$root/etc/sudoers.d"
	echo 'carol ALL=(ALL) ALL' >"$root/etc/sudoers.d/old"
	touch -d $date "$root/etc/sudoers.d/old"
}

accounts_file() { # LINE
	mkdir -p "$root/etc/playpen/accounts.d"
	chmod 755 "$root/etc/playpen/accounts.d"
	printf '%s\n' '{"serial":1}' "$1" '{"end":1}' \
		>"$root/etc/playpen/accounts.d/a.jsonl"
	chmod 644 "$root/etc/playpen/accounts.d/a.jsonl"
}

# says_nothing ARGUMENT...: the command succeeds, and tells of no file.
says_nothing() {
	local text
	text=$("$playpenctl" --root "$root" "$@" 2>&1) || return
	[[ "$text" != *'the name is in'* && "$text" != *named_in* ]]
}

an_import_tells() {
	begin && ctl 0 "$told" user import - <<<'{"name":"carol"}' &&
		says_nothing user import - <<<'{"name":"carol"}' &&
		ctl 0 "$told" user import - \
			<<<'{"name":"carol","subject":"sub-c"}' &&
		says_nothing user import - <<<'{"name":"bob"}' &&
		begin && ctl 0 "$object" user import --json - \
			<<<'{"name":"carol"}'
}

an_accounts_file_tells() {
	begin && accounts_file '{"name":"carol"}' &&
		ctl 0 "$told" apply --check && ctl 0 "$told" apply &&
		says_nothing apply &&
		begin && accounts_file '{"name":"carol"}' &&
		ctl 0 "$object" apply --json &&
		begin && accounts_file '{"name":"bob"}' && says_nothing apply &&
		begin && accounts_file '{"name":"carol","former":["alice"]}' &&
		ctl 0 "$told" apply
}

a_rename_tells() {
	begin && ctl 0 "$told" user rename alice carol &&
		says_nothing user rename carol bob
}

a_binding_tells() {
	begin && says_nothing user import - <<<'{"name":"bob"}' &&
		ctl 0 "$told" user import - <<<'{"name":"carol"}' &&
		ctl 0 "$told" user bind carol --subject sub-c &&
		says_nothing user bind bob --subject sub-b
}

# More people than one list of names holds: those at both ends are told of.
many_people_are_taken_over() {
	local text last='p5000: the name is in /etc/sudoers.d/old'
	begin && echo 'p1,p5000 ALL=(ALL) ALL' >"$root/etc/sudoers.d/old" ||
		return
	seq 5000 | sed 's/.*/{"name":"p&"}/' >"$root/people"
	text=$("$playpenctl" --root "$root" user import "$root/people" 2>&1)
	[[ "$text" = *'p1: the name is in'*"$last"*'5000 taken over'* ]] ||
		return
	begin && echo 'p1,p5000 ALL=(ALL) ALL' >"$root/etc/sudoers.d/old" ||
		return
	accounts_file ''
	seq 5000 | sed '1i {"serial":1}
		s/.*/{"name":"p&"}/; $a {"end":5000}' \
		>"$root/etc/playpen/accounts.d/a.jsonl"
	text=$("$playpenctl" --root "$root" apply 2>&1) || return
	[[ "$text" = *'p1: the name is in'*"$last"* ]]
}

a_name_that_gets_an_owner_is_told_of() {
	an_import_tells && an_accounts_file_tells && a_rename_tells &&
		a_binding_tells
}

runs many_people_are_taken_over
runs a_name_that_gets_an_owner_is_told_of
finish
