#!/bin/bash
# SPDX-License-Identifier: MIT
# doctor on roots that are in order, and with one thing wrong each time.
set -u
. "$srcdir/tests/ctl/lib.sh"
. "$srcdir/tests/ctl/doctor_lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 022

doctor() { # STATUS TEXT
	gives "$1" "$2" --root "$root" doctor
}

# wrong TEXT: a fault that says so, and the exit status of one.
wrong() {
	doctor 1 "$1" && grep -q '^fault' <<<"$said"
}

a_good_node_has_no_fault() {
	good
	doctor 0 '0 faults, 0 warnings' || return
	local part
	for part in 'conf                 the configuration can be read' \
		'uid-key              the uid key is there' \
		'nsswitch-order       nsswitch.conf has playpen behind files' \
		'pam-sshd             PAM of sshd has pam_playpen.so' \
		'local-name           no playpen user'; do
		[[ $said == *"$part"* ]] || { echo "# no: $part" && return 1; }
	done
}

json_has_one_object_for_each_finding() {
	good
	gives 0 '{"id":"pam-sshd","asks":"PAM of sshd has pam_playpen.so","result":"ok",' \
		--root "$root" doctor --json || return
	rm "$root/etc/playpen/uid.key"
	gives 1 '"result":"fault","message":"uid-key-missing: ' \
		--root "$root" doctor --json &&
		[[ $said == *'"advice":"Run playpenctl uid-key install'* ]] &&
		! grep -qv '^{"id":.*}$' <<<"$said"
}

what_is_missing_is_a_fault() {
	good
	rm "$root/etc/playpen/playpen.conf"
	wrong 'playpen.conf: no such file' || return
	good
	rm "$root/var/lib/playpen/index.v1"
	wrong 'there is none; see playpenctl publish' || return
	good
	rm "$root/usr/lib/x/security/pam_playpen.so"
	wrong 'pam_playpen.so is in no directory of PAM modules' || return
	good
	rm "$root/usr/lib/x/libnss_playpen.so.2"
	wrong 'libnss_playpen.so.2 is in no directory' || return
	good
	sed -i /playpen/d "$root/etc/passwd"
	doctor 0 'there is no user playpen' && [[ $said == *'1 warning'* ]]
}

nsswitch_is_read_as_glibc_does() {
	good
	sed -i 's/^group.*/group: files # playpen/' "$root/etc/nsswitch.conf"
	wrong 'group does not name playpen' || return
	good
	sed -i 's/^passwd.*/passwd: files [NOTFOUND=return] playpen playpen_new/' \
		"$root/etc/nsswitch.conf"
	wrong 'passwd ends with NOTFOUND=return' || return
	good
	echo 'initgroups: files' >>"$root/etc/nsswitch.conf"
	wrong 'initgroups does not name playpen' || return
	good
	echo 'initgroups: files playpen' >>"$root/etc/nsswitch.conf"
	sed -i 's/^passwd.*/passwd: files [SUCCESS=return] playpen playpen_new/' \
		"$root/etc/nsswitch.conf"
	doctor 0 '0 faults, 0 warnings' || return
	sed -i 's/^passwd.*/passwd: playpen files playpen_new/' "$root/etc/nsswitch.conf"
	doctor 0 'passwd has playpen before files'
}

# breaks TEXT SED-SCRIPT FILE: a stack with one line changed is a fault.
breaks() {
	good
	sed -i "$2" "$root/etc/pam.d/$3"
	wrong "$1"
}

a_stack_with_any_other_control_is_a_fault() {
	breaks 'auth has pam_playpen.so with the control sufficient' \
		'/playpen/s/\[.*\]/sufficient/' common-auth &&
		breaks 'auth has pam_playpen.so with the control [success=1' \
			'/playpen/s/success=2/success=1/' common-auth &&
		breaks 'auth has pam_playpen.so with' \
			'/playpen/s/success=2/success=9/' common-auth &&
		breaks 'auth has pam_playpen.so with' \
			'/playpen/s/=die/=ignore/' common-auth &&
		breaks 'auth has pam_playpen.so with' \
			'/playpen/s/=die/=die user_unknown=ignore/' common-auth &&
		breaks 'account has pam_playpen.so with the control [success=end' \
			'/playpen/s/success=ok/success=end/' common-account &&
		breaks 'account has pam_playpen.so with the control required' \
			'/playpen/s/\[.*\]/required/' common-account
}

