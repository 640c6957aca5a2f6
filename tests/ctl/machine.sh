#!/bin/bash
# SPDX-License-Identifier: MIT
# The built command on a machine of its own: root's powers, processes.
set -u
. "$srcdir/tests/ctl/lib.sh"

on_a_machine "$0" "$@"
cp "$playpenctl" /var/lib/t/playpenctl
chmod 755 /var/lib/t /var/lib/t/playpenctl

root_alone_may() {
	playpenctl=/var/lib/t/playpenctl
	said=$(setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$playpenctl" user list 2>&1)
	[ $? = 1 ] && [[ $said == *'needs root'* ]] && gives 0 NAME user list
}

sign_in_somebody() {
	"$node" "" sign-in playpen-alice sub-a dev 0 && gives 0 '' publish
}

of() {
	"$playpenctl" user show playpen-alice | sed -n 's/^uid *//p'
}

becomes() { # PID PROGRAM: it has become that
	[ "$(cat "/proc/$1/comm")" = "$2" ]
}

a_process_hinders_forgetting() {
	sign_in_somebody || return
	setpriv --reuid "$(of)" --clear-groups sleep 600 &
	local process=$!
	until_true becomes $process sleep || return
	gives 1 "still has process $process" user delete playpen-alice || return
	kill $process
	wait $process 2>/dev/null
	gives 0 '' user delete playpen-alice
}

what_the_former_person_runs_is_told() {
	sign_in_somebody || return
	gives 0 '' user unbind playpen-alice || return
	"$node" "" sign-in playpen-alice sub-a dev 0 || return
	setpriv --reuid "$(of)" --clear-groups sleep 600 &
	local process=$!
	until_true becomes $process sleep || return
	gives 0 "1 processes of uid $(of) still run; playpenctl user lock playpen-alice --kill" \
		user close playpen-alice && kill -0 $process &&
		gives 0 '' user reopen playpen-alice
	local status=$?
	kill $process
	wait $process 2>/dev/null
	return $status
}

lock_kill_ends_all_processes() {
	sign_in_somebody || return
	setpriv --reuid "$(of)" --clear-groups sleep 600 &
	local theirs=$!
	setpriv --reuid "$(of)" --clear-groups \
		bash -c 'trap "" TERM HUP; echo >&3; while sleep 0.01; do :; done' \
		3>/run/deaf &
	local stubborn=$!
	sleep 600 &
	local ours=$!
	until_true becomes $theirs sleep && until_true test -s /run/deaf || return
	gives 0 '' user lock playpen-alice && kill -0 $theirs || return
	gives 0 'ended ' user lock playpen-alice --kill || return
	wait $theirs $stubborn 2>/dev/null
	kill -0 $ours && kill $ours
	wait $ours 2>/dev/null
	! pgrep -u "$(of)" >/dev/null &&
		gives 0 'state         locked' user show playpen-alice &&
		gives 0 'ended 0 processes' user lock playpen-alice --kill
}

lock_kill_of_an_unknown_name_is_refused_once() {
	gives 4 'no account of that name is known' \
		user lock playpen-nobody --if-known --kill &&
		[ "$(wc -l <<<"$said")" = 1 ]
}

lock_kill_ends_them_whatever_playpen_conf_has() {
	gives 0 '' user unlock playpen-alice || return
	setpriv --reuid "$(of)" --clear-groups sleep 600 &
	local theirs=$! status
	until_true becomes $theirs sleep || return
	echo 'nonsense = yes' >>/etc/playpen/playpen.conf
	gives 1 'ended 1 processes' user lock playpen-alice --kill &&
		[[ $said == *'stored; not published: '* ]]
	status=$?
	sed -i '/^nonsense/d' /etc/playpen/playpen.conf
	kill $theirs 2>/dev/null && status=1
	wait $theirs 2>/dev/null
	[ $status = 0 ] && gives 0 'state         locked' user show playpen-alice
}

lock_kill_ends_root_shells_of_their_logins() {
	(echo "$(of)" >/proc/self/loginuid && exec sleep 600) 2>/dev/null &
	local shell=$!
	until_true becomes $shell sleep || return
	if [ "$(cat /proc/$shell/loginuid 2>/dev/null)" != "$(of)" ]; then
		skipped="the kernel sets no login uid here"
		return 0
	fi
	gives 0 'ended 1 processes' user lock playpen-alice --kill
}

for each in root_alone_may a_process_hinders_forgetting \
	what_the_former_person_runs_is_told \
	lock_kill_ends_all_processes lock_kill_of_an_unknown_name_is_refused_once \
	lock_kill_ends_them_whatever_playpen_conf_has \
	lock_kill_ends_root_shells_of_their_logins; do
	runs "$each"
done
finish
