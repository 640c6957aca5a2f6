#!/bin/bash
# SPDX-License-Identifier: MIT
# What bash and zsh propose for a line, compared with the table of commands as
# --help shows it. Both are sourced as an interactive shell does; zsh ($ZSH names
# one that is not installed) with stand-ins for what its completion system has.
set -u
. "$srcdir/tests/ctl/lib.sh"

root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
configure "$root"
mkdir -p "$root/var/lib" "$root/a b"
echo $key >"$root/etc/playpen/uid.key"
chmod 600 "$root/etc/playpen/uid.key"
: >"$root/roster 1"
printf '{"name":"alice","groups":["dev"]}\n{"name":"bob"}\n' |
	"$playpenctl" --root "$root" user import - >/dev/null 2>&1

completions=$srcdir/packaging/completions
cat >"$root/zsh" <<'ZSH'
files=$1
shift
words=("$@") CURRENT=$#
compadd() { print -l -- ${(P)2} }
_files() { print -r -- "files $*" }
. $files
ZSH

# proposed WORD...: the candidates of a shell for the last word, sorted. What is
# not a beginning of it zsh leaves out by itself.
in_bash() {
	(
		. "$completions/bash/playpenctl"
		COMP_WORDS=("$playpenctl" "$@")
		COMP_CWORD=$#
		_playpenctl
		printf '%s\n' "${COMPREPLY[@]}"
	) | sort | paste -sd' '
}
in_zsh() {
	"$ZSH" -f "$root/zsh" "$completions/zsh/_playpenctl" "$playpenctl" "$@" |
		while IFS= read -r line; do
			[[ $line == "${!#}"* || $line == files* ]] && echo "$line"
		done | sort | paste -sd' '
}

# proposes WANTED WORD...
proposes() {
	local wanted=$1 got
	shift
	got=$("$shell" "$@")
	[ "$got" = "$wanted" ] && return
	echo "# $shell, playpenctl $*: $got"
	echo "#   wanted: $wanted"
	return 1
}

commands_and_options_are_proposed() {
	proposes user us && proposes 'list lock logout' user l &&
		proposes '--if-known --kill' user lock alice - &&
		proposes '--connector --issuer --subject' \
			user bind -- &&
		proposes '--connector --issuer' user bind alice --subject x -- &&
		proposes --connector verify --connector a --con &&
		proposes '' user list --json --json && proposes '' nonsense ''
}

names_are_proposed_where_one_belongs() {
	proposes 'alice bob' --root "$root" user logout '' &&
		proposes bob --root "$root" user lock b &&
		proposes alice --root "$root" user rename a &&
		proposes '' --root "$root" user rename alice '' &&
		proposes 'dev playpen-users' --root "$root" group show '' &&
		proposes '' --root "$root" user bind bob --subject ''
}

# Each word of each row after those before it, then each of its options.
every_row_of_the_table_is_reached() {
	local row token word options bad=0
	local -a line
	while read -ra row; do
		line=()
		for token in "${row[@]}"; do
			[[ $token == [a-z]* ]] || break
			[[ " $("$shell" "${line[@]}" "$token") " == *" $token "* ]] || {
				echo "# ${line[*]}: no $token"
				bad=1
			}
			line+=("$token")
		done
		options=" $("$shell" "${line[@]}" -) "
		for token in "${row[@]}"; do
			word=${token#[}
			word=${word%%]*}
			[[ $word != -* || $options == *" $word "* ]] || {
				echo "# ${line[*]}: no $word in $options"
				bad=1
			}
		done
	done < <("$playpenctl" --help | sed -n 's/^  \([a-z]\)/\1/p' |
		sed 's/   *.*//')
	return $bad
}

bash_proposes_files() {
	shell=in_bash
	proposes "$root/roster 1" user import "$root/ros" &&
		proposes "$root/a b" --root "$root/a" &&
		proposes "$root/a b" --root = "$root/a" &&
		proposes "$root/a b" verify --libexec "$root/a" &&
		proposes "$root/a b" --root "$root" user import "$root/a"
}

zsh_proposes_files() {
	shell=in_zsh
	proposes 'files ' user import '' && proposes 'files -/' --root '' &&
		proposes 'files -/' verify --libexec '' &&
		proposes 'alice bob' "--root=$root" user show ''
}

ZSH=${ZSH:-$(command -v zsh)}
for shell in in_bash in_zsh; do
	for each in commands_and_options_are_proposed \
		names_are_proposed_where_one_belongs \
		every_row_of_the_table_is_reached; do
		if [ $shell = in_zsh ] && [ -z "$ZSH" ]; then
			skip "zsh: ${each//_/ }" 'there is none (ZSH=PATH names one)'
			continue
		fi
		"$each"
		result $? "${shell#in_}: ${each//_/ }"
	done
done
runs bash_proposes_files
if [ -n "$ZSH" ]; then
	runs zsh_proposes_files
else
	skip 'zsh proposes files' 'there is none'
fi
finish
