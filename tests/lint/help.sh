#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# --help of everything: on stdout alone, at most 80 columns; an unknown option:
# one line on stderr that names it, status 125.
#   help.sh HOLT
set -eu
holt=$1 bad=0
errors=$(mktemp)
trap 'rm -f "$errors"' EXIT

complain()
{
	echo "holt $*"
	bad=1
}

check()
{
	local text wide status=0

	text=$("$holt" "$@" --help 2>"$errors") || complain "$* --help: failed"
	[ -n "$text" ] || complain "$* --help: says nothing"
	[ ! -s "$errors" ] || complain "$* --help: wrote to stderr"
	wide=$(awk 'length > 80' <<<"$text")
	[ -z "$wide" ] || complain "$* --help: wider than 80 columns: $wide"

	text=$("$holt" "$@" --no-such-option 2>"$errors") || status=$?
	[ $status -eq 125 ] || complain "$* --no-such-option: status $status"
	[ -z "$text" ] || complain "$* --no-such-option: wrote to stdout"
	[ "$(wc -l <"$errors")" -eq 1 ] ||
		complain "$* --no-such-option: not one line"
	grep -q -e '--no-such-option.*--help' "$errors" ||
		complain "$* --no-such-option: $(cat "$errors")"
}

check
for command in $("$holt" __complete '' | cut -f1); do
	check "$command"
	[ "$("$holt" help "$command")" = "$("$holt" "$command" --help)" ] ||
		complain "help $command: differs from --help"
	for next in $("$holt" "$command" --help |
		sed -n '/^Commands:/,/^$/s/^  \([a-z]\+\) .*/\1/p'); do
		check "$command" "$next"
		[ "$("$holt" help "$command" "$next")" = "$("$holt" "$command" "$next" --help)" ] ||
			complain "help $command $next: differs from --help"
	done
done
exit $bad
