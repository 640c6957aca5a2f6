#!/bin/bash
# SPDX-License-Identifier: MIT
# The built command on nodes below scratch roots: every command, every refusal
# with its accepted twin. Needs no root.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
umask 077 # the command's files have modes of their own

# A node without anybody.
fresh() {
	bare_node "${1:-}"
	mkdir -p "$root/run/playpen/"{sign-ins,login-slots}
}

# alice has signed in today, bob 40 days ago, chief is of the roster.
people() {
	fresh
	"$node" "$root" sign-in alice sub-a "dev ops" 0 &&
		"$node" "$root" sign-in bob sub-b dev 40 &&
		echo '{"name":"chief","uid":2000}' |
		"$playpenctl" --root "$root" user import - >/dev/null
}

uid_of() {
	"$playpenctl" --root "$root" user show "$1" | sed -n 's/^uid *//p'
}

is_published() { # TEXT
	grep -aq "$1" "$root/var/lib/playpen/index.v1"
}

without_arguments_it_says_what_to_do() {
	gives 2 'see playpenctl --help' &&
		gives 0 'user lock NAME [--if-known] [--kill]' --help &&
		gives 0 'playpenctl 0.' --version
}

help_of_a_noun_shows_its_commands_alone() {
	gives 0 'user lock' user --help && [[ $said != *uid-key* ]] &&
		gives 0 'user lock' user lock --help && [[ $said != *unlock* ]]
}

misuse_is_told_from_failure() {
	fresh
	ctl 2 'no such command: nonsense' nonsense &&
		ctl 2 'user what? see playpenctl user --help' user &&
		ctl 2 'no such command: user nonsense; see playpenctl user --' \
			user nonsense &&
		ctl 2 'no such command: --nonsense' --nonsense &&
		gives 2 'no such command: --rootless' --rootless "$root" user list &&
		gives 2 'no such command: --rootless=' --rootless="$root" user list &&
		"$playpenctl" --root="$root" user list >/dev/null &&
		ctl 2 'usage: playpenctl user lock NAME [--if-known] [--kill]' user lock &&
		ctl 2 'usage: playpenctl user lock' user lock a b &&
		ctl 2 'usage: playpenctl user lock' user lock a --kil &&
		ctl 2 'usage: playpenctl user list' user list --json --json &&
		ctl 2 'usage: playpenctl user list' user list --json=yes &&
		ctl 2 'usage: playpenctl user list' user list --inactive &&
		ctl 2 'a number of days' user list --inactive=soon &&
		ctl 2 '--subject SUB' user bind alice &&
		ctl 2 'subject or the issuer is empty' user bind alice --subject= &&
		ctl 2 'is for this machine' user lock alice --kill &&
		ctl 2 'is for this machine' test-login alice &&
		gives 2 'a directory that exists' --root /nonexistent status &&
		ctl 4 'no account of that name' user lock alice --if-known
}

the_nearest_command_or_option_is_named() {
	fresh
	ctl 2 'no such command: usr; did you mean user?' usr list &&
		ctl 2 'no such command: user lsit; did you mean list?' user lsit &&
		ctl 2 'no such command: login; did you mean test-login?' login x &&
		ctl 2 'no such command: id-key; did you mean uid-key?' id-key new &&
		ctl 2 'no such command: --verison; did you mean --version?' --verison &&
		ctl 2 'no such option: --kil; did you mean --kill?' user lock a --kil &&
		[[ $said == *'usage: playpenctl user lock NAME [--if-known] [--kill]'* ]] &&
		ctl 2 'no such option: --jsno; did you mean --json?' \
			user list --inactive 3 --jsno=1 &&
		ctl 2 'no such option: --token; did you mean --access-token?' \
			verify --nonce --x --token t &&
		ctl 2 'no such option: --nobody' user bind alice --nobody &&
		[[ $said != *'did you mean'* ]] &&
		ctl 2 'usage: ' user lock && [[ $said != *'no such'* ]]
}

