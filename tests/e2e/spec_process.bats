#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# "process" of config.json: how the command is scheduled, where its memory is,
# what it is labelled with, and which ids it has. #N is a defect of other
# runtimes that ours shall not have.

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
	expect_nothing_left
}

# Policy and nice value of the command.
show_schedule='set -- $(cut -d")" -f2 /proc/self/stat); echo "policy ${39} nice ${17}"'

@test "#12 scheduler: policy and nice value are the command's" {
	script "$show_schedule"
	in_bundle
	expect_output 'policy 0 nice 0'
	change '.process.scheduler = { policy: "SCHED_OTHER", nice: 7 }'
	in_bundle
	expect_output 'policy 0 nice 7'
	in_bundle --init
	expect_output 'policy 0 nice 7'
	change '.process.scheduler = { policy: "SCHED_BATCH" }'
	in_bundle
	expect_output 'policy 3 nice 0'
	change '.process.scheduler = { policy: "SCHED_IDLE" }'
	in_bundle
	expect_output 'policy 5 nice 0'
}

@test "#12 scheduler: what only root may have is refused by name" {
	change '.process.scheduler = { policy: "SCHED_FIFO", priority: 5 }'
	in_bundle
	expect_refusal 'process.scheduler: real-time policies'
	change '.process.scheduler = { policy: "SCHED_OTHER", nice: -5 }'
	in_bundle
	expect_refusal 'process.scheduler: real-time policies'
	change '.process.scheduler = { policy: "SCHED_DEADLINE", runtime: 10000000, deadline: 20000000, period: 20000000 }'
	in_bundle
	expect_refusal 'process.scheduler'
}

@test "scheduler: what doesn't fit together is refused before" {
	local wrong

	for wrong in '{ policy: "SCHED_OTHER", priority: 5 }' '{ policy: "SCHED_FIFO", runtime: 5 }' \
		'{ policy: "SCHED_OTHER", nice: 20 }' '{ policy: "SCHED_X" }' '{ nice: 5 }'; do
		change ".process.scheduler = $wrong"
		in_bundle
		expect_refusal /process/scheduler || differs "$wrong"
	done
}

@test "#12 ioPriority: class and level are the command's" {
	script 'ionice -p $$'
	change '.process.ioPriority = { class: "IOPRIO_CLASS_BE", priority: 6 }'
	in_bundle
	expect_output 'best-effort: prio 6'
	change '.process.ioPriority = { class: "IOPRIO_CLASS_IDLE" }'
	in_bundle
	expect_output 'idle'
	change '.process.ioPriority = { class: "IOPRIO_CLASS_RT", priority: 0 }'
	in_bundle
	expect_refusal 'process.ioPriority: IOPRIO_CLASS_RT'
}

@test "#12 memoryPolicy: nodes and mode are the command's" {
	[ -e /proc/self/numa_maps ] || skip_unless_strict 'this kernel has no NUMA'
	script 'grep -c " bind:0 " /proc/self/numa_maps'
	in_bundle
	expect_output 0
	change '.linux.memoryPolicy = { mode: "MPOL_BIND", nodes: "0" }'
	in_bundle
	expect_status 0
	[ "$output" -gt 0 ]
	change '.linux.memoryPolicy = { mode: "MPOL_BIND", nodes: "1000" }'
	in_bundle
	expect_refusal 'memoryPolicy with nodes 1000'
	change '.linux.memoryPolicy = { mode: "MPOL_BIND" }'
	in_bundle
	expect_refusal /linux/memoryPolicy
}

@test "personality: LINUX32 is another machine" {
	script 'uname -m'
	in_bundle
	expect_output "$(uname -m)"
	change '.linux.personality = { domain: "LINUX32" }'
	in_bundle
	[ "$(uname -m)" != x86_64 ] || expect_output i686
	change '.linux.personality = { domain: "LINUX" }'
	in_bundle
	expect_output "$(uname -m)"
	change '.linux.personality = { domain: "LINUX", flags: ["X"] }'
	in_bundle
	expect_refusal /linux/personality/flags
}

@test "#18 an AppArmor profile without AppArmor is refused" {
	[ ! -e /sys/module/apparmor/parameters/enabled ] || skip 'this machine has AppArmor'
	change '.process.apparmorProfile = "docker-default"'
	in_bundle
	expect_refusal "apparmorProfile docker-default can't be applied: AppArmor is not enabled"
}

@test "SELinux labels without SELinux are refused" {
	[ ! -e /sys/fs/selinux/enforce ] || skip 'this machine has SELinux'
	change '.process.selinuxLabel = "system_u:system_r:x:s0"'
	in_bundle
	expect_refusal "selinuxLabel system_u:system_r:x:s0 can't be applied: SELinux is not enabled"
	reset_config
	change '.linux.mountLabel = "system_u:object_r:x:s0"'
	in_bundle
	expect_refusal "mountLabel system_u:object_r:x:s0 can't be applied: SELinux is not enabled"
}

@test "#4 rlimits.twice: a resource limit is given once" {
	change '.process.rlimits = [{ type: "RLIMIT_NOFILE", hard: 9, soft: 9 }, { type: "RLIMIT_NOFILE", hard: 8, soft: 8 }]'
	in_bundle
	expect_refusal /process/rlimits/1
}

@test "a resource limit above our own is refused, and says what ours is" {
	change '.process.rlimits = [{ type: "RLIMIT_NOFILE", hard: 600, soft: 500 }]'
	run bash -c 'ulimit -n 400; exec "$HOLT" run --bundle "$1"' - "$bundle"
	expect_refusal 'RLIMIT_NOFILE: 600 is above our own hard limit, 400'
}

@test "#15 ids that aren't mapped are refused by their number" {
	change '.process.user.uid = 4000000'
	in_bundle
	expect_refusal 'uid 4000000 is not mapped'
	change '.process.user = { uid: 0, gid: 4000000 }'
	in_bundle
	expect_refusal 'gid 4000000 is not mapped'
	change '.process.user = { uid: 0, gid: 0, additionalGids: [4000000] }'
	in_bundle
	expect_refusal 'gid 4000000 is not mapped'
}

@test "#22 process.args: as execvp(3) does, without a PATH the usual one is searched" {
	change '.process.args = ["echo", "found"] | .process.env = []'
	in_bundle
	expect_output found
}

@test "umask is the specification's, or 0022" {
	script umask
	in_bundle
	expect_output 0022
	change '.process.user.umask = 63'
	in_bundle
	expect_output 0077
}

@test "the caller's own groups are kept where that is asked for" {
	script 'grep Groups: /proc/self/status'
	in_bundle
	expect_output $'Groups:\t '
	change '.annotations = { "run.oci.keep_original_groups": "1" }'
	in_bundle
	[ "$(wc -w <<<"$output")" -eq $(($(id -G | wc -w) + 1)) ] || differs 'groups were dropped'
}

@test "the working directory is made where it is missing" {
	change '.process.cwd = "/a/b" | .process.args = ["pwd"]'
	in_bundle
	expect_output /a/b
	change '.process.cwd = "/proc/self/fd/5"'
	in_bundle
	expect_status 125
}
