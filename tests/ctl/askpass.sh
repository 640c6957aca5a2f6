#!/bin/bash
# SPDX-License-Identifier: MIT
# Which prompts playpenctl askpass answers. One that it would answer has it look
# for the credentials, which are not there: no network is needed to tell.
set -u
. "$srcdir/tests/ctl/lib.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
random=00112233445566778899aabbccddeeff

# asks VERSION [NAME]: from now on an ssh of that version starts the command.
real=$playpenctl
asks() {
	local ssh=$dir/$1/${2:-ssh}
	mkdir -p "${ssh%/*}"
	cp "$builddir/tests/ctl/fake_ssh" "$ssh"
	printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$ssh" "$real" >"$dir/asked"
	chmod 700 "$dir/asked"
	playpenctl=$dir/asked
}

# asked_for AUDIENCE
asked_for() {
	prompt="(svc-backup@node-7) playpen-token audience=$1 random=$random part=1: "
}

# answers STATUS TEXT OPTION...: to the prompt.
answers() {
	local status=$1 text=$2
	shift 2
	gives "$status" "$text" askpass "$prompt" --credentials /nonexistent \
		--issuer https://dex.example/dex "$@"
}

would_answer() { # OPTION...
	answers 1 /nonexistent "$@"
}

the_node_does_not_choose_whom_a_token_is_for() {
	asked_for kubernetes
	answers 1 'a token for kubernetes, and gets one for playpen-login alone' &&
		would_answer --audience kubernetes &&
		asked_for playpen-login && would_answer &&
		answers 1 'for playpen-login, and gets one for kubernetes alone' \
			--audience kubernetes
}

the_next_part_is_for_the_same_one() {
	asked_for kubernetes
	prompt=${prompt/part=1/part=2}
	answers 1 'a token for kubernetes' &&
		answers 1 "playpen-token-$random" --audience kubernetes
}

names_no_host() { # TEXT VERSION [NAME]
	asks "${@:2}"
	answers 1 "$1" && would_answer --host node-7
}

an_ssh_that_writes_no_host_gets_nothing() {
	local version
	asked_for playpen-login
	for version in OpenSSH_8.4p1 OpenSSH_7.9p1 OpenSSH_8.0 OpenSSH_08 \
		OpenSSH_9 OpenSSH_1000.1 Dropbear_v2022.83 OpenSSH_for_X_9.5; do
		names_no_host "this ssh is $version, and only" $version || return
	done
	for version in OpenSSH_8.5p1 OpenSSH_8.10 OpenSSH_9.2p1 OpenSSH_10.0; do
		asks $version
		would_answer || return
	done
}

what_is_no_ssh_gets_nothing() {
	asked_for playpen-login
	names_no_host 'not ssh itself' OpenSSH_9.2p1 not-ssh || return
	playpenctl=$real
	answers 1 'not ssh itself' && would_answer --host node-7
}

a_prompt_without_a_host_needs_one() {
	prompt="playpen-token audience=playpen-login random=$random part=1: "
	asks OpenSSH_9.2p1
	answers 1 'no (user@host)' && would_answer --host node-7 &&
		answers 1 'no such host' --host 'node 7'
}

asks OpenSSH_9.2p1
for each in the_node_does_not_choose_whom_a_token_is_for \
	the_next_part_is_for_the_same_one \
	an_ssh_that_writes_no_host_gets_nothing what_is_no_ssh_gets_nothing \
	a_prompt_without_a_host_needs_one; do
	runs $each
done
finish
