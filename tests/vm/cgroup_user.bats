#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# An ordinary user's containers in a cgroup that systemd has delegated to her,
# with cpu, memory and pids: limits that hold, and all that needs a cgroup.

load ../lib/helpers
load ../lib/box
load ../lib/cgroup

setup_file()
{
	setup_busybox_root
	setup_runtime
	use_own_scope
}

setup()
{
	make_bundle
	use_group
}

teardown()
{
	remove_box
	expect_no_group
}

@test "what needs more memory than the limit is killed" {
	change '.linux.resources.memory = { limit: 33554432, swap: 33554432 }'
	start_box
	expect_file memory.max 33554432
	rt exec box dd if=/dev/zero of=/dev/null bs=20M count=1
	expect_status 0
	[ "$(field memory.events oom_kill)" -eq 0 ]
	rt exec box dd if=/dev/zero of=/dev/null bs=100M count=1
	expect_status 137
	[ "$(field memory.events oom_kill)" -eq 1 ]
	[ "$("$RUNTIME" state box | jq -r .status)" = running ]
}

@test "events say so when memory runs out" {
	change '.linux.resources.memory = { limit: 33554432, swap: 33554432 }'
	start_box
	"$RUNTIME" events --interval 10s box >seen 2>&1 3>&- &
	eventually grep -q '"stats"' seen
	rt exec box dd if=/dev/zero of=/dev/null bs=100M count=1
	expect_status 137
	eventually grep -qxF '{"type":"oom","id":"box"}' seen
	"$RUNTIME" delete --force box
	wait $!
	rt events box
	[ "$(tail -n 6 <<<"$output" | jq -r .type | paste -sd ' ')" = "create start exec oom exit delete" ] ||
		differs 'wanted an oom'
}

@test "the container's own command is killed so, too" {
	change '.linux.resources.memory = { limit: 33554432, swap: 33554432 } |
		.process.args = ["dd", "if=/dev/zero", "of=/dev/null", "bs=100M", "count=1"]'
	rt run --bundle "$bundle" box
	expect_status 137
}

@test "what computes more than the quota is throttled" {
	change '.linux.resources.cpu = { quota: 20000, period: 100000, shares: 512 } |
		.process.args = ["sh", "-c", "while :; do :; done"]'
	start_box
	expect_file cpu.max "20000 100000"
	expect_file cpu.weight 59
	local before after start=$EPOCHREALTIME passed
	before=$(field cpu.stat usage_usec)
	sleep 4
	after=$(field cpu.stat usage_usec)
	passed=$((${EPOCHREALTIME/./} - ${start/./}))
	# A fifth, and the quota of one period more at each end.
	[ $((after - before)) -le $((passed / 5 + 60000)) ] ||
		differs "$((after - before)) us of $passed"
	[ "$(field cpu.stat nr_throttled)" -gt 10 ]
}

@test "no more processes than the limit can be made" {
	change '.linux.resources.pids.limit = 4 | .process.args = ["sh", "-c",
		"sleep 1000 & sleep 1000 & sleep 1000 & wait"]'
	start_box
	expect_file pids.max 4
	eventually eval '[ "$(<"$group/pids.current")" -eq 4 ]'
	rt exec box true
	expect_failure 'Resource temporarily unavailable'
	[ "$(field pids.events max)" -ge 1 ]
	"$RUNTIME" delete --force box
	change '.process.args = ["sh", "-c", "for i in 1 2 3 4 5 6; do sleep 1000 & done; echo never"]'
	rt run --bundle "$bundle" box
	expect_text "can't fork"
	expect_no_text never
}

@test "limits of 0 and -1 are what the specification says" {
	change '.linux.resources = { memory: { limit: -1, swap: -1, reservation: 0 },
		cpu: { quota: -1, shares: 0 }, pids: { limit: -1 } }'
	start_box
	expect_file memory.max max
	expect_file cpu.max "max 100000"
	expect_file cpu.weight 100
	expect_file pids.max max
	"$RUNTIME" delete --force box
	change '.linux.resources = { pids: { limit: 0 } }'
	rt run --bundle "$bundle" box
	expect_status 1
	expect_no_group
}