a_stack_that_can_pass_us_by_is_a_fault() {
	breaks 'PAM of sshd: account has pam_localuser.so (sufficient)' \
		'1i account sufficient pam_localuser.so' sshd &&
		breaks 'account has pam_unix.so ([success=3' \
			's/success=1 new/success=3 new/' common-account &&
		breaks 'pam_playpen.so is in auth and not in account' \
			'/playpen/d' common-account || return
	good
	printf 'account sufficient pam_x.so\n' | pam part
	sed -i '1i account substack part' "$root/etc/pam.d/sshd"
	doctor 0 '0 faults'
}

# localuser CONTROL [ARGUMENT]: pam_localuser right in front of both our lines.
localuser() {
	good
	sed -i "/playpen/i auth $1 pam_localuser.so ${2:-}" \
		"$root/etc/pam.d/common-auth"
	sed -i "/playpen/i account $1 pam_localuser.so ${2:-}" \
		"$root/etc/pam.d/common-account"
}

what_passes_us_by_for_local_users_alone_is_none() {
	local what='account has pam_localuser.so'
	localuser '[success=1 default=ignore]'
	doctor 0 '0 faults, 0 warnings' || return
	localuser '[success=1 default=ignore]' file=/etc/others
	wrong "$what" || return
	localuser '[default=1]'
	wrong "$what" || return
	localuser '[success=1 user_unknown=1 default=ignore]'
	wrong "$what"
}

services_without_us_are_told() {
	good
	echo 'auth required pam_unix.so' | pam su
	wrong 'pam_playpen.so is not in the stacks of su:' || return
	good
	echo '@include nothing' | pam sshd
	wrong 'pam_playpen.so is not in the stack of sshd' &&
		[[ $said == *'the stacks of sshd include a file that cannot be read'* ]] || return
	good
	sed -i '/playpen/d; $a auth [success=1 ignore=ignore default=die] pam_playpen.so\nauth required pam_deny.so\nauth required pam_permit.so' \
		"$root/etc/pam.d/common-auth"
	doctor 0 'auth has pam_unix.so before pam_playpen.so'
}

services_that_the_machine_has_not_are_told() {
	good
	conf '[service.sudo]' 'sign_in_max_age = 5m' '[service.cron]' 'groups_check = fresh'
	doctor 0 '0 faults, 0 warnings' || return
	conf '[service.sshd-typo]' 'sign_in_max_age = 5m'
	doctor 0 '[service.sshd-typo] names the PAM service sshd-typo, which this machine' ||
		return
	good
	mkdir -p "$root/usr/lib/pam.d"
	echo '@include common-auth' >"$root/usr/lib/pam.d/vendor"
	conf '[service-account "svc-backup"]' 'client_id = b' 'pam_services = sshd vendor'
	"$playpenctl" --root "$root" publish
	doctor 0 '0 faults, 0 warnings' || return
	conf 'pam_services = sshdd'
	doctor 0 'pam_services of [service-account "svc-backup"] names the PAM service sshdd'
}

groups_that_nobody_has_are_told() {
	good
	conf '[groups.map]' 'acme:ops = operators' 'acme:root = sudo'
	"$playpenctl" --root "$root" publish
	doctor 0 '0 faults, 0 warnings' || return
	"$node" "$root" sign-in bob sub-b dev 0 || return
	"$playpenctl" --root "$root" publish
	doctor 0 '[groups.map] names the group operators' &&
		[[ $said == *' 1 warning'* ]] || return
	echo operators:x:500: >>"$root/etc/group"
	"$playpenctl" --root "$root" publish
	doctor 0 '0 faults, 0 warnings' || return
	conf '[service.sudo]' 'require_groups = dev playpen-users'
	"$playpenctl" --root "$root" publish
	doctor 0 '0 faults, 0 warnings' || return
	conf 'require_groups = devs'
	doctor 0 '[service.sudo] require_groups names the group devs'
}

