#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# The man pages say what the program does: each command has a page and is in
# holt(1), and the options and letters that a page explains are those there are
# (but for help, which all have).
#   man.sh HOLT
set -eu
holt=$1 bad=0

complain()
{
	echo "$*"
	bad=1
}

# Options and letters that the page $1 explains, one a line.
explained()
{
	sed -n '/^# OPTIONS/,/^# [^#]/p' "$1" | grep '^\*-' | grep -v -- '--help' |
		grep -oE '\*-(-[a-z0-9-]+|[A-Za-z0-9])\*' | tr -d '*' | sort -u
}

# Those that there are, for the words given.
offered()
{
	"$holt" __complete "$@" - | grep -v 'show this help' | cut -f1 |
		tr -d = | sort -u
}

# Commands of the command $1, if it has any.
commands_of()
{
	[ -n "$1" ] || return 0
	"$holt" "$1" --help | sed -n '/^Commands:/,/^$/s/^  \([a-z]\+\) .*/\1/p'
}

# The same as offered for a command, or for all that it has.
offered_in_all()
{
	local command commands

	commands=$(commands_of "${1:-}")
	if [ $# -eq 0 ] || [ -z "$commands" ]; then
		offered "$@"
		return
	fi
	for command in $commands; do
		offered "$1" "$command"
	done | sort -u
}

compare()
{
	diff --label "$1" --label "what there is" -u <(explained "$1") \
		<(shift && offered_in_all "$@") || complain "$1: the options differ"
}

compare man/holt.1.scd
for command in $("$holt" __complete '' | cut -f1); do
	page=man/holt-$command.1.scd
	grep -q "^\*$command\*" man/holt.1.scd ||
		complain "man/holt.1.scd: nothing on $command"
	if [ -f "$page" ]; then
		compare "$page" "$command"
	else
		complain "$page: missing"
	fi
done
for page in man/*.scd; do
	scdoc <"$page" >/dev/null || complain "$page: scdoc refuses it"
	grep -qF "'$(basename "$page" .1.scd)'" man/meson.build ||
		complain "$page: isn't installed"
done
exit $bad
