#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# run.holt.limits=besteffort: what is kept of limits where there is no cgroup.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
	change '.annotations = { "run.holt.limits": "besteffort" }'
}

teardown()
{
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" delete --force box
	expect_nothing_left
}

without_cgroup()
{
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" --cgroup-manager=disabled \
		--log-level=warning "$@"
}

@test "each limit that isn't set is warned of" {
	change '.linux.resources = { memory: { limit: 100000000 }, pids: { limit: 50 }, cpu: { cpus: "0" } } |
		.process.args = ["true"]'
	without_cgroup run --bundle "$bundle" box
	expect_status 0
	expect_output 'holt-runtime: warning: linux.resources.memory.limit is not set: no cgroup is used
holt-runtime: warning: linux.resources.pids.limit is not set: no cgroup is used
holt-runtime: warning: linux.resources.cpu.cpus is not set: no cgroup is used'
}

@test "processes are kept to cpu.cpus" {
	local allowed last

	allowed=$(sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status)
	last=${allowed##*[-,]}
	change --arg cpus "$last" '.linux.resources.cpu.cpus = $cpus'
	script 'grep Cpus_allowed_list /proc/self/status; exec sleep 98'
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" --cgroup-manager=disabled \
		create --bundle "$bundle" box 3>&- >"$bundle/out" 2>&1
	without_cgroup start box
	expect_status 0
	without_cgroup exec box grep Cpus_allowed_list /proc/self/status
	expect_line $'Cpus_allowed_list:\t'"$last"
	grep -qx $'Cpus_allowed_list:\t'"$last" "$bundle/out" || differs "$(<"$bundle/out")"
	change '.linux.resources.cpu.cpus = "100000"'
	without_cgroup run --bundle "$bundle" other
	expect_status 1
	expect_text "linux.resources.cpu.cpus: '100000' is no list of CPUs up to"
}

@test "no user of the container has more processes than pids.limit" {
	change '.linux.resources.pids.limit = 5'
	script 'for i in 1 2 3 4 5 6; do sleep 10 & done; kill $(jobs -p)'
	without_cgroup run --bundle "$bundle" box
	expect_text "can't fork: Resource temporarily unavailable"
	change '.linux.resources.pids.limit = 50'
	without_cgroup run --bundle "$bundle" box
	expect_status 0
	expect_no_text "can't fork"
	# What the specification gives stays.
	change '.process.rlimits = [{ type: "RLIMIT_NPROC", soft: 40, hard: 60 }]'
	script 'ulimit -Su; ulimit -Hu'
	without_cgroup run --bundle "$bundle" box
	expect_line 40
	expect_line 60
}
