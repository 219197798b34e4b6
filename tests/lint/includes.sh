#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Includes point one way only. A module is foo.c with foo.h.
#  1. a folder includes only itself and the folders named for it
#  2. no loop among modules (tsort finds one)
#  3. includes go by path from the root; foo.c begins with its own header,
#     <system> comes before "project"
#  4. every header compiles by itself
set -eu
allowed='
base:
oci: base idmap
idmap: base
net: base command
image: base oci idmap
image/worker: base oci
cgroup: base oci idmap
plan: base oci idmap image
init: base plan
container: base oci idmap image plan init cgroup
network: base idmap init container
command: base
cli: base command oci idmap image plan cgroup container network
runtime: base command oci idmap image plan cgroup container
build: base oci idmap image plan container
main: base cli command
'
bad=0

complain()
{
	echo "$*"
	bad=1
}

made_by_meson()
{
	grep -rqF "'${1##*/}'" --include=meson.build src net idmap
}

mapfile -t files < <(find src net idmap -name '*.[ch]' | sort)
edges=$(grep -HoE '^#include "[^"]+"' "${files[@]}" |
	sed -E 's|^src/||; s|\.[ch]:#include "| |; s|\.h"$||')

wrong=$(awk -v allowed="$allowed" '
	# A program within a folder counts as a folder of its own.
	function folder(module)
	{
		if (module ~ "^image/worker/") return "image/worker"
		sub("/.*", "", module)
		return module
	}
	BEGIN {
		lines = split(allowed, line, "\n")
		for (i = 1; i <= lines; i++) {
			words = split(line[i], word, "[: ]+")
			for (j = 1; j <= words; j++)
				ok[word[1], word[j]] = known[word[1]] = 1
		}
	}
	{
		from = folder($1)
		to = folder($2)
		if (!known[from]) print $1 ": folder " from " has no rule"
		else if (!ok[from, to]) print $1 " may not include " $2
	}' <<<"$edges")
[ -z "$wrong" ] || complain "$wrong"

loops=$(awk '$1 != $2' <<<"$edges" | tsort 2>&1 >/dev/null) || complain "$loops"

for file in "${files[@]}"; do
	own=${file%.[ch]}.h
	first=$(grep -m1 '^#include' "$file" || :)
	if [[ $file == *.c && -f $own && $first != "#include \"${own#src/}\"" ]]; then
		complain "$file: ${own#src/} isn't its first include"
	fi
	awk -v own="#include \"${own#src/}\"" '
		/^#include "/ && $0 != own { project = 1 }
		/^#include </ && project { exit 1 }' "$file" ||
		complain "$file: a <system> include comes after a \"project\" one"
done
while read -r from to; do
	[ -f "src/$to.h" ] || [ -f "$to.h" ] || made_by_meson "$to.h" ||
		complain "$from: include \"$to.h\" by its path from the root"
done <<<"$edges"

for header in "${files[@]}"; do
	[[ $header == *.h ]] || continue
	"${CC:-cc}" -std=c17 -D_GNU_SOURCE -I. -Isrc -Werror -fsyntax-only \
		-x c "$header" || complain "$header: doesn't compile by itself"
done
exit $bad
