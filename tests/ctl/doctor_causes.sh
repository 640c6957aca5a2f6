#!/bin/bash
# SPDX-License-Identifier: MIT
# Every cause that doctor finds in files: the node is broken, doctor names the cause
# and what to do, that is done, and doctor is content. Needs no root.
set -u
. "$srcdir/tests/ctl/lib.sh"
. "$srcdir/tests/ctl/doctor_lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 022
conf=$root/etc/playpen/playpen.conf
key_file=$root/etc/playpen/uid.key
pam_d=$root/etc/pam.d
switch=$root/etc/nsswitch.conf

# sets FILE SED-SCRIPT: what was there is kept for back.
sets() {
	cp -p "$1" "$root/kept" && kept=$1 && sed -i "$2" "$1"
}

# adds FILE LINE...: the same with lines behind it.
adds() {
	local file=$1
	shift
	cp -p "$file" "$root/kept" && kept=$file && printf '%s\n' "$@" >>"$file"
}

# gone FILE
gone() {
	kept=$1 && mv "$1" "$root/kept"
}

back() {
	mv "$root/kept" "$kept"
}

ctl_quietly() {
	"$playpenctl" --root "$root" "$@" >/dev/null 2>&1
}

bring_accounts() { # SERIAL CONFIRMED
	mkdir -p "$root/etc/playpen/accounts.d"
	chmod 755 "$root/etc/playpen/accounts.d"
	printf '%s\n' "{\"serial\":$1,\"confirmed\":\"$2\"}" '{"end":0}' \
		>"$root/etc/playpen/accounts.d/people.jsonl"
	chmod 644 "$root/etc/playpen/accounts.d/people.jsonl"
	ctl_quietly apply
}

files() {
	cause conf 'config-invalid: ' 'adds "$conf" "[identity]" "first_logon = off"' back
	cause conf 'mode is 0664' 'chmod 664 "$conf"' 'chmod go-w "$conf"'
	cause conf 'playpen.conf: no such file' 'gone "$conf"' back
	cause conf 'allow_http' 'sets "$conf" s/https:/http:/' back
	cause published 'since the last publish' 'sets "$conf" "s/allow_new_users.*/allow_new_users = a*/"' \
		'ctl_quietly publish && back && ctl_quietly publish'
	cause client-secret 'secret-unreadable: ' 'sets "$conf" "s|^id = .*|&\nsecret_file = /etc/playpen/secret|"' \
		'install -m 600 /dev/null "$root/etc/playpen/secret" && echo s >"$root/etc/playpen/secret"'
	cause client-secret 'secret-unreadable: ' 'chmod 644 "$root/etc/playpen/secret"' \
		'chmod 600 "$root/etc/playpen/secret" && back'
	cause uid-key 'uid-key-missing: ' 'gone "$key_file"' \
		'ctl_quietly uid-key install "$root/kept"' published
	cause uid-key 'mode is 0644' 'chmod 644 "$key_file"' 'chmod 600 "$key_file"' published
	cause uid-key 'uid-key-changed: ' 'sets "$key_file" s/^0001/ffff/' back published
	cause uid-key-form 'must be 32 hex digits' 'sets "$key_file" s/^0001/nonsense/' \
		'ctl_quietly uid-key install "$root/kept"' published
	cause state 'state-unreadable: ' 'gone "$root/var/lib/playpen/state.db"' back
	cause index 'there is none' 'rm "$root/var/lib/playpen/index.v1"' 'ctl_quietly publish'
	cause index 'first-login is damaged' 'echo x >"$root/var/lib/playpen/first-login"' \
		'ctl_quietly publish' published
	cause conf-services '[service.sshdd] names the PAM service sshdd' \
		'adds "$conf" "[service.sshdd]" "timeout = 50s"' back
	cause conf-groups '[service.sudo] require_groups names the group devs' \
		'"$node" "$root" sign-in bob sub-b dev 0; adds "$conf" "[service.sudo]" "require_groups = devs"; ctl_quietly publish' \
		'back; ctl_quietly publish'
	cause conf-groups '[service.su] deny_groups names the group devs' \
		'adds "$conf" "[service.su]" "deny_groups = devs"; ctl_quietly publish' \
		'back; ctl_quietly publish'
}

