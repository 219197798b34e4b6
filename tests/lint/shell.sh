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
# In bats, "run --separate-stderr" assigns $stderr.
shellcheck --severity=warning --exclude SC2154 "${scripts[@]}"
