#!/bin/bash
# SPDX-License-Identifier: MIT
# What doctor reports of sshd's penalties, with an sshd that prints settings of the
# versions before and after 9.8.
set -u
. "$srcdir/tests/ctl/lib.sh"

on_a_machine "$0" "$@"
mkdir -p /var/lib/sbin /var/lib/sbin-work
mount -t overlay -o \
	lowerdir=/usr/sbin,upperdir=/var/lib/sbin,workdir=/var/lib/sbin-work \
	overlay /usr/sbin || skip_all 'no overlay file system'

note='users behind one address share its penalties'
defaults='crash:90 authfail:5 noauth:1 grace-exceeded:10 refuseconnection:10 max:600 min:15'

# sshd_prints [LINE...]: what `sshd -T` prints, besides settings that are in order.
sshd_prints() {
	cat >/usr/sbin/sshd <<-SSHD
		#!/bin/sh
		cat <<'SETTINGS'
		usepam yes
		kbdinteractiveauthentication yes
		logingracetime 120
		maxstartups 64:30:128
		$(printf '%s\n' "$@")
		SETTINGS
	SSHD
	chmod 755 /usr/sbin/sshd
}

# finds RESULT...: these are the results of doctor's findings about sshd. They are
# left in $said.
finds() {
	local results
	said=$("$playpenctl" doctor --offline --json | grep '"check":"sshd"')
	results=$(jq -r .result <<<"$said" | xargs)
	[ "$results" = "$*" ] && return
	printf '# wanted: %s\n%s\n' "$*" "$said" | sed '2,$s/^/#   /'
	return 1
}

an_unanswered_sign_in_that_costs_more_is_a_warning() {
	sshd_prints 'persourcepenaltyexemptlist 192.0.2.1' \
		"persourcepenalties $defaults"
	finds warning &&
		[[ $said == *'costs an address 10 s (PerSourcePenalties grace-exceeded:10), a wrong password 5 s'* ]] &&
		[[ $said == *'Set PerSourcePenalties grace-exceeded:5s, as setup enable does.'* ]]
}

the_advice_is_the_price_of_a_wrong_password() {
	sshd_prints 'persourcepenaltyexemptlist 192.0.2.1' \
		"persourcepenalties ${defaults/authfail:5/authfail:2}"
	finds warning && [[ $said == *'grace-exceeded:2s'* ]]
}

one_that_costs_no_more_is_not() {
	local seconds
	for seconds in 5 4 0; do
		sshd_prints 'persourcepenaltyexemptlist 192.0.2.1' \
			"persourcepenalties ${defaults/exceeded:10/exceeded:$seconds}"
		finds ok || return
	done
	sshd_prints 'persourcepenaltyexemptlist 192.0.2.1' \
		"persourcepenalties ${defaults/authfail:5/authfail:10}"
	finds ok
}

an_empty_exempt_list_is_noted_and_is_no_warning() {
	sshd_prints 'persourcepenaltyexemptlist none' \
		"persourcepenalties ${defaults/exceeded:10/exceeded:5}"
	finds ok ok && [[ $said == *"$note"* ]] || return
	sshd_prints 'persourcepenaltyexemptlist 192.0.2.1,198.51.100.0/24' \
		"persourcepenalties ${defaults/exceeded:10/exceeded:5}"
	finds ok && [[ $said != *"$note"* ]] || return
	sshd_prints 'persourcepenaltyexemptlist none' \
		"persourcepenalties $defaults"
	finds warning ok && [[ $said == *"$note"* ]]
}

an_sshd_that_counts_no_failures_is_in_order() {
	sshd_prints 'persourcepenaltyexemptlist none' 'persourcepenalties no'
	finds ok && [[ $said != *"$note"* ]] || return
	sshd_prints 'persourcemaxstartups none'
	finds ok && [[ $said != *"$note"* ]]
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*_[a-z_]*\)() {$/\1/p' "$0"); do
	runs "$each"
done
finish
