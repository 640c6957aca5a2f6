# SPDX-License-Identifier: MIT
# A node below $root that is in order, for the tests of doctor.

pam() { # FILE: its lines from stdin
	cat >"$root/etc/pam.d/$1"
}

# What Debian has once the profiles are enabled.
good() {
	rm -rf "${root:?}"/*
	mkdir -p "$root"/{etc/pam.d,usr/lib/x/security,var/lib} \
		"$root/var/cache/playpen"
	chmod 700 "$root/var/cache/playpen"
	: >"$root/usr/lib/x/libnss_playpen.so.2"
	: >"$root/usr/lib/x/libnss_playpen_new.so.2"
	: >"$root/usr/lib/x/security/pam_playpen.so"
	configure "$root"
	echo $key >"$root/etc/playpen/uid.key"
	chmod 600 "$root/etc/playpen/uid.key"
	printf '%s\n' root:x:0:0::/root:/bin/sh playpen:x:990:990::/:/bin/false \
		>"$root/etc/passwd"
	printf '%s\n' root:x:0: playpen:x:990: sudo:x:27: >"$root/etc/group"
	printf '%s\n' 'passwd: files playpen systemd playpen_new' \
		'group: files playpen playpen_new' \
		>"$root/etc/nsswitch.conf"
	pam common-auth <<-'PAM'
		# comments and blank lines

		auth	[success=3 ignore=ignore default=die]	pam_playpen.so
		auth	[success=2 default=ignore]	pam_unix.so nullok
		auth	requisite	pam_deny.so
		auth	required	pam_permit.so
		auth	optional	pam_cap.so
	PAM
	sed -i 's/success=3/success=2/; s/success=2 d/success=1 d/' \
		"$root/etc/pam.d/common-auth"
	pam common-account <<-'PAM'
		account	[success=1 new_authtok_reqd=done default=ignore]	pam_unix.so
		account	requisite	pam_deny.so
		account	required	pam_permit.so
		account	[success=ok new_authtok_reqd=ok ignore=ignore default=die]	pam_playpen.so
	PAM
	echo 'root:$y$j9T$x:19000:0:99999:7:::' >"$root/etc/shadow"
	mkdir -p "$root"/{home,bin}
	install -m 755 /dev/null "$root/bin/bash"
	local service
	for service in sshd sudo login; do
		printf '%s\n' '@include common-auth' 'account required pam_nologin.so' \
			'@include common-account' | pam $service
	done
	echo 'session optional pam_mkhomedir.so' >>"$root/etc/pam.d/sshd"
	pam su <<-'PAM'
		auth       sufficient pam_rootok.so
		auth include common-auth
		account include \
			common-account
	PAM
	echo '@include common-account' | pam systemd-user
	echo '{"name":"alice","groups":["dev"]}' |
		"$playpenctl" --root "$root" user import - >/dev/null
}

conf() { # LINE...: more of the configuration
	printf '%s\n' "$@" >>"$root/etc/playpen/playpen.conf"
}

# Of whom doctor is asked; of the node, if it is empty.
person=

# What doctor finds on the node before a cause is made, as results prints it.
baseline=

# results: the id of every check that is neither in order nor skipped, from $said.
results() {
	jq -r 'select(.result != "ok" and .result != "skipped") | .id' <<<"$said" |
		sort -u | xargs
}

# doctor_json: what doctor says, in $said.
doctor_json() {
	said=$("$playpenctl" ${root:+--root "$root"} doctor --json ${person:---offline} 2>&1)
	:
}

# has_found ID TEXT OTHER...: doctor has found ID, at the level of the table, with
# TEXT in a sentence and with advice; besides the baseline only OTHER.
has_found() {
	local id=$1 text=$2 wanted level
	shift 2
	wanted=$(printf '%s\n' "$id" "$@" $baseline | sort -u | xargs)
	level=$("$playpenctl" doctor --list --json | jq -r "select(.id == \"$id\").level")
	doctor_json
	[ "$(results)" = "$wanted" ] && jq -se --arg id "$id" --arg text "$text" \
		--arg level "$level" 'any(.[]; .id == $id and .result == $level and
			(.message | contains($text)) and (.advice | length) > 10)' \
		<<<"$said" >/dev/null && return
	echo "# wanted $level of: $wanted; with: $text; found: $(results)"
	grep "\"id\":\"$id\"" <<<"$said" | sed 's/^/#   /'
	return 1
}

# cause ID TEXT BREAK MEND [OTHER...]: after BREAK, doctor has found ID; after MEND,
# which is what the advice says, all is as before. The checks OTHER may find the
# same thing.
cause() {
	local id=$1 text=$2 break=$3 mend=$4
	shift 4
	eval "$break" && has_found "$id" "$text" "$@" && eval "$mend" &&
		doctor_json && [ "$(results)" = "$baseline" ]
	result $? "$id: found, with advice, and mended"
	[ "$(results)" = "$baseline" ] && return
	echo "# after it was mended: $(results)"
	again
}
