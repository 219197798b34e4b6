#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# linux.seccomp: what the filter judges, and what it doesn't.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
}

teardown()
{
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" delete --force \
		"test-$BATS_TEST_NUMBER-$$"
	expect_nothing_left
}

# Calls in $@ end with EPERM in the container.
forbid()
{
	change '.linux.seccomp = { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{ "names": $ARGS.positional, "action": "SCMP_ACT_ERRNO" } ] }' \
		--args "$@"
}

@test "a filter that allows little is no hindrance to our own set-up" {
	local forbidden=(setsid ioctl dup2 dup3 close_range rt_sigaction
		rt_sigprocmask getcwd chdir fchdir umask setgroups setresuid
		setresgid prlimit64 setrlimit recvmsg recvfrom sendmsg getpid)

	forbid "${forbidden[@]}"
	change '.process.args = ["echo", "hi"]'
	in_runtime
	expect_status 0
	expect_output hi

	# What the kernel asks of who has no capability for it anyway.
	forbid "${forbidden[@]}" capset prctl seccomp
	change '.process.noNewPrivileges = true'
	in_runtime
	expect_status 0
	expect_output hi
}
