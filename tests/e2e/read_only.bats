# SPDX-License-Identifier: Apache-2.0
# What is read-only stays so, even for who may mount.
load ../lib/helpers

setup()
{
	shared=$BATS_TEST_TMPDIR/shared
	mkdir "$shared"
	echo before >"$shared/file"
}

teardown()
{
	[ "$(ls "$shared")" = file ] && [ "$(<"$shared/file")" = before ]
	expect_nothing_left
}

@test "the root host can't be had together with the right to uncover it" {
	run holt run --rm --network none --privileged host true
	expect_status 125
	expect_text "the root 'host' and CAP_SYS_ADMIN"
	run holt run --rm --network none --cap-add SYS_ADMIN host true
	expect_status 125
	expect_text "don't go together"
}

@test "busybox may mount, but not where it could undo a read-only volume" {
	run holt run --rm --network none busybox mount -t tmpfs none /mnt
	expect_status 0
	run holt run --rm --network none -v "$shared:/s:ro" busybox \
		sh -c 'mount -o remount,rw,bind /s; echo after >/s/file'
	expect_text "Read-only file system"
	expect_text "permission denied"
}

@test "CAP_SYS_ADMIN asked for beside a read-only volume is warned of" {
	run --separate-stderr holt run --rm --network none --cap-add SYS_ADMIN \
		-v "$shared:/s:ro" busybox true
	expect_status 0
	[[ $stderr == *"can make its read-only mounts writable"* ]] ||
		differs "wanted a warning"
}

@test "a read-only volume is read-only in everything that is mounted below" {
	run unshare -Urm sh -c '
		mkdir "$1/sub" && mount -t tmpfs tmpfs "$1/sub" &&
		holt run --rm --network none -v "$1:/s:ro" --rootfs "$2" \
			/bin/sh -c "echo x >/s/sub/file"' sh "$shared" "$BUSYBOX_ROOT"
	rmdir "$shared/sub"
	expect_text "Read-only file system"
}

setup_file()
{
	setup_busybox_root
}
