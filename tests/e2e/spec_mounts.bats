#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# "mounts" of config.json: every option of the specification's table.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
	mkdir "$BATS_TEST_TMPDIR/source"
	echo text >"$BATS_TEST_TMPDIR/source/file"
}

teardown()
{
	expect_nothing_left
}

# Mount of type $1 from $2 at /m with the options that follow.
mount_with()
{
	local type=$1 source=$2

	shift 2
	reset_config
	change --arg type "$type" --arg source "$source" '.mounts += [{ destination: "/m",
		type: $type, source: $source, options: $ARGS.positional }]' --args "$@"
	script 'grep " /m " /proc/self/mountinfo | cut -d" " -f 6-'
}

@test "#8 mounts.options: every option of the table is taken by a new file system" {
	local option

	for option in async atime defaults dev diratime dirsync exec iversion lazytime \
		loud mand noatime nodev nodiratime noexec noiversion nolazytime nomand \
		norelatime nostrictatime nosuid nosymfollow private ratime rdev rdiratime \
		relatime rexec rnoatime rnodev rnodiratime rnoexec rnorelatime \
		rnostrictatime rnosuid rnosymfollow ro rprivate rrelatime rro rrw rshared \
		rslave rstrictatime rsuid rsymfollow runbindable rw shared silent slave \
		strictatime suid symfollow sync unbindable; do
		mount_with tmpfs tmpfs "$option"
		in_bundle
		[ "$status" -eq 0 ] || differs "option $option"
	done
}

@test "options of a new file system are in force" {
	mount_with tmpfs tmpfs noexec nosuid nodev noatime nodiratime nosymfollow sync dirsync
	in_bundle
	expect_match '^rw,nosuid,nodev,noexec,noatime,nodiratime,nosymfollow '
	expect_match ' rw,sync,dirsync'
	mount_with tmpfs tmpfs rro rnosuid
	in_bundle
	expect_match '^ro,nosuid,relatime '
	mount_with tmpfs tmpfs strictatime lazytime
	in_bundle
	expect_match '^rw( |,nosuid).*lazytime'
	mount_with tmpfs tmpfs sync async
	in_bundle
	expect_no_text sync
}

@test "propagation of a mount is what its options say" {
	local pair

	for pair in shared=shared: rshared=shared: unbindable=unbindable private=-; do
		mount_with tmpfs tmpfs "${pair%=*}"
		in_bundle
		expect_status 0
		expect_match "^[^ ]+ ${pair#*=}"
		mount_with bind "$BATS_TEST_TMPDIR/source" rbind "${pair%=*}"
		in_bundle
		expect_match "^[^ ]+ ${pair#*=}"
	done
}

@test "recursive options reach what is mounted below, the others don't" {
	local below=$BATS_TEST_TMPDIR/source/below

	mkdir "$below"
	in_mounts()
	{
		run unshare --user --map-root-user --mount bash -c '
			mount -t tmpfs tmpfs "$1" && exec "$2" run --bundle "$3"' - \
			"$below" "$HOLT" "$bundle"
	}
	mount_with bind "$BATS_TEST_TMPDIR/source" rbind rro rnoexec
	script 'touch /m/a; touch /m/below/a; grep " /m" /proc/self/mountinfo | cut -d" " -f5,6'
	in_mounts
	expect_text '/m/a: Read-only'
	expect_text '/m/below/a: Read-only'
	expect_match '/m/below ro,([a-z,]*)noexec'
	mount_with bind "$BATS_TEST_TMPDIR/source" rbind ro
	script 'touch /m/a; touch /m/below/a && echo written'
	in_mounts
	expect_text '/m/a: Read-only'
	expect_line written
}

@test "an option to take back what isn't ours to take back leaves it" {
	mount_with bind "$BATS_TEST_TMPDIR/source" bind rw dev suid
	run unshare --user --map-root-user --mount bash -c '
		mount -t tmpfs -o nosuid,nodev,ro tmpfs "$1/source" && exec "$2" run --bundle "$3"' - \
		"$BATS_TEST_TMPDIR" "$HOLT" "$bundle"
	expect_status 0
	expect_match '^ro,nosuid,nodev'
}

