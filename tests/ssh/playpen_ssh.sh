#!/bin/bash
# SPDX-License-Identifier: MIT
# playpen-ssh without a provider: usage, settings, storage. Needs no root.
set -u
. "$srcdir/tests/ctl/lib.sh"

dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
mkdir "$dir/home" "$dir/run"
chmod 700 "$dir/run"

# says STATUS TEXT WORD...: what playpen-ssh says in a home of the test's.
says() {
	local status=$1 text=$2 got
	shift 2
	said=$(env -u DISPLAY -u WAYLAND_DISPLAY HOME="$dir/home" \
		XDG_RUNTIME_DIR="$dir/run" setsid -w "$builddir/playpen-ssh" "$@" 2>&1)
	got=$?
	[ "$got" = "$status" ] && [[ $said == *"$text"* ]] && return
	printf '# %s: %s: %s\n' "$*" "$got" "$said"
	return 1
}

# with STATUS TEXT LINE...: what `config` says of settings with these lines.
with() {
	local status=$1 text=$2
	shift 2
	printf '%s\n' "$@" >"$dir/conf"
	says "$status" "$text" config --config "$dir/conf"
}

says_how_it_is_used() {
	says 0 'usage: playpen-ssh' --help && says 0 'playpen-ssh ' --version &&
		says 2 'which command' && says 2 'no such command: frob' frob &&
		says 2 'without its value: --frob' check --frob &&
		says 2 'without its value: --config' status --config &&
		says 2 'without its value: --paste' check --paste
}

finds_no_key_where_none_is() {
	says 1 '' check && [ -z "$said" ] &&
		says 1 'run playpen-ssh login (not-found)' status &&
		[ ! -e "$dir/home/.ssh" ]
}

needs_an_issuer_and_a_browser() {
	printf '[ssh]\nhosts = a\n' >"$dir/conf"
	says 1 'no url in [issuer]' login --config "$dir/conf" || return
	printf '[issuer]\nurl = https://dex.example/dex\n' >"$dir/conf"
	says 1 'neither a browser nor a terminal' login --config "$dir/conf"
}

prints_lines_for_ssh() {
	with 0 'Match host *.nodes.example,10.0.0.* exec' '[ssh]' \
		'hosts = *.nodes.example,10.0.0.*' &&
		[[ $said == *'IdentityFile ~/.ssh/playpen/id'* ]] &&
		with 1 'no hosts in [ssh]' '[ssh]'
}

names_the_line_that_is_wrong() {
	local good=('[ssh]' 'hosts = a') each
	with 0 'Match host a' "${good[@]}" 'hours = 24' '# text' '; text' '' &&
		with 0 'Match host a' "${good[@]}" 'ports = 20022 20122' || return
	for each in 'hours = 0' 'hours = 25' 'hours = x' 'hour = 3' 'hosts =' \
		'hosts = a b' 'hosts = "a' 'hosts = a;b' 'ports = 22' \
		'ports = x' 'ports = 1024 1025 1026 1027 1028 1029 1030 1031 1032' \
		'url = x' 'frob'; do
		with 1 "$dir/conf line 3: " "${good[@]}" "$each" || return
	done
	with 1 'line 4: ' "${good[@]}" '[issuer]' 'allow_http = maybe' &&
		with 0 'Match' "${good[@]}" '[issuer]' 'allow_http = yes'
}

believes_no_settings_that_others_can_write() {
	with 0 Match '[ssh]' 'hosts = a' && chmod 666 "$dir/conf" &&
		says 1 config-unsafe config --config "$dir/conf"
}

keeps_out_of_the_way_of_what_is_not_its_own() {
	rm -f "$dir/home/.ssh/playpen"
	mkdir -p "$dir/home/.ssh/playpen"
	says 1 'is in the way: it must be a link' logout &&
		rmdir "$dir/home/.ssh/playpen" && says 0 '' logout
}

has_a_manual_with_every_command_and_setting() {
	local word
	for word in $("$builddir/playpen-ssh" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
		grep -Eq "^(\\\\fB|\.B )$word(\\\\fR|$)" "$srcdir/man/playpen-ssh.1" ||
			{ echo "# $word"; return 1; }
	done
	for word in $(sed -n 's/^	{"[a-z]*", "\([a-z_]*\)",.*/\1/p' \
		"$srcdir/playpen_ssh/client_settings.c"); do
		grep -qx "\.B $word" "$srcdir/man/playpen-ssh.1" ||
			{ echo "# $word"; return 1; }
	done
	[ "$word" = ports ]
}

completes_every_command() {
	local word
	for word in $("$builddir/playpen-ssh" --help | sed -n 's/^  \([a-z]*\) .*/\1/p'); do
		grep -qw "$word" "$srcdir/packaging/completions/bash/playpen-ssh" &&
			grep -qw "$word" "$srcdir/packaging/completions/zsh/_playpen-ssh" ||
			{ echo "# $word"; return 1; }
	done
	(
		. "$srcdir/packaging/completions/bash/playpen-ssh"
		COMP_WORDS=(playpen-ssh login --p) COMP_CWORD=2
		_playpen_ssh
		[ "${COMPREPLY[*]}" = --paste ]
	)
}

for each in $(sed -n 's/^\([a-z]*_[a-z_]*\)() {$/\1/p' "$0"); do
	runs "$each"
done
finish
