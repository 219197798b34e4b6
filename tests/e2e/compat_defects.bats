#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Where other runtimes have been found to do what the specification forbids, or to
# be silent where it wants an error: a test for each, with its number. Those that
# belong to a field are with that field's other tests.
#
#   1  a hybrid cgroup host runs containers
#   2  ociVersion 1.x is taken, 2.x is an error
#   3  a memory limit that can't be had is an error
#   4  a resource limit that is given twice is an error
#   5  a capability that isn't known is warned of
#   6  a hostname that is a number is an error
#   7  a rootfsPropagation that isn't known is an error
#   8  lazytime, silent, nosymfollow on a tmpfs
#   9  linux.devices without root
#   10 a namespace that is given twice is an error
#   11 timeOffsets
#   12 scheduler, ioPriority, memoryPolicy, netDevices, intelRdt: applied or an error
#   13 seccomp: errnoRet with an action that kills is an error
#   14 seccomp flags
#   15 a uid that isn't mapped is an error
#   16 a signal that isn't known is an error
#   17 hooks: pid in the container's namespace, and status
#   18 an AppArmor profile where there is no AppArmor is an error
#   19 a poststart hook that fails is an error
#   20 an init that has been killed has stopped
#   21 features is complete
#   22 without PATH the usual directories are searched

load ../lib/helpers
load ../lib/box

setup_file()
{
	setup_busybox_root
	setup_runtime
}

setup()
{
	make_bundle
}

teardown()
{
	remove_box
}

