#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Builds a fuzz target with clang's libFuzzer and runs it, from the top of the
# tree:
#   tests/fuzz/run.sh NAME BUILD [SECONDS]
# What it finds stays in BUILD/fuzz/NAME; inputs to begin with are those of
# tests/fuzz/corpus/NAME and what tests/lib/net_attacks.py has. SLIRP=DIR in the
# environment builds libslirp from its source there, with AddressSanitizer, in
# place of the system's library.
set -eu
name=$1 build=$2 seconds=${3:-60}
out=$build/fuzz/$name
prefix=() sources=() libraries=(-ljson-c)

add_sources()
{
	mapfile -t -O "${#sources[@]}" sources < <(find "$@" -name '*.c')
}

add_slirp()
{
	local version

	libraries+=(-lglib-2.0)
	[ -n "${SLIRP:-}" ] || {
		libraries+=(-lslirp)
		return 0
	}
	version=$out/include/slirp/libslirp-version.h
	mkdir -p "${version%/*}"
	cp "$SLIRP/src/libslirp.h" "${version%/*}"
	cp "$(pkg-config --variable=includedir slirp)/slirp/libslirp-version.h" "$version"
	cp "$version" "$out/include"
	add_sources "$SLIRP/src"
	# It has undefined behaviour of its own, as misaligned pointers.
	flags+=("-I$out/include" "-I$SLIRP/src" -fno-sanitize=undefined)
}

flags=(-std=gnu17 -D_GNU_SOURCE -g -O1 -Isrc -I. "-I$build" "-I$build/src"
	"-fsanitize=fuzzer,address,undefined" -fno-sanitize-recover=undefined)
mkdir -p "$out/corpus"
# The last one is for making tables when holt is built.
add_sources src/base ! -name filter_rows.c
case $name in
net_frame)
	sources+=(net/{address,checksum,denial,denials,dnsmsg,dnsnat,egress,frame,learned,ownname}.c
		net/{packet,policy,reassembly,refuse,rule,servers}.c)
	;;
net_*)
	add_sources net ! -name main.c ! -name compat.c ! -name options.c \
		! -name setup.c ! -name loop.c ! -name filter_gen.c
	add_slirp
	read -ra more < <(pkg-config --cflags glib-2.0 slirp)
	flags+=("${more[@]}")
	# A network in which every address is this machine's.
	prefix=(unshare --user --map-root-user --net "$BASH" -c '
		ip link set lo up
		ip route add local 0.0.0.0/0 dev lo
		ip route add local ::/0 dev lo
		exec "$@"' fuzz)
	;;
registries)
	sources+=(src/image/{registries,registries_read,toml,toml_scan}.c src/oci/{digest,reference}.c)
	grep -ohE '"[a-z-]+"' src/image/registries_read.c | sort -u >"$out/words"
	;;
challenge)
	sources+=(src/image/worker/{challenge,content_range,http_headers}.c)
	grep -ohE '"[a-zA-Z-]+"' src/image/worker/challenge.c | sort -u >"$out/words"
	;;
load)
	sources+=(src/image/worker/{confine,hash,image_report,ingest,load,load_docker,load_oci,manifest_make}.c
		src/image/worker/{parcel,parcel_archive,report,request,spool,tar_source}.c
		src/oci/{digest,image_config,image_manifest,media_type,platform,reference}.c)
	libraries+=(-larchive -lcrypto)
	grep -ohE '"[A-Za-z_][A-Za-z_./]+"' src/image/worker/load*.c src/oci/image_*.c | sort -u >"$out/words"
	;;
unpack)
	sources+=(src/image/worker/{attributes,clean,confine,copy,entry,finish,hard_link,metadata,names}.c
		src/image/worker/{place,remove,report,request,sieve,tar_header,tar_records,whiteout}.c)
	libraries+=(-larchive)
	;;
template)
	sources+=(src/command/template*.c src/command/suggest.c)
	grep -ohE '"[a-z]+"' src/command/template*.c | sort -u >"$out/words"
	;;
*)
	add_sources src/oci ! -name seccomp_generate.c
	sources+=("$build/src/oci/seccomp_default.c" idmap/map.c)
	libraries=(-ljson-c -lcap -lseccomp)
	# Words for the mutator: every property and value that the readers know.
	grep -ohE '"[A-Za-z_][A-Za-z_.]+"' src/oci/*.c | sort -u >"$out/words"
	;;
esac
clang "${flags[@]}" "tests/fuzz/$name.c" "${sources[@]}" "${libraries[@]}" -o "$out/fuzz"

case $name in
net_*) /usr/bin/python3 tests/lib/net_attacks.py seeds "$name" "$out/corpus" ;;
*)
	if command -v runc >/dev/null; then
		rm -f "$out/config.json"
		runc spec --rootless --bundle "$out"
		cp "$out/config.json" "$out/corpus/usual"
	fi
	;;
esac
[ ! -d "tests/fuzz/corpus/$name" ] || cp "tests/fuzz/corpus/$name"/* "$out/corpus/"
[ ! -e "$out/words" ] || set -- "-dict=$out/words"
exec "${prefix[@]}" "$out/fuzz" "${@:4}" -max_total_time="$seconds" \
	-max_len=8192 -error_exitcode=1 -timeout_exitcode=1 -artifact_prefix="$out/" "$out/corpus"
