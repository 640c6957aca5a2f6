#!/bin/bash
# SPDX-License-Identifier: MIT
# Which prompts playpenctl askpass answers. One that it would answer has it look
# for the credentials, which are not there: no network is needed to tell.
set -u
. "$srcdir/tests/ctl/lib.sh"

random=00112233445566778899aabbccddeeff

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

for each in the_node_does_not_choose_whom_a_token_is_for \
	the_next_part_is_for_the_same_one; do
	runs $each
done
finish