the_worker() {
	cause worker-user 'there is no user playpen' 'sets "$root/etc/passwd" /^playpen/d' back
	cause worker-root 'has uid 0' 'sets "$root/etc/passwd" s/:990:/:0:/' back
	cause worker-cache 'fetches the keys again' 'chmod 755 "$root/var/cache/playpen"' \
		'chmod 700 "$root/var/cache/playpen"'
}

names() {
	cause nss-module 'is in no directory' 'gone "$root/usr/lib/x/libnss_playpen.so.2"' back
	cause nss-new-module 'is in no directory' \
		'gone "$root/usr/lib/x/libnss_playpen_new.so.2"' back
	cause nsswitch 'passwd does not name playpen' 'sets "$switch" "/^passwd/s/playpen //"' back
	cause nsswitch 'group does not name playpen' 'gone "$switch"' back
	cause nsswitch-return 'passwd ends with NOTFOUND=return' \
		'sets "$switch" "/^passwd/s/playpen/[NOTFOUND=return] playpen/"' back
	cause nsswitch-order 'passwd has playpen before files' \
		'sets "$switch" "s/^passwd.*/passwd: playpen files playpen_new/"' back
	cause nsswitch-new 'group does not name playpen_new' \
		'sets "$switch" "/^group/s/playpen_new//"' back
	cause nsswitch-last 'passwd has sss behind playpen_new' \
		'sets "$switch" "/^passwd/s/$/ sss/"' back
	cause nsswitch-down 'group goes on to playpen_new if sss does not answer' \
		'sets "$switch" "/^group/s/playpen_new/sss playpen_new/"' \
		'sed -i "/^group/s/sss/sss [!NOTFOUND=return]/" "$switch"'
	cause new-users 'allow_new_users is off' \
		'sets "$conf" "s/^allow_new_users.*/allow_new_users = off/"' back published
	cause nsswitch-initgroups 'initgroups does not name' 'adds "$switch" "initgroups: files"' back
	cause local-name 'alice is a local user and a playpen account' \
		'adds "$root/etc/passwd" alice:x:1000:1000::/home/a:/bin/sh' back
	cause local-number 'of the local group staff and of alice' \
		'adds "$root/etc/group" "staff:x:$(ctl_uid alice):"' back local-range
	cause group-name-free 'gives the group platform-admins something' \
		'mkdir -p "$root/etc/sudoers.d"; echo "%platform-admins ALL=(ALL) ALL" >"$root/etc/sudoers.d/10"' \
		'conf "[service.sudo]" "require_groups = platform-admins" && ctl_quietly publish && rm "$root/etc/sudoers.d/10"; good' group-rules
	cause group-rules '/etc/sudoers.d/10: group dev goes by a claim group' \
		'mkdir -p "$root/etc/sudoers.d"; echo "%dev ALL=(ALL) ALL" >"$root/etc/sudoers.d/10"' \
		'rm "$root/etc/sudoers.d/10"'
	cause group-rules '/etc/ssh/sshd_config: Match Group d* goes by a claim group' \
		'mkdir -p "$root/etc/ssh"; echo "Match User x Group root,d*" >"$root/etc/ssh/sshd_config"' \
		'rm "$root/etc/ssh/sshd_config"'
	cause group-rules-late '/etc/ssh/sshd_config: DenyGroups dev goes by a claim group' \
		'echo "DenyGroups dev playpen-users" >"$root/etc/ssh/sshd_config"; adds "$conf" "[service.sshd]" "groups_changed = continue"; ctl_quietly publish' \
		'rm "$root/etc/ssh/sshd_config"; back; ctl_quietly publish'
	cause group-rules-late '/etc/security/access.conf: group dev goes by a claim group' \
		'mkdir -p "$root/etc/security"; echo "- : (dev) : ALL" >"$root/etc/security/access.conf"' \
		'rm "$root/etc/security/access.conf"'
	cause group-name-user 'gives the group alice something' \
		'mkdir -p "$root/etc/sudoers.d"; echo "%alice ALL=(ALL) ALL" >"$root/etc/sudoers.d/10"' \
		'rm "$root/etc/sudoers.d/10"'
}