@test "pause stops everything until resume" {
	change '.process.args = ["sh", "-c",
		"i=0; while :; do i=$((i + 1)); echo $i >/count; done"]'
	start_box
	eventually test -s "$bundle/rootfs/count"
	"$RUNTIME" pause box
	[ "$("$RUNTIME" state box | jq -r .status)" = paused ]
	expect_file cgroup.freeze 1
	[ "$(field cgroup.events frozen)" -eq 1 ]
	local count
	count=$(<"$bundle/rootfs/count")
	rt pause box
	expect_status 1
	expect_text 'cannot pause container box: it is paused'
	rt exec box true
	expect_failure 'cannot exec in a paused container'
	sleep 1
	[ "$(<"$bundle/rootfs/count")" = "$count" ]
	"$RUNTIME" resume box
	[ "$("$RUNTIME" state box | jq -r .status)" = running ]
	eventually eval '[ "$(<"$bundle/rootfs/count")" != "$count" ]'
	rt resume box
	expect_status 1
	expect_text 'cannot resume container box: it is running'
}

@test "a paused container can be killed" {
	start_box
	"$RUNTIME" pause box
	"$RUNTIME" kill box KILL
	eventually eval '[ "$("$RUNTIME" state box | jq -r .status)" = stopped ]'
	"$RUNTIME" delete box
}

@test "update sets each limit whose controller is there" {
	start_box
	"$RUNTIME" update --memory 64m --memory-swap 96m --memory-reservation 16m \
		--cpu-period 50000 --cpu-quota 25000 --cpu-burst 10000 --cpu-share 2048 \
		--pids-limit 7 box
	expect_file memory.max 67108864
	expect_file memory.swap.max 33554432
	expect_file memory.low 16777216
	expect_file cpu.max "25000 50000"
	expect_file cpu.max.burst 10000
	expect_file cpu.weight 174
	expect_file pids.max 7
	"$RUNTIME" update --cpu-idle 1 box
	expect_file cpu.idle 1
	"$RUNTIME" update --cpu-idle 0 --cpu-quota -1 --memory -1 --memory-swap -1 \
		--pids-limit -1 box
	expect_file cpu.idle 0
	expect_file cpu.max "max 50000"
	expect_file memory.max max
	expect_file memory.swap.max max
	expect_file pids.max max
	expect_file memory.low 16777216
	echo '{"memory": {"limit": 50331648}, "cpu": {"period": 100000}}' |
		"$RUNTIME" update --resources - box
	expect_file memory.max 50331648
	expect_file cpu.max "max 100000"
}

# A container with more than 32 MiB in a file in memory.
start_with_memory()
{
	change '.mounts += [{ destination: "/tmp", type: "tmpfs", source: "tmpfs" }] |
		.process.args = ["sh", "-c", "dd if=/dev/zero of=/tmp/file bs=1M count=32 && exec sleep 1000"]'
	start_box
	eventually grep -q "records out" box.out
	[ "$(<"$group/memory.current")" -gt 33554432 ]
}

@test "memory.checkBeforeUpdate: a limit below what is in use is refused" {
	change '.linux.resources.memory = { limit: 134217728, checkBeforeUpdate: true }'
	start_with_memory
	rt update --memory 32m --pids-limit 7 box
	expect_status 1
	expect_match 'linux.resources.memory.limit \(33554432\) is below the [0-9]+ bytes'
	expect_file memory.max 134217728
	expect_file pids.max max
	[ "$("$RUNTIME" state box | jq -r .status)" = running ]
	"$RUNTIME" update --memory 64m box
	expect_file memory.max 67108864
	"$RUNTIME" update --memory -1 box
	expect_file memory.max max
}

