#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# as-user: --empty /etc/subuid --empty /etc/subgid
# Whatever call of ours fails: either the command runs, held by all that holds
# it otherwise, or it doesn't and the error is told. Never the command with less.
#
# Without ranges, since a traced newuidmap has no rights.
load ../lib/helpers

setup_file()
{
	setup_busybox_root
}

teardown()
{
	expect_nothing_left
}

# What holds the command, as it sees it itself. What is below /sys may differ:
# the kernel may refuse a sysfs or a cgroup of its own, then it is the host's or
# nothing. But none of it may be writable.
# shellcheck disable=SC2016
held='grep -E "^(Cap|NoNew|Seccomp:|Uid|Gid|Groups)" /proc/self/status
	cut -d" " -f5,6 /proc/self/mountinfo | grep -v "^/sys[^ ]* ro,"
	for kind in user mnt pid net ipc uts cgroup; do
		[ "$(readlink /proc/self/ns/$kind)" != "$(eval echo \$HOST_$kind)" ] || echo "same $kind"
	done
	echo "umask $(umask)"; ls /proc/self/fd | wc -l'

# Run holt with words for strace before it; its own warnings are left out.
traced()
{
	local kind env=()

	for kind in user mnt pid net ipc uts cgroup; do
		env+=(-e "HOST_$kind=$(readlink "/proc/self/ns/$kind")")
	done
	run --separate-stderr timeout 60 strace -f -qq -o /dev/null "$@" "$HOLT" run \
		--network none -v "$BATS_TEST_TMPDIR:/mnt:ro" \
		--security-opt no-new-privileges "${env[@]}" \
		"${root[@]}" sh -c "$held"
}

# Each call of the kind $1 fails in turn with each of the errors $2...
sweep()
{
	local call=$1 error nth ran=0 refused=0

	shift
	for error; do
		for nth in 1+ 1 2 3 5 8 13; do
			traced -e "inject=$call:error=$error:when=$nth"
			if [ "$status" -eq 0 ]; then
				[ "$output" = "$usual" ] ||
					differs "$call, $error at $nth: held by less"
				ran=1
				continue
			fi
			[ "$status" -eq 125 ] && [ -z "$output" ] ||
				differs "$call, $error at $nth: neither ran nor refused"
			[[ $stderr == *holt:* ]] ||
				differs "$call, $error at $nth: not told"
			refused=1
		done
	done
	[ "$refused" = 1 ] || differs "$call: no failure of it was noticed"
}

setup()
{
	mkdir "$BATS_TEST_TMPDIR/file"
	take_root --rootfs "$BUSYBOX_ROOT"
}

# From now on the words say what the root is; see how it is held.
take_root()
{
	root=("$@")
	traced -e trace=none
	expect_status 0
	usual=$output
	expect_text 'Seccomp:'
	expect_text '/mnt ro'
	expect_no_text 'same '
}

@test "a mount call that is missing or refused never leaves less protection" {
	for call in open_tree move_mount mount_setattr fsopen fsconfig fsmount; do
		sweep "$call" ENOSYS EPERM
	done
}

@test "a path call that is missing or refused never leaves less protection" {
	sweep openat2 ENOSYS EPERM
	sweep pivot_root ENOSYS EPERM
	sweep umount2 EPERM
}

@test "the root host never loses what covers the home and the sockets" {
	take_root host
	expect_text '/home '
	expect_text '/run '
	for call in move_mount fsmount openat2 mount_setattr; do
		sweep "$call" EPERM ENOMEM
	done
}

@test "a call for ids, capabilities or the filter that fails stops the start" {
	sweep capset EPERM
	sweep seccomp ENOSYS EINVAL
	sweep setresuid EAGAIN
	sweep setresgid EPERM
	sweep prctl EINVAL
}

@test "a namespace or a descriptor that can't be had stops the start" {
	sweep unshare EPERM ENOSPC
	sweep clone3 ENOSYS EPERM
	sweep close_range ENOSYS
	sweep socketpair EMFILE
	sweep sethostname EPERM
}

@test "an overlay on a tmpfs without attributes, as before Linux 6.6, is refused" {
	run strace -f -qq -o /dev/null -e inject=fsetxattr:error=EOPNOTSUPP \
		"$HOLT" run --network none --rootfs "$BUSYBOX_ROOT:O" echo started
	expect_status 125
	expect_line 'holt: an overlay on tmpfs needs user attributes there (Linux 6.6): Operation not supported'
	expect_no_text started
}
