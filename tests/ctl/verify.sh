#!/bin/bash
# SPDX-License-Identifier: MIT
# playpenctl verify with the helper of the build tree: every option, every exit
# status, each refusal with its accepted twin. Needs no root and no network.
set -u
. "$srcdir/tests/ctl/lib.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
"$builddir/tests/ctl/tokens" "$dir" || exit 99
now=1700000000
issuer=https://dex.example/dex
entra=https://login.microsoftonline.com/11111111-2222-3333-4444-555555555555/v2.0

# judges STATUS TEXT TOKEN OPTION...: a later --issuer, --jwks or --audience
# stands for the usual one.
judges() {
	local status=$1 text=$2 token=$3 usual=()
	shift 3
	[[ " $* " == *" --jwks "* ]] || usual+=(--jwks "$dir/keys")
	[[ " $* " == *" --issuer "* ]] || usual+=(--issuer "$issuer")
	[[ " $* " == *" --audience "* ]] || usual+=(--audience playpen)
	[[ " $* " == *" --at-time "* ]] || usual+=(--at-time "$now")
	gives "$status" "$text" verify --libexec "$builddir" \
		"${usual[@]}" "$@" <"$dir/$token"
}

generic() { # STATUS TEXT TOKEN OPTION...
	judges "$@" --profile generic
}

dex() {
	judges "$@" --connector local
}

# batch STATUS TEXT OPTION...: what lines on standard input come to.
batch() {
	local status=$1 text=$2
	shift 2
	cat >"$dir/batch"
	gives "$status" "$text" verify --libexec "$builddir" \
		--batch "$dir/batch" "$@"
}

accepts_a_token_and_prints_its_claims() {
	generic 0 $'accept\n{"iss":"https://dex.example/dex",' generic &&
		[ "$(wc -l <<<"$said")" = 2 ]
}

prints_claims_that_are_larger_than_a_frame() {
	generic 0 '\u007f"}' large && [ "${#said}" -gt 190000 ]
}

