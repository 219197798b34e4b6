#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Every shell script and bats file passes shellcheck.
set -eu

is_script()
{
	local first

	case $1 in
	*.sh | *.bash | *.bats) return 0 ;;
	*.[ch] | *.py) return 1 ;;
	esac
	IFS= read -r first <"$1" 2>/dev/null && [[ $first =~ ^'#!'.*(bash|/sh) ]]
}

mapfile -t files < <(find tests completions .ci -type f ! -name '_*' | sort)
scripts=()
for file in "${files[@]}"; do
	! is_script "$file" || scripts+=("$file")
done
# Shellcheck reads each file alone: it doesn't know that "run --separate-stderr"
# assigns $stderr (SC2154), who reads what a sourced file sets (SC2034), and what
# "run" hands to a function (SC2120).
shellcheck --severity=warning --exclude SC2154,SC2034,SC2120 "${scripts[@]}"
