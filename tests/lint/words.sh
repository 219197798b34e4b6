#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Calls that have no place in the programs: unbounded or ambiguous ones, and a
# shell between us and what we start. Nor is a program of ours setuid.
set -eu
bad=0

refuse()
{
	local why=$1 found

	shift
	found=$(grep -nE "$@" -r src net idmap --include='*.[ch]') || return 0
	printf '%s:\n%s\n' "$why" "$found"
	bad=1
}

refuse 'no bounds' '\b(strcpy|strcat|sprintf|vsprintf|gets)\('
refuse 'hidden state' '\b(strtok|getopt|getopt_long|strerror_r)\('
refuse 'no errors' '\b(atoi|atol|atoll|atof)\('
refuse 'a shell in between' '\b(system|popen|wordexp)\('
refuse 'a race' '\b(mktemp|tmpnam|tempnam)\('
refuse 'unfinished' '\b(TODO|FIXME|XXX)\b'
refuse 'no place for goto' '\bgoto\b'
grep -rnE 'install_mode.*s[^r]*x|chmod.*[+=]s' --include=meson.build . && bad=1
while read -r file; do
	head -n 1 "$file" | grep -qx '// SPDX-License-Identifier: Apache-2.0' || {
		echo "$file: no SPDX line first"
		bad=1
	}
done < <(find src net idmap tests -name '*.[ch]' | sort)
exit $bad
