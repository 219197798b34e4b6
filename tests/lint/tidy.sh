#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over every source that the build compiles, two at a time. A source
# that was clean is not looked at again until it, a header or the rules change.
#   tidy.sh BUILD
set -eu
build=$1 stamps=$1/tidy
export build stamps

newest=$(find src net idmap .clang-tidy \( -name '*.h' -o -name .clang-tidy \) \
	-printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
export newest

tidy_one()
{
	# Clang 14 asks for that where gcc takes the flag as it is.
	local extra=(--extra-arg=-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang)
	local stamp=$stamps/${1//\//-}.clean text

	[ "$stamp" -nt "$1" ] && [ "$stamp" -nt "$newest" ] && return 0
	if text=$(clang-tidy --quiet "${extra[@]}" -p "$build" "$1" 2>&1); then
		touch "$stamp"
	else
		grep -vE '^[0-9]+ warnings?|^Suppressed|^Use -' <<<"$text"
		return 1
	fi
}
export -f tidy_one

mkdir -p "$stamps"
find src net idmap -name '*.c' | sort | while read -r file; do
	grep -qF "$file\"" "$build/compile_commands.json" && echo "$file"
done | xargs -P 2 -I{} bash -c 'tidy_one "$1"' tidy {}