@test "options that are nobody's are refused on a bind mount" {
	mount_with bind "$BATS_TEST_TMPDIR/source" bind nosuchoption
	in_bundle
	expect_refusal "mount on /m: option 'nosuchoption' is not for a bind mount"
	mount_with tmpfs tmpfs copy-symlink
	in_bundle
	expect_refusal 'are for bind mounts'
}

@test "copy-symlink makes a symlink anew, and binds what is none" {
	ln -s file "$BATS_TEST_TMPDIR/source/link"
	mount_with bind "$BATS_TEST_TMPDIR/source/link" bind copy-symlink
	script 'readlink /m; grep -c " /m " /proc/self/mountinfo'
	in_bundle
	expect_output $'file\n0'
	in_bundle # it is there already, and the same
	expect_output $'file\n0'
	ln -sfn other "$BATS_TEST_TMPDIR/source/link"
	in_bundle
	expect_refusal 'mount on /m: make a symlink: File exists'
	mount_with bind "$BATS_TEST_TMPDIR/source/file" bind copy-symlink
	rm "$bundle/rootfs/m"
	script 'cat /m'
	in_bundle
	expect_output text
}

@test "src-nofollow binds a symlink itself, dest-nofollow covers one" {
	ln -s file "$BATS_TEST_TMPDIR/source/link"
	mount_with bind "$BATS_TEST_TMPDIR/source/link" bind src-nofollow
	script 'readlink /m'
	in_bundle
	expect_output file
	rm "$bundle/rootfs/m"
	ln -s /etc/passwd "$bundle/rootfs/m"
	mount_with bind "$BATS_TEST_TMPDIR/source/file" bind dest-nofollow
	script 'cat /m; wc -l </etc/passwd'
	in_bundle
	expect_output $'text\n2'
	mount_with bind "$BATS_TEST_TMPDIR/source/file" bind
	script 'cat /m; wc -l </etc/passwd'
	in_bundle
	expect_output $'text\n1'
}

@test "remount changes what was mounted before it" {
	mount_with tmpfs tmpfs nosuid
	change '.mounts += [{ destination: "/m", options: ["remount", "ro", "noexec"] }]'
	in_bundle
	expect_match '^ro,nosuid,noexec'
	change '.mounts[-1].destination = "/etc"'
	in_bundle
	expect_refusal 'mount on /etc: remount: nothing is mounted there'
	change '.mounts[-1].options += ["size=5"]'
	in_bundle
	expect_refusal "option 'size=5'"
}

@test "tmpcopyup begins with what is there" {
	mkdir "$bundle/rootfs/m"
	echo kept >"$bundle/rootfs/m/file"
	mount_with tmpfs tmpfs tmpcopyup ro
	script 'cat /m/file; touch /m/x'
	in_bundle
	expect_line kept
	expect_text 'Read-only file system'
	mount_with tmpfs tmpfs tmpcopyup rro
	script 'cat /m/file; touch /m/x'
	in_bundle
	expect_line kept
	expect_text 'Read-only file system'
}

@test "directories that only the container's root may pass lead to root and mounts" {
	local given=$BATS_TEST_TMPDIR/given

	mkdir -p "$given/below/source"
	echo text >"$given/below/source/file"
	mv "$bundle/rootfs" "$given/below"
	run "$HOLT" run --volume "$given:/mnt" host sh -c \
		'chown 5:5 /mnt/below && chmod 0700 /mnt/below'
	expect_status 0
	! ls "$given/below" || differs 'we may pass ourselves'
	change --arg given "$given/below" '.root.path = "\($given)/rootfs" |
		.mounts += [{ destination: "/m", type: "bind", source: "\($given)/source",
			options: ["rbind"] }]'
	script 'cat /m/file'
	in_bundle
	expect_status 0
	expect_output text
	change '.hooks.createRuntime = [{ path: "/bin/true" }]'
	in_runtime
	expect_status 0
	expect_output text
	run "$HOLT" run --volume "$given:/mnt" host chown -R 0:0 /mnt/below
	expect_status 0
}

@test "a root that neither we nor the container's root may reach is named" {
	change '.root.path = "/root/rootfs"'
	in_bundle
	expect_status 125
	expect_output 'holt: open the root /root/rootfs: Permission denied'
}