a_new_key_is_made_once() {
	fresh
	rm "$root/etc/playpen/uid.key"
	ctl 1 'no such file' uid-key fingerprint &&
		ctl 0 'fingerprint ' uid-key new || return
	local first=${said##* }
	grep -qx '[0-9a-f]\{32\}' "$root/etc/playpen/uid.key" &&
		[ "$(stat -c %a "$root/etc/playpen/uid.key")" = 600 ] &&
		ctl 1 'is there already' uid-key new &&
		ctl 0 "$first" uid-key fingerprint
}

a_key_can_come_before_the_configuration() {
	fresh
	rm -r "$root/etc/playpen"
	ctl 0 'fingerprint ' uid-key new &&
		[ "$(stat -c %a "$root/etc/playpen")" = 755 ] &&
		ctl 1 'playpen.conf: no such file' publish
	configure "$root"
	ctl 0 '' publish
}

a_key_of_another_node_is_installed() {
	fresh
	rm "$root/etc/playpen/uid.key"
	echo $key >"$root/key"
	echo "$key and more" >"$root/bad"
	ctl 1 '32 hex digits' uid-key install "$root/bad" &&
		[ ! -e "$root/etc/playpen/uid.key" ] &&
		ctl 1 'No such file' uid-key install "$root/none" &&
		ctl 0 'fingerprint ' uid-key install "$root/key" &&
		cmp "$root/key" "$root/etc/playpen/uid.key" &&
		[ "$(stat -c %a "$root/etc/playpen/uid.key")" = 600 ] &&
		ctl 0 'fingerprint ' uid-key install - <"$root/key"
}

another_key_than_the_accounts_have_is_warned_of() {
	people || return
	echo $key >"$root/key"
	echo $other_key >"$root/other"
	ctl 0 'fingerprint ' uid-key install "$root/key" &&
		[[ $said != *'made with'* ]] &&
		ctl 1 'accounts here were made with' uid-key install "$root/other" &&
		ctl 0 'in order' status &&
		ctl 0 'accounts here were made with' \
			uid-key install "$root/other" --replace &&
		ctl 1 'accounts here were made with' status &&
		! "$node" "$root" sign-in desk sub-d "" 0 2>/dev/null &&
		ctl 0 'no new user can sign in: the uid key' publish &&
		ctl 0 'fingerprint ' uid-key install "$root/key" &&
		ctl 0 'in order' status &&
		"$node" "$root" sign-in desk sub-d "" 0
}

a_wrong_configuration_gets_no_key() {
	fresh 'nonsense = yes'
	rm "$root/etc/playpen/uid.key"
	ctl 1 'nonsense' uid-key new && [ ! -e "$root/etc/playpen/uid.key" ]
}

publish_makes_the_index_for_all_to_read() {
	people || return
	rm "$root/var/lib/playpen/index.v1"
	ctl 0 '' publish && is_published alice && is_published playpen-users &&
		[ "$(stat -c %a "$root/var/lib/playpen/index.v1")" = 644 ] &&
		[ "$(stat -c %a "$root/var/lib/playpen/first-login")" = 600 ]
}

publish_needs_a_key() {
	fresh
	rm "$root/etc/playpen/uid.key"
	ctl 1 'see playpenctl uid-key' publish
	[ ! -e "$root/var/lib/playpen/index.v1" ] || return
	echo $key >"$root/etc/playpen/uid.key"
	ctl 0 '' publish
}

publish_makes_the_accounts_of_services() {
	fresh '[service-account "svc-backup"]
client_id = backup
pam_services = sshd
groups = ops'
	ctl 0 '' publish && is_published svc-backup &&
		ctl 0 'service-account' user list
}

publish_complains_of_a_service_that_cannot_be() {
	fresh '[service-account "alice"]
client_id = a
pam_services = sshd'
	configure "$root"
	"$node" "$root" sign-in alice sub-a "" 0 || return
	configure "$root" '[service-account "alice"]
client_id = a
pam_services = sshd
[service-account "svc-backup"]
client_id = b
pam_services = sshd'
	ctl 1 "alice is a person's account" publish && is_published svc-backup
}

users_are_listed_with_their_state() {
	people || return
	ctl 0 'NAME ' user list &&
		grep -q '^alice  *[0-9]*  bound .* dev ops$' <<<"$said" &&
		grep -q '^chief  *2000  imported  *never' <<<"$said" &&
		ctl 0 '{"name":"alice","uid":' user list --json &&
		[ "$(wc -l <<<"$said")" = 3 ]
}

users_who_stay_away_are_listed() {
	people || return
	ctl 0 bob user list --inactive 30 && [[ $said != *alice* ]] &&
		[[ $said == *chief* ]] &&
		ctl 0 chief user list --inactive=50 --json && [[ $said != *bob* ]]
}

a_user_is_shown() {
	people || return
	ctl 0 'subject       sub-a' user show alice &&
		[[ $said == *'full name     A \xc3\xa9 Person'* ]] &&
		ctl 0 '"subject":"sub-a"' user show alice --json &&
		[[ $said == *'A \u00e9 Person'* ]] &&
		ctl 4 'mallory: no account of that name' user show mallory
}

a_wrong_configuration_hinders_nobody_from_looking() {
	people || return
	echo 'nonsense = yes' >>"$root/etc/playpen/playpen.conf"
	ctl 0 alice user list && ctl 0 sub-a user show alice &&
		ctl 0 dev group list && ctl 1 nonsense user lock alice
}

a_locked_user_is_kept_out_until_unlocked() {
	people || return
	ctl 0 '' user lock alice && ctl 0 'state         locked' user show alice &&
		! "$node" "$root" sign-in alice sub-a "" 0 2>/dev/null &&
		ctl 0 '' user unlock alice &&
		"$node" "$root" sign-in alice sub-a "" 0 &&
		ctl 4 'mallory: no account and no lock' user unlock mallory
}

what_is_done_already_has_an_exit_status_of_its_own() {
	people || return
	ctl 3 '' user unlock alice && ctl 0 '' user lock alice &&
		ctl 3 '' user lock alice && ctl 3 '' user lock alice --if-known &&
		ctl 0 '' user unlock alice && ctl 3 '' user unlock alice &&
		ctl 3 '' user reopen alice && ctl 0 '' user close alice &&
		ctl 3 '' user close alice && ctl 0 '' user reopen alice &&
		ctl 3 '' user reopen alice
}

a_name_is_locked_before_anybody_has_it() {
	people || return
	ctl 4 'no account of that name' user lock mallory --if-known &&
		ctl 4 'no account and no lock' user unlock mallory &&
		ctl 0 'no account has that name yet' user lock mallory &&
		ctl 3 '' user lock mallory &&
		ctl 0 'mallory ' user list && [[ $said == *locked*never* ]] &&
		ctl 0 '{"name":"mallory","issuer":null,"subject":null,"bound":false,"locked":true,' \
			user list --json &&
		ctl 4 'no account' user show mallory &&
		! "$node" "$root" sign-in mallory sub-m "" 0 2>/dev/null &&
		ctl 0 '' user unlock mallory &&
		ctl 0 NAME user list && [[ $said != *mallory* ]] &&
		"$node" "$root" sign-in mallory sub-m "" 0 &&
		ctl 0 '' user lock mallory --if-known && ctl 0 '' user unlock mallory
}

a_subject_is_locked_whatever_its_name() {
	people || return
	ctl 4 'no account is bound to that subject' \
		user lock --subject sub-m --if-known &&
		ctl 0 'no account has that subject yet' user lock --subject sub-m &&
		ctl 3 '' user lock --subject sub-m &&
		ctl 0 'subject sub-m' user list &&
		! "$node" "$root" sign-in mallory sub-m "" 0 2>/dev/null &&
		ctl 0 '' user unlock --subject sub-m &&
		ctl 3 '' user unlock --subject sub-m &&
		"$node" "$root" sign-in mallory sub-m "" 0 &&
		ctl 0 '' user lock --subject sub-m &&
		ctl 0 'state         locked' user show mallory &&
		ctl 0 '' user unlock mallory &&
		ctl 1 'neither may be empty' user lock --subject '' &&
		ctl 0 'no account has that subject yet' \
			user lock --subject sub-m --issuer https://other.example &&
		ctl 0 'state         bound' user show mallory
}

a_lock_that_keeps_nobody_out_is_refused() {
	people || return
	ctl 1 'root is a local user' user lock root &&
		ctl 1 'no valid local name' user lock 'Bob!'
}

a_closed_account_keeps_name_and_uid_until_reopened() {
	people || return
	ctl 0 '' user close alice &&
		ctl 0 'state         closed' user show alice &&
		! "$node" "$root" sign-in alice sub-n "" 0 2>/dev/null &&
		ctl 0 '' user reopen alice &&
		"$node" "$root" sign-in alice sub-a "" 0 &&
		ctl 4 'mallory: no account' user close mallory &&
		ctl 4 'mallory: no account' user reopen mallory
}

a_renamed_user_keeps_uid_and_home() {
	people || return
	local uid
	uid=$(uid_of alice)
	ctl 1 'there is an account bob' user rename alice bob &&
		ctl 1 'no valid local name' user rename alice Zed &&
		ctl 4 'mallory: no account' user rename mallory zed &&
		ctl 0 '' user rename alice zed && [ "$(uid_of zed)" = "$uid" ] &&
		ctl 0 'home          /home/alice' user show zed && is_published zed &&
		ctl 4 'no account' user show alice
}

a_user_is_deleted_when_nothing_is_left() {
	people || return
	mkdir -p "$root/home/alice"
	ctl 1 'still has ' user delete alice || return
	rmdir "$root/home/alice"
	ctl 0 '' user delete alice && ctl 4 'no account' user show alice &&
		! is_published alice && ctl 4 'alice: no account' user delete alice
}

a_user_is_bound_to_a_person() {
	people || return
	ctl 1 'chief: the subject is bound to alice' \
		user bind chief --subject sub-a &&
		ctl 0 '' user bind chief --subject sub-c --connector ldap &&
		ctl 0 'connector     ldap' user show chief &&
		[[ $said == *'issuer        https://dex.example/dex'* ]] &&
		ctl 1 'chief is bound to subject sub-c' \
			user bind chief --subject sub-d &&
		ctl 4 'mallory: no account' user bind mallory --subject sub-m
}

nobody_is_bound_or_taken_over_by_another_key() {
	people || return
	echo $other_key >"$root/etc/playpen/uid.key"
	echo '{"name":"desk"}' >"$root/roster"
	ctl 1 'accounts here were made with' user bind chief --subject sub-c &&
		ctl 1 'accounts here were made with' user import "$root/roster" ||
		return
	echo $key >"$root/etc/playpen/uid.key"
	ctl 0 '' user bind chief --subject sub-c &&
		ctl 0 '1 taken over' user import "$root/roster"
}

another_person_gets_an_account_that_nobody_is_bound_to() {
	people || return
	! "$node" "$root" sign-in alice sub-new "" 0 2>/dev/null &&
		ctl 0 '' user unbind alice &&
		"$node" "$root" sign-in alice sub-new "" 0 &&
		ctl 4 'mallory' user unbind mallory
}

everybody_follows_the_issuer() {
	people || return
	ctl 0 'moved 0 accounts' issuer move https://dex.example/dex ||
		return
	ctl 0 '' user bind chief --subject sub-c --issuer http://old.example &&
		ctl 0 'moved 1 accounts to https://dex.example/dex' \
			issuer move http://old.example &&
		ctl 0 '' user unbind chief &&
		ctl 0 '' user bind chief --subject sub-a --issuer http://old.example &&
		ctl 1 'the subject of chief has an account' \
			issuer move http://old.example
}

a_roster_goes_in_but_for_what_cannot() {
	fresh
	cat >"$root/roster" <<-'ROSTER'
		{"name":"alice","groups":["dev"],"gecos":"Alice","shell":"/bin/zsh"}
		{"name":"bob","uid":2000,"subject":"sub-b","issuer":"https://x.example","connector":"ldap","home":"/home/guests/bob"}

		{"name":"elf","uid":2000}
		{"name":"mallory","uuid":1}
		{"name":"Bad"}
		nonsense
		{"uid":2001}
		{"name":"low","uid":10}
		{"name":"text","uid":"2002"}
		{"name":"half","groups":["a",1]}
		{"name":"nul\u0000"}
		{"name":"twice","name":"twice"}
		{"name":"minus","uid":-1}
		{"name":"part","uid":1.5}
		{"name":"vast","uid":4294967296}
		{"name":"large","uid":2147483648}
	ROSTER
	ctl 1 '2 taken over, 14 refused' user import "$root/roster" || return
	local line text
	while read -r line text; do
		[[ $said == *"roster:$line: $text"* ]] || {
			echo "# line $line: not \"$text\" in"
			sed 's/^/#   /' <<<"$said"
			return 1
		}
	done <<-'WANTED'
		4 elf: uid or gid 2000 is taken by bob; uid
		5 a member that no line has
		6 Bad: Bad is no valid local name
		7 byte 0: malformed value
		8 a line without name must lock a subject
		9 low: uid 10 is not for people
		10 member uid is not
		11 member groups is not
		12 member name is not
		13 byte
		14 member uid is not
		15 member uid is not
		16 member uid is not
		17 large: uid 2147483648 is not for people
	WANTED
	ctl 0 'home          /home/guests/bob' user show bob && is_published alice &&
		[[ $said == *'issuer        https://x.example'* ]] &&
		[[ $said == *'subject       sub-b'*'connector     ldap'* ]] &&
		ctl 0 'shell         /bin/zsh' user show alice &&
		[[ $said == *'full name     Alice'* ]] &&
		head -n 2 "$root/roster" >"$root/good" &&
		ctl 0 '2 taken over, 0 refused' user import "$root/good"
}

refusals_of_a_roster_are_for_scripts_too() {
	fresh
	printf '%s\n' '{"name":"alice","uid":2000}' '{"name":"bob","uid":2000}' \
		nonsense >"$root/roster"
	ctl 1 '{"line":2,"name":"bob","reason":"uid-collision","message":"' \
		user import "$root/roster" --json &&
		grep -q '^{"line":2,.*,"free_uid":[0-9]*}$' <<<"$said" &&
		grep -q '^{"line":3,"name":null,"reason":"json-' <<<"$said" &&
		[ "$(tail -n 1 <<<"$said")" = '{"taken":1,"refused":2}' ] &&
		[ "$(wc -l <<<"$said")" = 3 ] || return
	head -n 1 "$root/roster" >"$root/good"
	ctl 0 '{"taken":1,"refused":0}' user import "$root/good" --json
}

a_roster_line_has_a_limit() {
	fresh
	{
		printf '{"name":"alice","gecos":"%070000d"}\n' 0
		printf '{"name":"bob","gecos":"%01000d"}\n' 0
	} >"$root/roster"
	ctl 1 'roster:1: a line of more than' user import "$root/roster" &&
		ctl 0 bob user list && [[ $said != *alice* ]] &&
		ctl 1 'No such file' user import "$root/none"
}

an_image_without_its_directories_is_told_from_an_empty_one() {
	fresh
	rmdir "$root/var/lib"
	ctl 1 'var/lib/playpen/state.db cannot be made: No such file' \
		user import "$root/etc/passwd" || return
	mkdir "$root/var/lib"
	echo '{"name":"alice"}' >"$root/roster"
	ctl 0 '1 taken over' user import "$root/roster" &&
		[ "$(stat -c %a "$root/var/lib/playpen")" = 755 ] || return
	rm -r "$root/etc/playpen/uid.key"
	mv "$root/etc/playpen" "$root/moved"
	ctl 1 "$root/etc/playpen/playpen.conf: no such file" publish
}

groups_are_listed_and_shown() {
	people || return
	ctl 0 'NAME ' group list && grep -q '^dev  *[0-9]*  *2$' <<<"$said" &&
		grep -q '^playpen-users  *[0-9]*  *3$' <<<"$said" &&
		ctl 0 '{"name":"dev","gid":' group list --json &&
		ctl 0 'members       alice bob' group show dev &&
		ctl 0 '"members":["alice","bob"]' group show dev --json &&
		ctl 0 'members       alice bob chief' group show playpen-users &&
		ctl 1 'nothing: no such group' group show nothing
}

status_is_good_on_a_good_node() {
	people || return
	ctl 0 'configuration in order' status || return
	local part
	for part in 'issuer        https://dex.example/dex' 'pending       none' \
		'3: 3 users, 0 service accounts; 2 bound, 2 have signed in, 0 locked' \
		'version 1, 3 accounts, 3 groups, changed ' 'sign-ins      none'; do
		[[ $said == *"$part"* ]] || { echo "# no: $part" && return 1; }
	done
	ctl 0 '"configuration":{"ok":true' status --json &&
		[[ $said == *'"uid_key":{"ok":true'*'"pending_logins":[],"sign_ins":[]}' ]]
}

status_fails_with_each_thing_that_is_wrong() {
	people || return
	mv "$root/var/lib/playpen/index.v1" "$root/index"
	ctl 1 'there is none; see playpenctl publish' status || return
	: >"$root/var/lib/playpen/index.v1"
	ctl 1 'damaged' status &&
		ctl 1 '"index":{"ok":false,"reason":"index-invalid"' status --json ||
		return
	mv "$root/index" "$root/var/lib/playpen/index.v1"
	mv "$root/etc/playpen/uid.key" "$root/key"
	ctl 1 '"uid_key":{"ok":false,"reason":"uid-key-missing"' status --json ||
		return
	mv "$root/key" "$root/etc/playpen/uid.key"
	chmod 644 "$root/var/lib/playpen/state.db"
	ctl 1 '"accounts":{"ok":false,"reason":"state-unreadable"' status --json ||
		return
	chmod 600 "$root/var/lib/playpen/state.db"
	ctl 0 'in order' status || return
	echo 'nonsense = yes' >>"$root/etc/playpen/playpen.conf"
	ctl 1 '"configuration":{"ok":false,"reason":"config-invalid"' status --json
}

# A record as playpen-policy writes it, of this boot or another.
record() { # FILE UID [BOOT]
	printf '%s %s 1000\n' "${3:-$(cat /proc/sys/kernel/random/boot_id)}" "$2" \
		>"$root/run/playpen/sign-ins/$1"
}

sign_ins_are_shown_and_ended() {
	people || return
	local alice bob
	alice=$(uid_of alice) bob=$(uid_of bob)
	record "logind-3.$alice" "$alice"
	record ticket-0123 "$alice"
	record "audit-4.$bob" "$bob"
	record "logind-9.$bob" "$bob" 00000000-0000-0000-0000-000000000000
	ctl 0 "alice ($alice) in logind-3, " status &&
		[[ $said == *"bob ($bob) in audit-4"* ]] &&
		[[ $said != *ticket* ]] && [[ $said != *logind-9* ]] &&
		ctl 0 '"session":"logind-3","age":' status --json &&
		ctl 0 'sign-in       logind-3, ' user show alice &&
		ctl 0 'ended 2 sign-ins' user logout alice &&
		ctl 0 'ended 0 sign-ins' user logout alice &&
		ctl 0 audit-4 status && [[ $said != *logind-3* ]] &&
		ctl 4 'mallory: no account' user logout mallory
}

pending_logins_are_shown() {
	people || return
	said=$("$node" "$root" wait desk 10.0.0.1 \
		"$playpenctl" --root "$root" status) || return
	[[ $said == *'pending       desk from 10.0.0.1 (remote, never signed in)'* ]] ||
		return
	said=$("$node" "$root" wait desk 10.0.0.1 \
		"$playpenctl" --root "$root" status --json)
	[[ $said == *'[{"name":"desk","source":"10.0.0.1","pool":"remote","bound":false}]'* ]] &&
		ctl 0 'pending       none' status
}

output_that_cannot_be_written_is_a_failure() {
	people || return
	[ -w /dev/full ] || return 0
	! "$playpenctl" --root "$root" user list >/dev/full 2>/dev/null &&
		"$playpenctl" --root "$root" user list >/dev/null
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0"); do
	case $each in is_published | uid_of) continue ;; esac
	runs "$each"
done
finish