what_to_do_about_the_id_key_fits_what_is_wrong() {
	good
	chmod 644 "$root/etc/playpen/uid.key"
	wrong 'mode is 0644' && [[ $said == *'chmod 600'* ]] || return
	good
	rm "$root/etc/playpen/uid.key"
	wrong 'no such file' && [[ $said == *'uid-key new on the first'* ]] ||
		return
	good
	echo $other_key >"$root/etc/playpen/uid.key"
	wrong 'accounts here were made with' &&
		[[ $said == *'f6025b78a35fcef3'*'Install the remembered key again'* ]] ||
		return
	good
	echo nonsense >"$root/etc/playpen/uid.key"
	wrong 'must be 32 hex digits' && [[ $said == *'puts a whole key there'* ]]
}

collisions_with_local_names_and_numbers_are_faults() {
	good
	echo 'alice:x:1000:1000::/home/a:/bin/sh' >>"$root/etc/passwd"
	wrong 'alice is a local user and a playpen account' || return
	good
	local uid
	uid=$("$playpenctl" --root "$root" user show alice |
		sed -n 's/^uid *//p')
	echo "staff:x:$uid:" >>"$root/etc/group"
	wrong "$uid is the number of the local group staff and of alice"
}

groups_that_a_name_could_take_are_told() {
	good
	mkdir -p "$root"/etc/{sudoers.d,ssh/sshd_config.d}
	cat >"$root/etc/sudoers" <<-'SUDOERS'
		# %comment ALL=(ALL) ALL
		User_Alias ADMINS = %wheel, %dev, \
			%sudo, "%Staff 2", %#27, %:domain
		root ALL=(ALL:ALL) ALL
		alice ALL=(ALL) /bin/date +%s
	SUDOERS
	printf '%s\n' 'Include /etc/ssh/sshd_config.d/*.conf' \
		'PermitRootLogin no' 'DenyGroups others' \
		>"$root/etc/ssh/sshd_config"
	doctor 0 'group-name-free      no group of sudoers' || return
	[[ $said == *'0 faults, 0 warnings'* ]] || return
	echo '%platform-admins ALL=(ALL:ALL) ALL' >"$root/etc/sudoers.d/10-admins"
	echo 'AllowGroups root ssh-people ssh-*' \
		>"$root/etc/ssh/sshd_config.d/x.conf"
	doctor 0 '/etc/sudoers.d/10-admins gives the group platform-admins' &&
		[[ $said == *'x.conf gives the group ssh-people'* ]] &&
		[[ $said == *'0 faults, 2 warnings'* ]] || return
	mv "$root/etc/sudoers.d/10-admins" "$root/etc/sudoers.d/10.admins"
	doctor 0 '0 faults, 1 warning' || return
	sed -i 's/allow_new_users.*/allow_new_users = a*/' \
		"$root/etc/playpen/playpen.conf"
	"$playpenctl" --root "$root" publish
	doctor 0 '0 faults, 0 warnings' || return
	configure "$root" $'[service.sudo]\nrequire_groups = platform-admins ssh-people'
	"$playpenctl" --root "$root" publish
	doctor 0 '0 faults, 0 warnings' || return
	mv "$root/etc/sudoers.d/10.admins" "$root/etc/sudoers.d/10-admins"
	doctor 0 '0 faults, 0 warnings' || return
	echo '%alice ALL=(ALL) ALL' >"$root/etc/sudoers.d/20-alice"
	doctor 0 'a playpen account has that name'
}

nothing_is_changed() {
	good
	local before
	before=$(cd "$root" && find . -printf '%p %m %s %T@\n' | sort | sha256sum)
	doctor 0 '0 faults' && [ "$before" = \
		"$(cd "$root" && find . -printf '%p %m %s %T@\n' | sort | sha256sum)" ]
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0"); do
	runs "$each"
done
finish