@test "update says itself that memory is checked, or the kernel kills" {
	start_with_memory
	run "$RUNTIME" update --resources - box \
		<<<'{ "memory": { "limit": 33554432, "swap": 33554432, "checkBeforeUpdate": true } }'
	expect_status 1
	expect_text checkBeforeUpdate
	expect_file memory.max max
	"$RUNTIME" update --memory 32m --memory-swap 32m box
	expect_file memory.max 33554432
	eventually eval '[ "$("$RUNTIME" state box | jq -r .status)" = stopped ]'
}

@test "limits that have been updated hold" {
	start_box
	"$RUNTIME" update --memory 32m --memory-swap 32m box
	rt exec box dd if=/dev/zero of=/dev/null bs=100M count=1
	expect_status 137
	"$RUNTIME" update --memory 200m --memory-swap 200m box
	rt exec box dd if=/dev/zero of=/dev/null bs=100M count=1
	expect_status 0
	"$RUNTIME" update --pids-limit 1 box
	rt exec box true
	expect_failure 'Resource temporarily unavailable'
}

@test "update refuses limits whose controllers aren't there, and changes nothing" {
	start_box
	local before
	before=$(grep -rs '' "$group" --include='*.max' --include='cpu.weight')
	rt update --cpuset-cpus 0 --memory 64m box
	expect_status 1
	expect_text 'the cpuset controller is not there'
	expect_text Delegate=
	rt update --blkio-weight 100 box
	expect_status 1
	expect_text 'the io controller is not there'
	[ "$(grep -rs '' "$group" --include='*.max' --include='cpu.weight')" = "$before" ]
}

@test "events --stats shows what the cgroup has" {
	change '.linux.resources = { memory: { limit: 67108864, swap: 100663296 },
		pids: { limit: 20 }, cpu: { quota: 100000, period: 100000 } } |
		.process.args = ["sh", "-c", "dd if=/dev/zero of=/file bs=1M count=8
			sleep 1000 & sleep 1000 & wait"]'
	start_box
	eventually grep -q "records out" box.out
	eventually eval '[ "$(<"$group/pids.current")" -eq 3 ]'
	rt events --stats box
	expect_status 0
	[ "$(wc -l <<<"$output")" -eq 1 ]
	[ "$(jq -r '.type, .id' <<<"$output" | paste -sd ' ')" = "stats box" ]
	data=$(jq -c .data <<<"$output")
	expect_data '.pids == { current: 3, limit: 20 }'
	expect_data '.memory.usage.limit == 67108864 and .memory.swap.limit == 33554432'
	expect_data '.memory.usage.usage > 1000000 and .memory.usage.usage < 67108864'
	expect_data '.memory.cache >= 8388608 and .memory.raw.file == .memory.cache'
	expect_data '.memory.usage.failcnt == 0'
	expect_data '.cpu.usage.total > 10000000 and
		(.cpu.usage.total - .cpu.usage.user - .cpu.usage.kernel | fabs) < 10000'
	[ "$(jq .cpu.usage.total <<<"$data")" -le "$(($(field cpu.stat usage_usec) * 1000))" ]
	expect_data '.cpu.throttling | has("periods", "throttledPeriods", "throttledTime")'
	expect_data '.cpu.psi.some.total >= 0 and .memory.psi.full.avg10 >= 0'
	expect_data '.hugetlb == {} and .intel_rdt == {} and (.blkio | type) == "object"'
}

# The jq program $1 says that the figures are right.
expect_data()
{
	jq -e "$1" <<<"$data" >/dev/null || differs "not so: $1" "$data"
}

@test "events --stats goes on" {
	start_box
	run timeout 4 "$RUNTIME" events --stats --interval 500ms box
	expect_status 124
	[ "$(jq -r .type <<<"$output" | sort | uniq -c | awk '{ print $2, ($1 > 2) }')" = "stats 1" ]
}

@test "ps shows the cgroup's processes, exec's too" {
	start_box
	"$RUNTIME" exec --detach --pid-file "$PWD/pid" box sleep 2000
	rt ps --format json box
	[ "$(jq -c sort <<<"$output")" = "$(jq -sc sort "$group/cgroup.procs")" ]
	rt ps box
	expect_match "$(<pid) .* sleep 2000"
	[ "$(tail -n +2 <<<"$output" | wc -l)" -eq 2 ]
}

