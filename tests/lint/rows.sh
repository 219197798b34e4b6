#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each test that tests/e2e/unpack_rows.txt names is there, each attack has one, and
# each test of unpack_attacks.bats belongs to an attack.
set -eu
cd tests/e2e
bad=0

complain()
{
	echo "rows: $*"
	bad=1
}

row='' count=1
while IFS= read -r line; do
	case $line in
	'#'*) ;;
	'')
		[ $count -gt 0 ] || complain "$row: no test"
		row=''
		;;
	*)
		if [ -z "$row" ]; then
			row=$line count=0
			continue
		fi
		count=$((count + 1))
		grep -qxF "@test \"${line#*: }\" {" "${line%%: *}.bats" || complain "$line: no such test"
		;;
	esac
done < <(
	cat unpack_rows.txt
	echo
)
[ $count -gt 0 ] || complain "$row: no test"
while IFS= read -r title; do
	grep -qxF "unpack_attacks: $title" unpack_rows.txt || complain "$title: of no attack"
done < <(sed -nE 's/^@test "(.*)" \{$/\1/p' unpack_attacks.bats)
exit $bad