accounts() {
	cause local-range 'the local user late has the number' \
		'adds "$root/etc/passwd" late:x:1879048300:100::/:/bin/sh' back
	cause account-issuer '1 accounts are bound at https://dex.example/dex, bob' \
		'"$node" "$root" sign-in bob sub-b dev 0; sets "$conf" s/dex.example/new.example/' back
	again
	cause account-groups 'groups of 1 accounts, bob' \
		'"$node" "$root" sign-in bob sub-b unknown 0; ctl_quietly publish' \
		'"$node" "$root" sign-in bob sub-b dev 0; ctl_quietly publish'
	again
	cause accounts-age 'people.jsonl was confirmed last at 2020-01-01' \
		'bring_accounts 1 2020-01-01T00:00:00Z' \
		'bring_accounts 2 "$(date -u +%FT%TZ)"'
	again
	cause conf-denial '[service.su] has deny_groups with missing_claim = none' \
		'adds "$conf" "[service.su]" "deny_groups = dev" "[groups]" "missing_claim = none"; ctl_quietly publish' \
		'back; ctl_quietly publish'
	cause conf-scope '[service.sudo] goes by groups' \
		'adds "$conf" "[service.sudo]" "require_groups = dev" && sed -i "s/^id = .*/&\nscopes = openid profile federated:id/" "$conf"; ctl_quietly publish' \
		'back; ctl_quietly publish'
	cause conf-ssh-client 'the client playpen-login of [ssh] is also the client of [client]' \
		'adds "$conf" "[ssh]" "certificates = yes" "client = playpen-login"; ctl_quietly publish' \
		'back; ctl_quietly publish'
	cause conf-ssh-client 'playpen-ssh of [ssh] is also in trusted_audiences' \
		'adds "$conf" "[ssh]" "certificates = yes" && sed -i "s/^id = .*/&\ntrusted_audiences = playpen-ssh/" "$conf"; ctl_quietly publish' \
		'back; ctl_quietly publish'
	cause shell '/bin/bash of new users is not a program' 'rm "$root/bin/bash"' \
		'install -m 755 /dev/null "$root/bin/bash"'
	cause home-owner '/home/alice belongs to the uid' 'mkdir "$root/home/alice"' \
		'rmdir "$root/home/alice"'
	cause home-parent '/home/ does not exist' 'rmdir "$root/home"' 'mkdir "$root/home"'
	cause pam-mkhomedir 'no session line of sshd' 'sets "$pam_d/sshd" /mkhomedir/d' back
	cause any-user 'no user can sign in' \
		'sets "$conf" "s/^allow_new.*/allow_new_users = off/"; ctl_quietly user lock alice; ctl_quietly publish' \
		'back; ctl_quietly user unlock alice; ctl_quietly publish' new-users
	cause emergency 'no local user has a password' 'sets "$root/etc/shadow" "s/:[^:]*/:!/"' back
	cause emergency 'no local user has a password' \
		'sets "$root/etc/passwd" "s|/bin/sh$|/usr/sbin/nologin|"' back
	cause user-rules '/etc/cron.allow, last changed at' 'echo alice >"$root/etc/cron.allow"' \
		'rm "$root/etc/cron.allow"'
	cause user-rules '/etc/ssh/keys/alice.pub, last changed at' \
		'mkdir -p "$root/etc/ssh/keys" && : >"$root/etc/ssh/keys/alice.pub" &&
		echo "AuthorizedKeysFile /etc/ssh/keys/%u.pub" >"$root/etc/ssh/sshd_config"' \
		'rm -r "$root/etc/ssh"'
	cause leftovers '/etc/playpen/uid.key.new is left over' ': >"$root/etc/playpen/uid.key.new"' \
		'rm "$root/etc/playpen/uid.key.new"'
}

# one_person: of alice, who has an account, and of bob, who is new.
one_person() {
	person=bob baseline=
	cause person-sign-in 'new-user-refused: ' \
		'sets "$conf" "s/^allow_new.*/allow_new_users = a*/"; ctl_quietly publish' \
		'back; ctl_quietly publish'
	cause person-local 'bob is a local user' \
		'adds "$root/etc/passwd" bob:x:1000:1000::/home/b:/bin/sh' back
	cause person-sign-in 'name-of-group: ' \
		'adds "$conf" "[service.sudo]" "require_groups = bob"' back
	cause person-account 'bob has an account: uid' \
		'"$node" "$root" sign-in bob sub-b dev 0' good
	"$node" "$root" sign-in bob sub-b dev 0
	baseline=person-account
	cause person-sign-in 'locked: ' 'ctl_quietly user lock bob' 'ctl_quietly user unlock bob'
	cause person-services 'sudo refuses: group-missing: ' \
		'adds "$conf" "[service.sudo]" "require_groups = admins"' back
	person='' baseline=''
	again
}

