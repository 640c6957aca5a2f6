#!/bin/bash
# SPDX-License-Identifier: MIT
# Every cause that doctor finds on a running machine, with an sshd that prints settings
# of the versions before and after 9.8.
set -u
root=
. "$srcdir/tests/ctl/lib.sh"
. "$srcdir/tests/ctl/doctor_lib.sh"

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

# finds RESULT...: these are the results of doctor's findings about penalties. They
# are left in $said.
finds() {
	local results
	said=$("$playpenctl" doctor --offline --json | grep '"id":"sshd-[pe][ex]' |
		grep -vE '"result":"(ok|skipped)"')
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
		[[ $said == *'Set PerSourcePenalties grace-exceeded:5s, as switch enable does.'* ]]
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
		finds '' || return
	done
	sshd_prints 'persourcepenaltyexemptlist 192.0.2.1' \
		"persourcepenalties ${defaults/authfail:5/authfail:10}"
	finds ''
}

an_empty_exempt_list_is_noted_and_is_no_warning() {
	sshd_prints 'persourcepenaltyexemptlist none' \
		"persourcepenalties ${defaults/exceeded:10/exceeded:5}"
	finds note && [[ $said == *"$note"* ]] || return
	sshd_prints 'persourcepenaltyexemptlist 192.0.2.1,198.51.100.0/24' \
		"persourcepenalties ${defaults/exceeded:10/exceeded:5}"
	finds '' && [[ $said != *"$note"* ]] || return
	sshd_prints 'persourcepenaltyexemptlist none' \
		"persourcepenalties $defaults"
	finds warning note && [[ $said == *"$note"* ]]
}

an_sshd_that_counts_no_failures_is_in_order() {
	sshd_prints 'persourcepenaltyexemptlist none' 'persourcepenalties no'
	finds '' && [[ $said != *"$note"* ]] || return
	sshd_prints 'persourcemaxstartups none'
	finds '' && [[ $said != *"$note"* ]]
}

# sshd_new LINE: what `sshd -T` prints more for a new user.
sshd_new() {
	sshd_prints
	printf 'case "$*" in *user=newcomer,*) echo "%s";; esac\n' "$1" >>/usr/sbin/sshd
}

again() {
	sshd_prints
	"$playpenctl" publish
}

keys_command='authorizedkeyscommand /usr/libexec/playpen/playpen-keys %u %U %t %k'

certificates_on() {
	printf '[ssh]\ncertificates = yes\n' >>/etc/playpen/playpen.conf
	"$playpenctl" publish
}

certificates_off() {
	cp -p /var/lib/kept.conf /etc/playpen/playpen.conf
	again
}

content_sshd() {
	"$playpenctl" doctor --offline --json | grep '"id":"sshd-certificates"' |
		grep -q '"result":"ok"'
}

# sshd TEXT SETTING [ID]: a setting that keeps out, and none again.
sshd_cause() { # ID TEXT SETTING
	cause "$1" "$2" "sshd_prints '$3'" sshd_prints
}

