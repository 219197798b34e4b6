#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Each row of tests/e2e/spec_musts.txt has one test that has its name, there or in
# tests/vm, and each name of such a kind is one of the list.
set -eu
cd tests/e2e

rows=$(sed -n "s/^\([A-Za-z]*\.[A-Za-z'-]*\) .*/\1/p" spec_musts.txt | sort)
tests=$(sed -nE "s/^@test \"(#[0-9]+ )?([A-Za-z]+\.[A-Za-z'-]+): .*/\2/p" ./*.bats ../vm/*.bats | sort)
bad=0
while read -r sign name; do
	case $sign in
	'<') echo "musts: $name: no test of this name, or two rows" ;;
	'>') echo "musts: $name: no row of this name, or two tests" ;;
	*) continue ;;
	esac
	bad=1
done < <(diff <(uniq <<<"$rows") <(echo "$tests"))
while read -r name; do
	echo "musts: $name: two rows"
	bad=1
done < <(uniq --repeated <<<"$rows")
[ -n "$rows" ] || bad=1
exit $bad