@test "each of the list has a test that has its number" {
	local number

	for number in $(sed -n 's/^#   \([0-9]*\) .*/\1/p' "$BATS_TEST_FILENAME"); do
		grep -qE "^@test \"#$number " "$BATS_TEST_DIRNAME"/*.bats ||
			differs "no test of #$number"
	done
	[ "$number" -eq 22 ]
}

# The bundle with the jq program $1 is refused, and says $2.
expect_refused()
{
	cp "$bundle/config.json" kept.json
	change "$1"
	run timeout 20 "$RUNTIME" run --bundle "$bundle" box
	expect_status 1
	expect_text "$2"
	mv kept.json "$bundle/config.json"
}

# The bundle with the jq program $1 runs.
expect_runs()
{
	cp "$bundle/config.json" kept.json
	change "$1"
	rt run --bundle "$bundle" box
	expect_status 0
	mv kept.json "$bundle/config.json"
}

@test "#1 a container runs, whatever this machine's cgroups are" {
	expect_runs '.process.args = ["echo", "hi"]'
	expect_output hi
}

@test "#2 every 1.x of the specification is taken, 2.x refused" {
	local version

	for version in 1.0.0 1.0.2-dev 1.1.0 1.2.0 1.2.1+dev 1.3.0 1.9.0; do
		expect_runs ".process.args = [\"true\"] | .ociVersion = \"$version\""
	done
	expect_refused '.ociVersion = "2.0.0"' /ociVersion
	expect_refused '.ociVersion = "0.9.0"' /ociVersion
}

@test "#3 a memory limit where there is no cgroup is an error, unless told otherwise" {
	change '.linux.resources.memory.limit = 67108864 | .process.args = ["true"]'
	run "$RUNTIME" --cgroup-manager=disabled run --bundle "$bundle" box
	expect_status 1
	expect_text 'linux.resources.memory.limit needs the memory controller'
	change '.annotations["run.holt.limits"] = "besteffort"'
	run "$RUNTIME" --cgroup-manager=disabled run --bundle "$bundle" box
	expect_status 0
}

@test "#5 capabilities.unknown: a capability that isn't known is warned of" {
	change '.process.args = ["true"] | .process.capabilities |= map_values(. + ["CAP_NOSUCH"])'
	rt --log-level=warning run --bundle "$bundle" box
	expect_status 0
	expect_text CAP_NOSUCH
	run "$RUNTIME" --log-level=warning --log "$PWD/log" --log-format=json run --bundle "$bundle" box
	[ "$(jq -r .level log | sort -u)" = warning ] || differs "$(<log)"
}

@test "#6 a hostname that is a number is refused by its path" {
	expect_refused '.hostname = 5' /hostname
}

@test "#7 a rootfsPropagation that isn't known is refused by its path" {
	expect_refused '.linux.rootfsPropagation = "zzz"' /linux/rootfsPropagation
}

@test "#9 devices are there without root" {
	expect_runs '.linux.devices = [{ path: "/dev/zero", type: "c", major: 1, minor: 5 }] |
		.process.args = ["sh", "-c", "head -c3 /dev/zero | wc -c"]'
	expect_output 3
}

@test "#12 intelRdt.mount: intelRdt is applied or an error" {
	expect_refused '.linux.intelRdt = { l3CacheSchema: "L3:0=f" }' intelRdt
}

@test "#13 seccomp.errno: errnoRet where no call returns is refused" {
	local action

	for action in SCMP_ACT_KILL SCMP_ACT_KILL_PROCESS SCMP_ACT_KILL_THREAD SCMP_ACT_TRAP; do
		expect_refused ".linux.seccomp = { defaultAction: \"SCMP_ACT_ALLOW\", syscalls: [
			{ names: [\"getcwd\"], action: \"$action\", errnoRet: 1 }] }" /linux/seccomp/syscalls/0
	done
	expect_refused '.linux.seccomp = { defaultAction: "SCMP_ACT_KILL", defaultErrnoRet: 1 }' \
		/linux/seccomp
}

@test "#14 seccomp flags are set" {
	local flag

	for flag in LOG SPEC_ALLOW TSYNC; do
		change --arg flag "SECCOMP_FILTER_FLAG_$flag" '.process.args = ["true"] |
			.linux.seccomp = { defaultAction: "SCMP_ACT_LOG", flags: [$flag] }'
		strace -f -e trace=seccomp -o trace "$RUNTIME" run --bundle "$bundle" box
		grep -q "SECCOMP_SET_MODE_FILTER, .*SECCOMP_FILTER_FLAG_$flag" trace ||
			differs "$flag: $(<trace)"
	done
	expect_refused '.linux.seccomp = { defaultAction: "SCMP_ACT_ALLOW",
		flags: ["SECCOMP_FILTER_FLAG_NOSUCH"] }' /linux/seccomp/flags/0
}

@test "#16 a signal that isn't known is refused, and nothing is sent" {
	local word

	start_box
	for word in NOSIG SIGNOSIG 0 65 RTMIN+40 ''; do
		rt kill box "$word"
		expect_status 1
		expect_text "unknown signal \"$word\""
	done
	rt state box
	expect_text '"running"'
}

@test "#17 a hook of the container finds its own pid and the right status" {
	change --arg file /tmp/hooks '.process.args = ["cat", "/hooks"] | .hooks = {
		createRuntime: [{ path: "/bin/sh", args: ["sh", "-c", "cat >>bundle-hook"] }],
		startContainer: [{ path: "/bin/sh", args: ["sh", "-c", "cat >>/hooks"] }] }'
	rt run --bundle "$bundle" box
	expect_status 0
	jq -e '.pid == 1 and .status == "created"' <<<"$output" || differs 'inside'
	jq -e '.pid > 1 and .status == "creating"' "$bundle/bundle-hook" ||
		differs "$(<"$bundle/bundle-hook")"
}

@test "#19 a poststart hook that fails is an error, and the container is gone" {
	change '.hooks.poststart = [{ path: "/bin/false" }]'
	rt run --bundle "$bundle" box
	expect_status 1
	expect_text poststart
	rt state box
	expect_text 'does not exist'
}

@test "#21 features speaks of 1.3.0, time namespaces, rdma and architectures" {
	rt features
	jq -e '.ociVersionMax == "1.3.0" and (.linux.namespaces | index("time")) and
		.linux.cgroup.rdma and (.linux.seccomp.archs | index("SCMP_ARCH_X86_64"))' \
		<<<"$output"
}
