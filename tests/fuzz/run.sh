#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds and runs the fuzz targets of src/oci with clang's libFuzzer, from the
# top of the tree:
#   tests/fuzz/oci.sh spec_read|seccomp_read BUILD [SECONDS]
# What it finds stays in BUILD/fuzz/NAME; seeds are made from the unit tests.
set -eu
name=$1 build=$2 seconds=${3:-60}
out=$build/fuzz/$name

mkdir -p "$out/corpus"
mapfile -t sources < <(find src/oci -name '*.c' ! -name seccomp_generate.c)
clang -std=c17 -D_GNU_SOURCE -g -O1 -Isrc -I. \
	-fsanitize=fuzzer,address,undefined -fno-sanitize-recover=undefined \
	"tests/fuzz/$name.c" "$build/src/oci/seccomp_default.c" \
	"${sources[@]}" src/base/*.c idmap/map.c \
	-ljson-c -lcap -lseccomp -o "$out/fuzz"

# Words for the mutator: every property and value that the readers know.
grep -ohE '"[A-Za-z_][A-Za-z_.]+"' src/oci/*.c | sort -u >"$out/words"
if command -v runc >/dev/null; then
	rm -f "$out/config.json"
	runc spec --rootless --bundle "$out"
	cp "$out/config.json" "$out/corpus/usual"
fi
cp tests/fuzz/corpus/"$name"/* "$out/corpus/"
exec "$out/fuzz" -dict="$out/words" -max_total_time="$seconds" \
	-max_len=8192 -artifact_prefix="$out/" "$out/corpus"
