# SPDX-License-Identifier: Apache-2.0
# For tests of unpacking: load ../lib/layers, after helpers.
export HOLT_IMAGE=${HOLT_IMAGE:-$(dirname "$HOLT")/holt-image}

# Run the group $2 of the script $1, which unpacks layers as root of a user namespace.
# What is made belongs to other users: so it is removed there.
unpack_group()
{
	mkdir "$BATS_TEST_TMPDIR/work"
	# shellcheck disable=SC2016 # for the shell in there
	run unshare --map-root-user --map-auto --mount bash -c '
		python3 -B "$@"
		status=$?
		! mountpoint -q "$3/merged" || umount "$3/merged"
		chmod -R u+rwx "$3" && rm -rf "$3"
		exit $status' \
		bash "$BATS_TEST_DIRNAME/../lib/$1" "$HOLT_IMAGE" "$BATS_TEST_TMPDIR/work" "$2"
	expect_output ''
	expect_status 0
}