needs_no_root() {
	[ "$(id -u)" != 0 ] && return
	chmod 755 "$dir" && chmod 644 "$dir"/*
	said=$(setpriv --reuid 65534 --regid 65534 --clear-groups \
		"$playpenctl" verify --libexec "$builddir" --jwks "$dir/keys" \
		--issuer "$issuer" --audience playpen --at-time "$now" \
		--profile generic <"$dir/generic")
	[[ $said == accept* ]]
}

refuses_the_signature_of_another_key() {
	generic 1 $'reject signature-invalid\n' generic --jwks "$dir/other-keys" &&
		generic 0 accept generic --jwks "$dir/keys"
}

refuses_another_issuer_and_another_audience() {
	generic 1 'reject iss-mismatch' generic --issuer https://other.example &&
		generic 1 'reject aud-' generic --audience other &&
		generic 0 accept generic --issuer "$issuer" --audience playpen
}

refuses_a_token_that_is_over_at_the_time() {
	generic 1 'reject token-expired' generic --at-time 1700000660 &&
		generic 0 accept generic --at-time 1700000659
}

takes_the_clock_without_a_time() {
	gives 1 'reject token-expired' verify --libexec "$builddir" \
		--jwks "$dir/keys" --issuer "$issuer" --audience playpen \
		--profile generic <"$dir/generic"
}

refuses_another_nonce() {
	generic 1 'reject nonce-mismatch' nonce --nonce n-2 &&
		generic 1 'reject nonce-' generic --nonce n-1 &&
		generic 0 accept nonce --nonce n-1
}

refuses_another_connector() {
	judges 1 'reject connector-refused' dex --connector ldap &&
		judges 0 accept dex --connector ldap --connector local
}

needs_a_connector_with_profile_dex() {
	judges 2 'profile dex needs connectors' dex &&
		judges 2 'profile dex needs connectors' dex --profile dex &&
		judges 0 accept dex --profile dex --connector local
}

demands_the_access_token_that_at_hash_is_of() {
	dex 1 'reject access-token-missing' bound &&
		dex 1 'reject at-hash-mismatch' bound --access-token "$dir/keys" &&
		dex 0 accept bound --access-token "$dir/access" &&
		generic 0 accept bound
}

tells_a_service_from_people() {
	judges 0 accept service --service svc-backup &&
		judges 1 'reject ' service --service svc-other &&
		dex 1 'reject ' service
}

judges_by_the_profile_entra() {
	judges 0 accept entra --profile entra --issuer "$entra" &&
		judges 1 'reject iss-mismatch' entra --profile entra
}

refuses_an_algorithm_that_is_not_listed() {
	generic 1 'reject alg-' generic --algorithms RS256,EdDSA &&
		generic 0 accept generic --algorithms "RS256, ES256 HS256"
}

refuses_what_is_no_token_or_no_key_set() {
	: >"$dir/empty"
	generic 1 'reject token-' keys &&
		generic 1 'reject j' generic --jwks "$dir/generic" &&
		generic 1 'reject ' empty --jwks "$dir/keys" &&
		generic 1 'reject ' generic --jwks /dev/null
}

cuts_off_one_newline_and_no_more() {
	local token
	token=$(cat "$dir/generic")
	printf '%s' "$token" >"$dir/bare"
	printf '%s\n' "$token" >"$dir/line"
	printf '%s\n\n' "$token" >"$dir/lines-2"
	generic 0 accept bare && generic 0 accept line &&
		generic 1 'reject token-base64' lines-2 &&
		printf '%s\n\n' "$(cat "$dir/access")" >"$dir/access-2" &&
		dex 1 'reject at-hash-mismatch' bound --access-token "$dir/access-2"
}

refuses_a_token_that_is_too_long() {
	local bytes
	for bytes in 65537 65538 200000; do
		head -c "$bytes" /dev/zero | tr '\0' A >"$dir/long"
		generic 1 'reject token-too-long' long || return
	done
	{ head -c 65537 /dev/zero | tr '\0' A; echo; } >"$dir/long"
	generic 1 'reject token-too-long' long || return
	{ head -c 65536 /dev/zero | tr '\0' A; echo; } >"$dir/long"
	generic 1 'reject token-' long && [[ $said != *too-long* ]]
}

reads_each_file_wherever_it_is_open() {
	generic 0 accept generic 3</dev/null 4</dev/null 5</dev/null &&
		dex 0 accept bound --access-token /dev/fd/4 4<"$dir/access" &&
		dex 0 accept bound --jwks /dev/fd/4 --access-token /dev/fd/5 \
			5<"$dir/access" 4<"$dir/keys" &&
		dex 0 accept bound --jwks /dev/fd/5 --access-token /dev/fd/4 \
			4<"$dir/access" 5<"$dir/keys"
}

certificate() { # STATUS TEXT FILE OPTION...
	local status=$1 text=$2 file=$3
	shift 3
	gives "$status" "$text" verify --libexec "$builddir" \
		--certificate "$dir/$file" --jwks "$dir/keys" --issuer "$issuer" \
		--connector local "$@"
}

accepts_a_certificate_and_prints_the_claims_of_its_token() {
	certificate 0 $'accept\n{"iss":"https://dex.example/dex",' certificate \
		--at-time $now &&
		certificate 0 accept certificate --at-time $now \
			--audience playpen-ssh
}

refuses_a_certificate_with_its_reason() {
	certificate 1 'reject cert-nonce' copied --at-time $now &&
		certificate 1 'reject cert-window' certificate &&
		certificate 1 'reject cert-audience' certificate \
			--at-time $now --audience playpen-login &&
				certificate 1 'reject cert-malformed' dex --at-time $now || return
	head -c 40000 /dev/zero | tr '\0' A >"$dir/long"
	certificate 1 'reject cert-malformed' long --at-time $now
}

takes_no_option_of_tokens_with_a_certificate() {
	local wrong
	for wrong in '--nonce x' '--service svc-backup' '--batch -' \
		"--access-token $dir/access"; do
		certificate 2 'does not go with the other options' certificate \
			$wrong || return
	done
	certificate 0 accept certificate --at-time $now
}

is_misused_by_options_that_can_mean_nothing() {
	local wrong
	for wrong in '--at-time x' '--at-time 0' '--at-time -1' \
		'--algorithms HS256' '--algorithms none' '--algorithms ,' \
		'--profile oidc' '--jwks /nonexistent' '--frob' \
		'--access-token /nonexistent' '--issuer a --issuer b' extra; do
		generic 2 'playpenctl: ' generic $wrong || return
	done
	generic 2 'an option is empty' generic --nonce '' &&
		gives 2 'needs --issuer' verify --jwks "$dir/keys" --audience x &&
		gives 2 'needs --issuer' verify --jwks "$dir/keys" --issuer x
}

uses_the_configuration_without_keys() {
	local root=$dir/root
	mkdir -p "$root"
	gives 1 playpen.conf --root "$root" verify --libexec "$builddir" \
		<"$dir/dex" || return
	configure "$root"
	install -m 644 "$dir/keys" "$dir/pinned"
	sed -i "/^url/a jwks_file = $dir/pinned" "$root/etc/playpen/playpen.conf"
	gives 1 'reject http-' --root "$root" verify --libexec "$builddir" \
		<"$dir/dex"
}

says_when_the_helper_is_missing() {
	gives 1 "$dir/playpen-oidc" verify --libexec "$dir" --jwks "$dir/keys" \
		--issuer x --audience y --profile generic <"$dir/generic" &&
		generic 0 accept generic
}

names_malformed_lines_and_goes_on() {
	local token keys
	token=$(cat "$dir/generic") keys=$(cat "$dir/keys")
	batch 1 'line 2: ' --issuer "$issuer" --audience playpen --at-time $now \
		--profile generic <<-LINES
		{"id":"a","jwks":$keys,"jws":"$token"}
		{"id":"b",
		{"id":"c","jwks":$keys,"jws":"${token}AAAA"}
		{"id":"d","jws":"$token"}

		{"id":"e","jwks":$keys,"jws":"$token","issuer":"x"}
	LINES
	[ "$("$playpenctl" verify --libexec "$builddir" --batch "$dir/batch" \
		--issuer "$issuer" --audience playpen --at-time $now \
		--profile generic 2>"$dir/errors")" = "a accept
line 2 reject batch-line
c reject signature-length
d reject batch-line
e reject iss-mismatch" ] && grep -q '^playpenctl: line 2: ' "$dir/errors" &&
		grep -q '^playpenctl: line 4: jwks is missing' "$dir/errors" &&
		[ "$(wc -l <"$dir/errors")" = 2 ]
}

judges_lines_by_what_the_command_line_says() {
	local line
	line='{"id":1,"jws":"'$(cat "$dir/bound")'"}'
	batch 0 '1 accept' --jwks "$dir/keys" --issuer "$issuer" \
		--audience playpen --at-time $now --connector local \
		--access-token "$dir/access" <<<"$line" &&
		batch 0 '1 reject rules-invalid' --jwks "$dir/keys" --issuer "$issuer" \
			--audience playpen --at-time $now <<<"$line" &&
		batch 0 '1 reject rules-invalid' --jwks "$dir/keys" <<<"$line" &&
		gives 1 'key set' verify --libexec "$builddir" \
			--batch "$dir/batch" --jwks "$dir/generic" &&
		gives 2 /nonexistent verify --batch /nonexistent
}

judges_ten_thousand_lines() {
	local begin=$EPOCHREALTIME end
	"$playpenctl" verify --libexec "$builddir" --batch "$dir/lines" \
		--issuer "$issuer" --audience playpen --at-time $now \
		--profile generic >"$dir/verdicts" || return
	end=$EPOCHREALTIME
	echo "# 10000 lines in $(((${end/./} - ${begin/./}) / 1000)) ms"
	[ "$(grep -c ' accept$' "$dir/verdicts")" = 9999 ] &&
		[ "$(tail -n 1 "$dir/verdicts")" = "t9999 reject signature-length" ]
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0"); do
	runs "$each"
done
finish