@test "what exec brings in is in the container's cgroup" {
	change '.linux.resources.pids.limit = 10'
	start_box
	"$RUNTIME" exec --detach --pid-file "$PWD/pid" box sleep 2000
	[ "/sys/fs/cgroup$(cut -d: -f3 "/proc/$(<pid)/cgroup")" = "$group" ]
	rt exec box cat /proc/self/cgroup
	expect_output 0::/
}

@test "kill --all reaches each process" {
	change '.process.args = ["sh", "-c", "trap \"echo one >>/got\" USR1
		(trap \"echo two >>/got\" USR1; touch /ready; while :; do sleep 0.1; done) &
		while :; do sleep 0.1; done"]'
	start_box
	eventually test -e "$bundle/rootfs/ready"
	"$RUNTIME" kill --all box USR1
	eventually eval '[ "$(sort "$bundle/rootfs/got" | paste -sd " ")" = "one two" ]'
}

@test "delete removes what the container has made below its cgroup" {
	mount_cgroup
	change '.process.args = ["sh", "-c", "mkdir -p /sys/fs/cgroup/a/b && sleep 1000"]'
	start_box
	eventually test -d "$group/a/b"
	"$RUNTIME" kill box KILL
	eventually eval '[ "$("$RUNTIME" state box | jq -r .status)" = stopped ]'
	[ -d "$group" ]
	"$RUNTIME" delete box
	expect_no_group
}

@test "a cgroup that was there before stays" {
	mkdir "$group"
	start_box
	"$RUNTIME" delete --force box
	[ -d "$group" ]
	rmdir "$group"
}

@test "cgroups.frozen: a frozen cgroup is refused" {
	mkdir "$group"
	echo 1 >"$group/cgroup.freeze"
	rt run --bundle "$bundle" box
	expect_status 1
	expect_text "the cgroup $group is frozen"
	rmdir "$group"
}

@test "cgroups.empty: one that has processes is refused, and they live on" {
	local other

	mkdir -p "$group/below"
	sleep 1000 3>&- &
	other=$!
	echo "$other" >"$group/below/cgroup.procs"
	rt run --bundle "$bundle" box
	expect_status 1
	expect_text "the cgroup $group has processes"
	rt delete --force box
	expect_status 0
	kill -0 "$other" || differs 'it was killed'
	kill "$other"
	wait "$other" || :
	rmdir "$group/below" "$group"
}

@test "the container is born in its cgroup" {
	change '.process.args = ["true"]'
	strace -f -e trace=clone3 -o trace "$RUNTIME" run --bundle "$bundle" box
	grep -q 'CLONE_NEWUSER.*CLONE_INTO_CGROUP' trace || differs "$(<trace)"
	grep -q 'cgroup.procs' trace && differs 'it was moved'
	:
}

# $1 below linux.resources can't be set, for want of the controller $2.
expect_unlimited()
{
	change ".linux.resources = $1"
	rt run --bundle "$bundle" box
	expect_status 1
	[ "$(wc -l <<<"$output")" -eq 1 ]
	expect_text "the $2 controller is not there"
	expect_text 'Delegate='
	expect_text run.holt.limits=besteffort
	expect_no_group
	change '.annotations = { "run.holt.limits": "besteffort" } | .process.args = ["echo", "ran"]'
	rt --log-level warning run --bundle "$bundle" box
	expect_status 0
	expect_text "the $2 controller is not there"
	expect_line ran
	change 'del(.annotations)'
}

@test "limits whose controllers aren't delegated are refused by name, or warned of" {
	expect_unlimited '{ cpu: { cpus: "0" } }' cpuset
	expect_unlimited '{ blockIO: { weight: 100 } }' io
	expect_unlimited '{ blockIO: { throttleReadBpsDevice: [{ major: 7, minor: 0, rate: 1000 }] } }' io
	expect_unlimited '{ hugepageLimits: [{ pageSize: "2MB", limit: 0 }] }' hugetlb
	expect_unlimited '{ rdma: { mlx5_0: { hcaHandles: 1 } } }' rdma
	expect_unlimited '{ unified: { "cpuset.cpus": "0" } }' cpuset
}

@test "below a cgroup with processes of its own a container runs, and limits are refused" {
	local crowd=$SCOPE/crowd

	mkdir "$crowd"
	use_group crowd/box
	change '.process.args = ["true"]'
	run bash -c 'echo $$ >"$1/cgroup.procs" && exec "$2" run --bundle "$3" box' - \
		"$crowd" "$RUNTIME" "$bundle"
	expect_status 0
	expect_output ''
	[ -z "$(<"$crowd/cgroup.subtree_control")" ] || differs 'controllers were enabled'
	change '.linux.resources.pids.limit = 10'
	run bash -c 'echo $$ >"$1/cgroup.procs" && exec "$2" run --bundle "$3" box' - \
		"$crowd" "$RUNTIME" "$bundle"
	expect_status 1
	expect_text 'the pids controller is not there'
	expect_text 'to a cgroup without processes of its own'
	rmdir "$crowd"
}

@test "unified.unknown: any file of a controller that is there is written, and no other" {
	change '.linux.resources.unified = { "memory.high": "50331648", "memory.oom.group": "1",
		"pids.max": "9", "cgroup.max.depth": "3" }'
	start_box
	expect_file memory.high 50331648
	expect_file memory.oom.group 1
	expect_file pids.max 9
	expect_file cgroup.max.depth 3
	"$RUNTIME" delete --force box
	change '.linux.resources.unified = { "memory.nosuch": "1" }'
	rt run --bundle "$bundle" box
	expect_status 1
	expect_text memory.nosuch
	change '.linux.resources.unified = { "../tests/pids.max": "1" }'
	rt run --bundle "$bundle" box
	expect_status 1
	expect_text "the key is not the name of a cgroup's file"
}