sshd_causes() {
	cause sshd 'does not say its settings' \
		'printf "#!/bin/sh\nexit 1\n" >/usr/sbin/sshd' sshd_prints
	sshd_cause sshd-pam 'UsePAM is off' 'usepam no'
	sshd_cause sshd-interactive 'is off for alice' 'kbdinteractiveauthentication no'
	sshd_cause sshd-methods 'AuthenticationMethods (publickey) leaves out' \
		'authenticationmethods publickey'
	sshd_cause sshd-allow-groups 'AllowGroups is without playpen-users' \
		'allowgroups root'
	sshd_cause sshd-deny-groups 'DenyGroups names playpen-users' \
		'denygroups playpen-*'
	sshd_cause sshd-allow-users 'not for alice' 'allowusers root'
	sshd_cause sshd-deny-users 'DenyUsers is for alice' 'denyusers a*@10.*'
	sshd_cause sshd-grace 'LoginGraceTime is 60 s, and a sign-in may take 100' \
		'logingracetime 60'
	sshd_cause sshd-tries 'MaxAuthTries is 1' 'maxauthtries 1'
	sshd_cause sshd-startups 'from 10 connections on' 'maxstartups 10:30:100'
	local line
	for line in 'KbdInteractiveAuthentication no' 'AllowUsers root alice' \
		'AuthenticationMethods publickey' 'DenyUsers new*' 'AllowGroups root' \
		'DenyGroups playpen-users'; do
		cause sshd-new "${line%% *} of sshd keeps new users out, newcomer" \
			"sshd_new '${line,,}'" \
			"sshd_new 'allowgroups playpen-users'"
	done
	sshd_prints
	cp -p /etc/playpen/playpen.conf /var/lib/kept.conf
	cause sshd-certificates 'AuthorizedKeysCommand for alice is none, run as none' \
		'certificates_on' certificates_off
	cause sshd-certificates 'is /usr/libexec/playpen/playpen-keys %u %U %t %k, run as nobody' \
		"certificates_on; sshd_prints '$keys_command' 'authorizedkeyscommanduser nobody'" \
		certificates_off
	cause sshd-certificates 'is /usr/bin/sss_ssh_authorizedkeys %u, run as root' \
		"certificates_on; sshd_prints 'authorizedkeyscommand /usr/bin/sss_ssh_authorizedkeys %u' 'authorizedkeyscommanduser root'" \
		"sshd_prints '$keys_command' 'authorizedkeyscommanduser root' && content_sshd && certificates_off"
	sshd_cause sshd-penalties 'costs an address 10 s' "persourcepenalties $defaults"
	cause sshd-exempt 'users behind one address' \
		"sshd_prints 'persourcepenaltyexemptlist none' 'persourcepenalties ${defaults/exceeded:10/exceeded:5}'" \
		"sshd_prints 'persourcepenaltyexemptlist 192.0.2.1' 'persourcepenalties ${defaults/exceeded:10/exceeded:5}'"
}

# A clock that the kernel says nothing keeps right, or something does.
with_clock() { # STATE
	printf '#include <sys/timex.h>\nint adjtimex(struct timex *t) {return t ? %s : 0;}\n' "$1" |
		"${CC:-cc}" -x c -shared -fPIC -o /var/lib/clock.so - 2>/dev/null &&
		export LD_PRELOAD=/var/lib/clock.so \
			ASAN_OPTIONS=verify_asan_link_order=0
}

# A kernel whose Landlock has this version; -1 for none.
with_landlock() { # VERSION
	printf '%s\n' '#define _GNU_SOURCE' '#include <dlfcn.h>' \
		'#include <sys/syscall.h>' 'long syscall(long n, long a, long b, long c) {' \
		'long (*next)(long, long, long, long) = dlsym(RTLD_NEXT, "syscall");' \
		"return n == SYS_landlock_create_ruleset ? $1 : next(n, a, b, c);}" |
		"${CC:-cc}" -x c -w -shared -fPIC -o /var/lib/landlock.so - 2>/dev/null &&
		export LD_PRELOAD=/var/lib/landlock.so \
			ASAN_OPTIONS=verify_asan_link_order=0
}

landlock_cause() { # VERSION TEXT
	cause kernel-landlock "$2" "with_landlock $1" 'with_landlock 6'
}

landlock_causes() {
	if ! with_landlock 6; then
		skip 'kernel-landlock: found, with advice, and mended' 'no compiler'
		return
	fi
	doctor_json
	baseline=$(results)
	landlock_cause -1 'no rights to files, as Linux 5.13 has'
	landlock_cause 3 'no TCP ports, as Linux 6.7 has'
	landlock_cause 5 'no scopes, as Linux 6.12 has'
	unset LD_PRELOAD
}

other_causes() {
	cause nscd 'allow_new_users lets no new user in' \
		'mkdir -p /run/nscd && : >/run/nscd/socket' 'rm /run/nscd/socket'
	if with_clock TIME_OK 2>/dev/null; then
		doctor_json
		baseline=$(results)
		cause clock-sync 'no program keeps the clock right' \
			'with_clock TIME_ERROR' 'with_clock TIME_OK'
		unset LD_PRELOAD
	else
		skip 'clock-sync: found, with advice, and mended' 'no compiler'
	fi
}

echo '{"name":"alice"}' | "$playpenctl" user import - >/dev/null
again
doctor_json
baseline=$(results)
sshd_causes
other_causes
landlock_causes

for each in $(sed -n 's/^\([a-z]*_[a-z_]*_[a-z_]*\)() {$/\1/p' "$0"); do
	runs "$each"
done
finish
