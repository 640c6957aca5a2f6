#!/bin/bash
# SPDX-License-Identifier: MIT
# Accounts files: apply, accounts export, accounts merge, and locks of a file.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
files=$root/etc/playpen/accounts.d

fresh() {
	bare_node "${1:-}" && mkdir -p "$files" && chmod 755 "$files"
}

# bring NAME SERIAL LINE...: a whole file, put there by rename.
bring() {
	local name=$1 serial=$2
	shift 2
	{
		echo "{\"serial\":$serial}"
		[ $# = 0 ] || printf '%s\n' "$@"
		echo "{\"end\":$#}"
	} >"$files/.new"
	chmod 644 "$files/.new" && mv "$files/.new" "$files/$name.jsonl"
}

signs_in() { # NAME SUBJECT
	"$node" "$root" sign-in "$1" "$2" "" 0 2>/dev/null
}

uid_of() {
	"$playpenctl" --root "$root" user show "$1" | sed -n 's/^uid *//p'
}

a_file_is_applied_once() {
	fresh
	bring people 1 '{"name":"alice","uid":5000,"subject":"sub-a"}' \
		'{"name":"bob","locked":true,"reason":"left"}' \
		'{"name":"carol","closed":true,"uid":5002}'
	ctl 0 'people.jsonl:2: alice: added' apply --check &&
		ctl 0 NAME user list && [[ $said != *alice* ]] &&
		ctl 0 'people.jsonl:3: bob: locked (left)' apply &&
		[[ $said == *'people.jsonl:4: carol: closed'* ]] &&
		ctl 0 '' apply && [ -z "$said" ] &&
		[ "$(uid_of alice)" = 5000 ] && [ "$(uid_of carol)" = 5002 ] &&
		signs_in alice sub-a && ! signs_in bob sub-b && ! signs_in carol sub-c
}

only_a_whole_file_without_a_bad_line_unlocks() {
	fresh
	bring people 5 '{"name":"bob","locked":true}' '{"name":"carol","locked":true}'
	ctl 0 'bob: locked' apply || return
	bring people 4
	ctl 1 'serial 4 is lower than 5' apply && ! signs_in bob sub-b || return
	: >"$files/people.jsonl"
	ctl 1 'the file is empty' apply && ! signs_in bob sub-b || return
	printf '{"serial":6}\n' >"$files/people.jsonl"
	ctl 1 'people.jsonl: the last line is missing' apply &&
		! signs_in bob sub-b || return
	rm "$files/people.jsonl"
	ctl 1 'people.jsonl: the file is gone' apply && ! signs_in bob sub-b || return
	bring people 6 '{"name":"mallory","locked":true}' '{"name":"alice","loked":true}'
	ctl 1 'people.jsonl:3: a member that no line has' apply &&
		[[ $said == *'mallory: locked'* ]] &&
		! signs_in bob sub-b && ! signs_in mallory sub-m || return
	bring people 7 '{"name":"bob","locked":false}'
	chmod 664 "$files/people.jsonl"
	ctl 1 'mode is 0664' apply && ! signs_in bob sub-b || return
	chmod 644 "$files/people.jsonl"
	ctl 0 'bob: unlocked' apply && [[ $said == *'carol: unlocked'* ]] &&
		signs_in bob sub-b && signs_in carol sub-c && signs_in mallory sub-m
}

an_empty_file_may_go() {
	fresh
	bring people 1 '{"name":"bob","locked":true}'
	ctl 0 'locked' apply && bring people 2 && ctl 0 'unlocked' apply &&
		rm "$files/people.jsonl" && ctl 0 '' apply
}

a_lock_is_taken_back_by_those_who_said_it() {
	fresh
	bring a 1 '{"name":"bob","locked":true}'
	bring b 1 '{"name":"bob","locked":true}'
	ctl 0 'a.jsonl:2: bob: locked' apply &&
		ctl 1 'bob: locked by /etc/playpen/accounts.d/' user unlock bob &&
		bring a 2 && ctl 0 'bob: unlocked' apply && ! signs_in bob sub-b &&
		ctl 0 'name yet' user lock bob && bring b 2 && ctl 0 'bob: unlocked' apply &&
		! signs_in bob sub-b && ctl 0 '' user unlock bob && signs_in bob sub-b
}

a_closure_is_taken_back_by_the_file_that_said_it() {
	fresh
	bring a 1 '{"name":"bob","uid":5001,"closed":true}'
	ctl 0 'bob: closed' apply &&
		ctl 1 'bob is closed by /etc/playpen/accounts.d/a.jsonl' user reopen bob &&
		bring a 2 '{"name":"bob","uid":5001}' && ctl 0 'bob: reopened' apply &&
		signs_in bob sub-b && [ "$(uid_of bob)" = 5001 ]
}

another_name_does_not_evade_the_lock_of_a_subject() {
	fresh
	bring a 1 '{"name":"bob","subject":"sub-b","locked":true}' \
		'{"subject":"sub-m","locked":true}'
	ctl 0 'subject sub-m: locked' apply && ! signs_in bobby sub-b &&
		! signs_in mallory sub-m && signs_in mallory sub-other
}

who_was_renamed_keeps_uid_and_home() {
	fresh
	local uid
	signs_in carol sub-c || return
	uid=$(uid_of carol)
	bring a 1 '{"name":"caroline","former":["carol"],"subject":"sub-c"}'
	ctl 0 'caroline: renamed (carol)' apply && [ "$(uid_of caroline)" = "$uid" ] &&
		ctl 0 'home          /home/carol' user show caroline || return
	# The same on a node where she never was.
	fresh
	bring a 1 '{"name":"caroline","former":["carol"],"subject":"sub-c"}'
	ctl 0 'caroline: added' apply && [ "$(uid_of caroline)" = "$uid" ] &&
		ctl 0 'home          /home/carol' user show caroline &&
		! signs_in carol sub-x && signs_in caroline sub-c
}

a_time_locks_when_it_comes() {
	fresh
	bring a 1 '{"name":"alice","until":"2099-01-01T00:00:00Z"}' \
		'{"name":"bob","until":"2020-01-01T00:00:00Z"}'
	ctl 0 'alice: lock-set (from 2099-01-01T00:00:00Z)' apply &&
		signs_in alice sub-a && ! signs_in bob sub-b
}

a_home_elsewhere_must_be_the_person_s() {
	fresh
	bring a 1 '{"name":"alice","uid":5000,"home":"/srv/alice"}' \
		'{"name":"bob","home":"/home/../root"}' \
		'{"name":"carol","home":"/home/staff/carol"}'
	ctl 1 'alice: home is not below' apply &&
		[[ $said == *'bob: home is not below'* && $said == *'carol: added'* ]] ||
		return
	mkdir -p "$root/srv/alice"
	chown 5000 "$root/srv/alice" 2>/dev/null || { skipped='not root' && return; }
	bring a 2 '{"name":"alice","uid":5000,"home":"/srv/alice"}'
	ctl 0 'alice: added' apply
}

# Two lists that were put together say two things of one person.
a_line_that_is_refused_lets_nobody_in() {
	fresh
	bring a 1 '{"name":"bob"}' '{"name":"bob","locked":true}' \
		'{"name":"carol","subject":"sub-c"}' \
		'{"name":"caroline","subject":"sub-c","locked":true}' \
		'{"name":"Mal Lory","subject":"sub-m","locked":true}' \
		'{"name":"mallory","until":"2099-01-01T00:00:00Z"}' \
		'{"name":"mallory","closed":true,"reason":"left"}' '{"name":"alice"}'
	ctl 1 'a.jsonl:3: bob: line 2 has the same name' apply &&
		[[ $said == *'a.jsonl:6: name is no valid local name'* ]] &&
		! signs_in bob sub-b && ! signs_in carol sub-c && ! signs_in eve sub-m &&
		! signs_in mallory sub-x && signs_in alice sub-a || return
	bring a 2 '{"name":"bob"}' '{"name":"carol","subject":"sub-c"}'
	ctl 0 'bob: unlocked' apply && signs_in bob sub-b && signs_in carol sub-c &&
		signs_in mallory sub-m
}

a_lock_holds_whatever_becomes_of_its_line() {
	fresh
	echo 'desk:x:5000:5000::/:/bin/sh' >>"$root/etc/passwd"
	bring a 1 '{"name":"bob","uid":5000,"locked":true}'
	ctl 1 'bob: uid or gid 5000 is taken by a local user' apply &&
		[[ $said == *'bob: locked'* ]] && ! signs_in bob sub-b || return
	rm "$root/etc/playpen/uid.key"
	bring a 2 '{"name":"bob","uid":5001,"locked":true}' '{"name":"mallory","locked":true}'
	ctl 1 'mallory: locked' apply
}

a_file_that_was_confirmed_long_ago_is_told() {
	fresh
	ctl 0 '' publish
	bring a 1
	sed -i '1s/.*/{"serial":1,"confirmed":"2020-01-01T00:00:00Z"}/' "$files/a.jsonl"
	ctl 0 '' apply && ctl 1 'a.jsonl: serial 1, 0 lines, confirmed 2020-01-01' status &&
		[[ $said == *'too long ago'* ]] &&
		ctl 1 '"files":[{"name":"a.jsonl","serial":1,"lines":0,"confirmed":1577836800,"late":true}]' \
			status --json || return
	sed -i "1s/.*/{\"serial\":2,\"confirmed\":\"$(date -u +%FT%TZ)\"}/" "$files/a.jsonl"
	ctl 0 '' apply && ctl 0 'serial 2' status && [[ $said != *'too long'* ]]
}

the_answer_is_for_scripts_too() {
	fresh
	bring a 1 '{"name":"bob","locked":true}' '[]'
	ctl 1 '{"file":"a.jsonl","line":2,"name":"bob","change":"locked"}' apply --json &&
		[[ $said == *'{"file":"a.jsonl","line":3,"reason":"json-invalid","message":'* ]]
}

an_export_makes_another_node_know_the_same() {
	fresh
	signs_in alice sub-a && ctl 0 '' user lock alice && signs_in carol sub-c &&
		ctl 0 '' user rename carol caroline && ctl 0 'name yet' user lock bob ||
		return
	local export here
	export=$("$playpenctl" --root "$root" accounts export) || return
	here=$("$playpenctl" --root "$root" user list | awk '{print $1, $2}' | sort)
	fresh
	printf '%s\n' "$export" >"$files/all.jsonl"
	chmod 644 "$files/all.jsonl"
	ctl 0 'caroline: added' apply &&
		[ "$here" = "$("$playpenctl" --root "$root" user list |
			awk '{print $1, $2}' | sort)" ] &&
		! signs_in alice sub-a && ! signs_in bob sub-b && ! signs_in carol sub-x &&
		signs_in caroline sub-c || return
	# The same by hand, once.
	fresh
	printf '%s\n' "$export" >"$root/all"
	ctl 0 '3 taken over, 0 refused' user import "$root/all" &&
		! signs_in alice sub-a && ! signs_in bob sub-b && signs_in caroline sub-c &&
		ctl 4 'no account' user show bob && ctl 0 '' user unlock alice && signs_in alice sub-a
}

merge_names_each_conflict_and_prints_nothing() {
	fresh
	printf '%s\n' '{"serial":3}' '{"name":"alice","uid":5000,"subject":"sub-a"}' \
		'{"name":"bob","locked":true}' '{"end":2}' >"$root/one"
	printf '%s\n' '{"serial":9}' '{"name":"alice","uid":5000}' \
		'{"name":"bob","uid":5001}' '{"name":"carol"}' '{"end":3}' >"$root/two"
	gives 0 '{"name":"bob","uid":5001,"locked":true}' accounts merge \
		"$root/one" "$root/two" --serial 4 &&
		[[ $said == '{"serial":10,'*'{"end":3}' ]] || return
	local text
	while read -r line text; do
		printf '%s\n' '{"serial":1}' "$line" '{"end":1}' >"$root/two"
		gives 1 "$text" accounts merge "$root/one" "$root/two" &&
			[[ $said != *serial* ]] || return
	done <<-'WRONG'
		{"name":"alice","uid":6000} two uids
		{"name":"alice","subject":"sub-x"} two subjects
		{"name":"carol","uid":5000} one uid
		{"name":"carol","subject":"sub-a"} one subject
		{"name":"carol","former":["bob"]} a former name
	WRONG
	head -n 2 "$root/one" >"$root/two"
	gives 1 'the last line' accounts merge "$root/one" "$root/two"
}

for each in a_file_is_applied_once only_a_whole_file_without_a_bad_line_unlocks \
	an_empty_file_may_go a_lock_is_taken_back_by_those_who_said_it \
	a_closure_is_taken_back_by_the_file_that_said_it \
	another_name_does_not_evade_the_lock_of_a_subject \
	who_was_renamed_keeps_uid_and_home a_time_locks_when_it_comes \
	a_home_elsewhere_must_be_the_person_s \
	a_line_that_is_refused_lets_nobody_in a_lock_holds_whatever_becomes_of_its_line \
	a_file_that_was_confirmed_long_ago_is_told the_answer_is_for_scripts_too \
	an_export_makes_another_node_know_the_same \
	merge_names_each_conflict_and_prints_nothing; do
	runs "$each"
done
finish
