#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt run where it is root of a user namespace already: in a container of its
# own, and under unshare(1).

load ../lib/helpers

setup_file()
{
	setup_busybox_root
	make_outer_root "$BATS_FILE_TMPDIR/outer"
}

setup()
{
	outer=(--privileged --rootfs "$BATS_FILE_TMPDIR/outer")
}

# A root that has holt in it, with what it is linked with and what it loads.
make_outer_root()
{
	local library slirp

	make_busybox_root "$1"
	cp "$HOLT" "${HOLT%/*}/holt-net" "$1/bin"
	slirp=$(/sbin/ldconfig -p | awk '$1 == "libslirp.so.0" { print $NF; exit }')
	{
		echo "$slirp"
		ldd "$HOLT" "${HOLT%/*}/holt-net" "$slirp" | grep -o '/[^ ]*\.so[^ ]*'
	} | sort -u | grep -v ':$' |
		while read -r library; do
			mkdir -p "$1${library%/*}"
			cp "$library" "$1$library"
		done
}

teardown()
{
	expect_nothing_left
}

@test "under unshare -Ur: root of a single id" {
	run unshare -Ur "$HOLT" run --network none host sh -c 'id -u; cat /proc/self/uid_map'
	expect_status 0
	expect_line 0
	expect_match '0 +0 +1($|'$'\n'')'
	run unshare -Ur "$HOLT" run --network none busybox sh -c 'echo x >/etc/x; mount -t tmpfs t /mnt && echo mounted'
	expect_output mounted
}

@test "under unshare -Ur: the network, the overlay and the terminal" {
	run unshare -Ur "$HOLT" run busybox ip -o addr show dev tap0
	expect_text 10.0.2.100
	run unshare -Ur "$HOLT" run --network none --rootfs "$BUSYBOX_ROOT:O" rm -r /home
	expect_status 0
	[ -d "$BUSYBOX_ROOT/home" ]
	run unshare -Ur "$HOLT" run --network none -t busybox tty
	expect_status 0
}

@test "in a container: holt runs in holt, with all the ids there are" {
	run "$HOLT" run --network none "${outer[@]}" \
		holt run --network none busybox sh -c 'id -u; wc -l </proc/self/uid_map'
	expect_status 0
	expect_output $'0\n2'
	run "$HOLT" run --network none "${outer[@]}" \
		holt run --network none busybox sh -c 'adduser -D bob && su bob -c id'
	expect_status 0
	expect_text 'uid=1000(bob)'
	run "$HOLT" run --network none "${outer[@]}" \
		holt run --network none host sh -c 'id -u; touch /tmp/x; touch /x'
	expect_status 1
	expect_line 0
	expect_text '/x: Read-only file system'
}

@test "three deep" {
	run "$HOLT" run --network none "${outer[@]}" \
		holt run --network none --privileged --rootfs / \
		holt run --network none busybox echo deep
	expect_status 0
	expect_output deep
}

@test "in a container: as another user of it, who has no ranges" {
	run "$HOLT" run --network none "${outer[@]}" -u app --cap-drop all \
		holt run --network none host id
	expect_status 0
	expect_text 'only your own id is mapped'
	expect_text 'uid=0(root)'
}

@test "in a container: a network in a network" {
	run "$HOLT" run "${outer[@]}" holt run busybox ip -o addr show dev tap0
	expect_status 0
	expect_text 10.0.2.100
}

@test "in a container that isn't privileged: refused, with the reason" {
	run "$HOLT" run --network none -v "${HOLT%/*}:/mnt" host \
		/mnt/holt run --network none host true
	expect_status 125
	expect_text 'holt: '
	[ "$(wc -l <<<"$output")" -eq 1 ] || differs 'wanted one line'
}
