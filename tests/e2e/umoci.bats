#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Unpacked trees are what umoci makes of the same image, file by file: type, mode,
# owner, size, content, times, links, attributes. What may differ is in
# tests/lib/umoci.py, each with the reason.

load ../lib/helpers

HOLT_IMAGE=${HOLT_IMAGE:-$(dirname "$HOLT")/holt-image}

setup()
{
	export XDG_DATA_HOME="$BATS_TEST_TMPDIR/data"
	work=$BATS_TEST_TMPDIR/work
	mkdir "$work"
}

teardown()
{
	"$HOLT" system reset --force >/dev/null
}

# As root of a user namespace, where what belongs to other users can be removed.
in_userns()
{
	# shellcheck disable=SC2016 # for the shell in there
	unshare --map-root-user --map-auto --mount bash -c '
		"${@:2}"
		status=$?
		! mountpoint -q "$1/merged" || umount "$1/merged"
		for name in "$1"/{bundle,layer*}; do
			[ ! -d "$name" ] || { chmod -R u+rwx "$name" && rm -rf "$name"; }
		done
		exit $status' bash "$work" "$@"
}

compare()
{
	run in_userns python3 -B "$BATS_TEST_DIRNAME/../lib/umoci.py" "$HOLT_IMAGE" "$work" "$@"
	expect_output ''
	expect_status 0
}

# Have holt unpack the image in $work/image, by running $2 in it, which ends with $1,
# and compare.
compare_stored()
{
	run -0 "$HOLT" load -q -i "$work/image"
	run -0 "$HOLT" images -q
	run "-$1" "$HOLT" run --rm --network none "$output" "$2"
	compare stored "$XDG_DATA_HOME/holt/layers"
}

@test "a layer by itself" {
	compare single
}

@test "layers over layers" {
	compare stacked
}

@test "what is left out, and nothing else with it" {
	compare left_out
}

@test "an image of three layers with whiteouts, run by holt" {
	compare three
	compare_stored 127 /nothing
}

@test "a Debian base image, run by holt" {
	in_userns mmdebstrap --quiet --mode=root --variant=essential --include=iputils-ping \
		bookworm "$work/root.tar" 2>"$work/log" || differs "$(<"$work/log")"
	compare one
	compare_stored 0 true
}
