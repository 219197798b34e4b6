#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# man/holt-runtime.1.scd says what the program does: each command has a section
# with just the options there are, and --help of everything is on stdout alone
# and at most 80 columns wide.
#   runtime_man.sh HOLT_RUNTIME
set -eu
runtime=$1 page=man/holt-runtime.1.scd bad=0

complain()
{
	echo "$*"
	bad=1
}

# Options and letters that --help shows, one a line.
offered()
{
	"$runtime" "$@" --help | grep -E '^ +(-.,|--)|^  -' |
		grep -oE '(^| )(--[a-z0-9-]+|-[a-z])\b' | tr -d ' ' |
		grep -vE '^(--help|-h)$' | sort -u
}

# Those that the part of the page from a heading to the next explains.
explained()
{
	awk -v heading="$1" '
		index($0, heading) == 1 { inside = 1; next }
		/^#/ { inside = 0 }
		inside && /^\*-/' "$page" |
		grep -oE '\*-(-[a-z0-9-]+|[A-Za-z])\*' | tr -d '*' |
		grep -vE '^(--help|-h)$' | sort -u
}

compare()
{
	local heading=$1

	shift
	[ "$heading" = "# OPTIONS" ] || grep -q "^$heading" "$page" ||
		complain "$page: no section '$heading'"
	diff -u --label "$page: $heading" <(explained "$heading") \
		--label 'what there is' <(offered "$@") ||
		complain "$page: the options of '$*' differ"
}

compare '# OPTIONS'
mapfile -t commands < <("$runtime" --help | sed -n '/^Commands:/,/^$/p' |
	grep -oE '^  [a-z]+' | tr -d ' ')
[ ${#commands[@]} -gt 10 ] || complain "$runtime --help: too few commands"
for command in "${commands[@]}"; do
	wide=$("$runtime" "$command" --help | awk 'length > 80')
	[ -z "$wide" ] || complain "$command --help: wider than 80 columns"
	[ -z "$("$runtime" "$command" --help 2>&1 >/dev/null)" ] ||
		complain "$command --help: wrote to stderr"
	[ "$command" = run ] || compare "## $command" "$command"
done
# What run has more than create.
diff -u --label "$page: run" <({
	explained '## run '
	explained '## create '
} | sort -u) --label 'what there is' <(offered run) ||
	complain "$page: the options of 'run' differ"
exit $bad
