#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Layers become directories as image-spec's layer.md says, and those that are made to
# harm harm nobody: nothing outside the destination changes, and what is meant well
# unpacks. The layers are in tests/lib/layers.py.

load ../lib/helpers

HOLT_IMAGE=${HOLT_IMAGE:-$(dirname "$HOLT")/holt-image}

# The layers of a group. What is made belongs to other users: so it is removed there.
layers()
{
	mkdir "$BATS_TEST_TMPDIR/work"
	# shellcheck disable=SC2016 # for the shell in there
	run unshare --map-root-user --map-auto --mount bash -c '
		python3 -B "$@"
		status=$?
		! mountpoint -q "$3/merged" || umount "$3/merged"
		chmod -R u+rwx "$3" && rm -rf "$3"
		exit $status' \
		bash "$BATS_TEST_DIRNAME/../lib/layers.py" "$HOLT_IMAGE" \
		"$BATS_TEST_TMPDIR/work" "$1"
	expect_output ''
	expect_status 0
}

@test "names, links and directories that lead out" {
	layers attacks
}

@test "headers that programs could take differently" {
	layers headers
}

@test "what an image may not say about the host or the overlay" {
	layers marks
}

@test "compressed data that is damaged, endless or something else" {
	layers streams
}

@test "as layer.md has it: whiteouts, links, parents, metadata" {
	layers rules
}

@test "trees that are deep or closed are removed, and nothing else" {
	layers removal
}
