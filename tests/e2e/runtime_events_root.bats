#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# as-user: --user root
# holt-runtime events where the machine's root has a cgroup.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
	state=$BATS_TEST_TMPDIR/state
	name=test-$BATS_TEST_NUMBER-$$
	change '.process.args = ["sleep", "100"]'
}

teardown()
{
	rt delete --force "$name"
	expect_nothing_left
}

rt()
{
	run "$HOLT_RUNTIME" --root "$state" "$@"
}

start_container()
{
	"$HOLT_RUNTIME" --root "$state" run --detach --bundle "$bundle" \
		"$name" 3>&- >/dev/null 2>&1 </dev/null
}

@test "stats have every part that engines read, of this machine's cgroups" {
	change '.process.args = ["sh", "-c", "i=0
		while [ $i -lt 100000 ]; do i=$((i + 1)); done; sleep 100"] |
		.linux.resources = { "memory": { "limit": 67108864 },
			"pids": { "limit": 20 } }'
	start_container
	sleep 1
	rt events --stats "$name"
	expect_status 0
	expect_data()
	{
		jq -e ".data$1 | $2" <<<"$output" >/dev/null ||
			differs "wanted of data$1: $2"
	}
	expect_data '' 'has("cpu") and has("cpuset") and has("memory") and
		has("pids") and has("blkio") and has("hugetlb") and
		has("intel_rdt") and has("network_interfaces")'
	expect_data .cpu.usage '.total > 0 and has("kernel") and has("user")'
	expect_data .cpu.throttling 'keys ==
		["periods", "throttledPeriods", "throttledTime"]'
	expect_data .cpuset '(.cpus | length > 0) and (.mems | length > 0)'
	expect_data .memory '.usage.limit == 67108864 and .usage.usage > 0 and
		(.raw | length > 10) and has("cache") and has("swap") and
		has("kernel") and has("kernelTCP")'
	expect_data .pids '.current == 1 and .limit == 20'
	expect_data .blkio 'has("ioServiceBytesRecursive") and
		has("ioServicedRecursive")'
}

@test "the stream tells when the kernel kills for want of memory" {
	local seen=$BATS_TEST_TMPDIR/seen

	change '.process.args = ["sh", "-c", "sleep 2; tail /dev/zero; sleep 100"] |
		.linux.resources.memory = { "limit": 20971520 }'
	start_container
	"$HOLT_RUNTIME" --root "$state" events --interval 10s "$name" \
		>"$seen" 2>&1 3>&- &
	for ((tries = 0; tries < 200; tries++)); do
		! grep -q '"oom"' "$seen" || break
		sleep 0.1
	done
	grep -qxF "{\"type\":\"oom\",\"id\":\"$name\"}" "$seen" ||
		differs "seen: $(cut -c1-100 "$seen")"
	rt delete --force "$name"
	wait $!
	[ "$(grep -c '"oom"' "$seen")" -eq 1 ] || differs "seen: $(cut -c1-100 "$seen")"
	rt events "$name"
	[ "$(jq -r .type <<<"$output")" = $'create\nstart\noom\nexit\ndelete' ] ||
		differs 'wanted an oom'
}