@test "in a cgroup namespace the container divides its cgroup, within its limits" {
	mount_cgroup
	change '.linux.resources = { memory: { limit: 67108864 }, pids: { limit: 20 } } |
		.process.args = ["sh", "-c", "
			cat /proc/self/cgroup; cd /sys/fs/cgroup
			mkdir in out && echo 0 >in/cgroup.procs && echo +pids +memory >cgroup.subtree_control
			echo 5 >out/pids.max && cat out/pids.max; head -n 1 in/cgroup.procs
			echo max >memory.max; echo max >pids.max; cat memory.max pids.max
			stat -c %u cgroup.procs cgroup.subtree_control cgroup.threads . in/pids.max"]'
	rt run --bundle "$bundle" box
	expect_output "0::/
5
1
sh: write error: Operation not permitted
sh: write error: Operation not permitted
67108864
20
0
0
0
0
0"
}

@test "a cgroup mount is read-only where that is said" {
	mount_cgroup
	change '.mounts[-1].options += ["ro"] | .process.args = ["mkdir", "/sys/fs/cgroup/x"]'
	rt run --bundle "$bundle" box
	expect_status 1
	expect_text 'Read-only file system'
}

@test "a create that fails leaves no cgroup" {
	change '.linux.resources.memory.limit = 67108864 | .process.args = ["/nowhere"]'
	rt create --bundle "$bundle" box
	expect_status 1
	expect_no_group
	change '.process.args = ["true"] | .hooks.createRuntime = [{ path: "/bin/false" }]'
	rt create --bundle "$bundle" box
	expect_status 1
	expect_no_group
}

@test "a cgroup that isn't ours is refused" {
	change '.linux.cgroupsPath = "/system.slice/box"'
	rt run --bundle "$bundle" box
	expect_status 1
	expect_text 'no cgroup can be made for /system.slice/box'
	expect_text 'systemd-run --user --scope -p Delegate=yes'
}
