#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# clang-tidy over every source that the build compiles, two at a time. What was
# clean once is remembered by content, with all that is included and the rules,
# and not looked at again: in $XDG_CACHE_HOME/holt-tidy, for all builds.
#   tidy.sh BUILD
set -eu
build=$1 cache=${XDG_CACHE_HOME:-${HOME:-$1}/.cache}/holt-tidy
rules=$(clang-tidy --version | cat - .clang-tidy "$0" | sha256sum)
export build cache rules

# The source $1 of the build, which $2 compiles.
tidy_one()
{
	# Clang 14 asks for that where gcc takes the flag as it is.
	local extra=(--extra-arg=-enable-trivial-auto-var-init-zero-knowing-it-will-be-removed-from-clang)
	local content name text

	content=$(cd "$build" && bash -c "${2%% -MD *} -E $1") || return
	name=$(sha256sum <<<"$rules $content") name=${name%% *}
	[ ! -e "$cache/$name" ] || return 0
	if text=$(clang-tidy --quiet "${extra[@]}" -p "$build" "$build/$1" 2>&1); then
		touch "$cache/$name"
	else
		grep -vE '^[0-9]+ warnings?|^Suppressed|^Use -' <<<"$text"
		return 1
	fi
}
export -f tidy_one

mkdir -p "$cache"
find "$cache" -mtime +30 -delete
jq -j '[.[] | select(.file | test("^../(src|net|idmap)/"))] | unique_by(.file)[] |
	.file, "\u0000", .command, "\u0000"' "$build/compile_commands.json" |
	xargs -0 -P 2 -n 2 bash -c 'tidy_one "$@"' tidy