ctl_uid() { # NAME
	"$playpenctl" --root "$root" user show "$1" | sed -n 's/^uid *//p'
}

stacks() {
	local auth=$pam_d/common-auth account=$pam_d/common-account
	cause pam-module 'in no directory of PAM modules' \
		'gone "$root/usr/lib/x/security/pam_playpen.so"' back
	cause pam-sshd 'not in the stack of sshd' \
		'sets "$pam_d/sshd" "s/.*common.*/account required pam_unix.so/"' back
	cause pam-services 'not in the stacks of login, sudo, su, systemd-user' \
		'cp "$auth" "$pam_d/a"; cp "$account" "$pam_d/b"; sets "$pam_d/sshd" "s/common-auth/a/; s/common-account/b/"; sed -i /playpen/d "$auth" "$account"' \
		'cp "$pam_d/a" "$auth"; cp "$pam_d/b" "$account"; back'
	cause pam-files 'login include a file that cannot be read' \
		'adds "$pam_d/login" "@include nothing"' back
	cause pam-both 'is in auth and not in account' 'sets "$account" /playpen/d' back pam-services
	cause pam-both 'is in account and not in auth' 'sets "$auth" /playpen/d' back
	cause pam-auth 'with the control [success=9' 'sets "$auth" /playpen/s/success=2/success=9/' back
	cause pam-auth-order 'before pam_playpen.so, so playpen users' \
		'sets "$auth" "/playpen/d; \$a auth [success=1 ignore=ignore default=die] pam_playpen.so\nauth required pam_deny.so\nauth required pam_permit.so"' back
	cause pam-account 'sshd, login, sudo, su, systemd-user: account has' \
		'sets "$account" /playpen/s/=die/=ignore/' back
	cause pam-account-bypass 'PAM of sshd: account has pam_localuser.so (sufficient)' \
		'sets "$pam_d/sshd" "1i account sufficient pam_localuser.so"' back
}

# Each row of the table is a cause here, on a machine or with a provider.
every_check_has_a_cause() {
	local lost
	lost=$(comm -23 <("$playpenctl" doctor --list --json | jq -r .id | sort -u) \
		<(cat "$srcdir"/tests/ctl/doctor_*.sh "$srcdir"/tests/e2e/test_doctor*.py |
			grep -oE 'cause [a-z-]+|[({]"[a-z]+(-[a-z]+)*' |
			grep -oE '[a-z-]+$' | sort -u))
	[ -z "$lost" ] || echo "# without a cause:" $lost
	[ -z "$lost" ]
}

# The provider would say bob@example.org, as strip_domain wants it.
a_domain_that_is_cut_keeps_no_person_out() {
	good
	person=bob
	sets "$conf" 's/^allow_new.*/&\nstrip_domain = example.org/'
	grep -q '^strip_domain' "$conf" && ctl_quietly publish && doctor_json &&
		[ -z "$(results)" ] && jq -se 'any(.[]; .id == "person-sign-in" and
			.result == "ok")' <<<"$said" >/dev/null
	local status=$?
	[ $status = 0 ] || grep '"fault"' <<<"$said" | sed 's/^/# /'
	person=
	return $status
}

the_list_says_what_each_check_needs() {
	gives 0 'provider             fault    network, root' doctor --list &&
		[ -z "$("$playpenctl" doctor --list --json | jq -r 'select(
			(.asks | length) < 10 or (.sentence | length) < 2 or
			(.needs_network | type) != "boolean" or
			(.needs_root | type) != "boolean").id')" ] &&
		[ -z "$("$playpenctl" doctor --list --json | jq -r .id | sort | uniq -d)" ]
}

# again: the node as it was, for the next cause.
again() {
	good
}

good
for each in files the_worker names accounts one_person stacks; do
	"$each"
done
runs every_check_has_a_cause
runs a_domain_that_is_cut_keeps_no_person_out
runs the_list_says_what_each_check_needs
finish
