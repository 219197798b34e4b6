#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# An ordinary user's containers as units of her systemd.

load ../lib/helpers
load ../lib/box
load ../lib/cgroup
load ../lib/systemd

setup_file()
{
	setup_busybox_root
	setup_systemd_runtime
}

setup()
{
	make_bundle
	use_unit user.slice libpod "t$BATS_TEST_NUMBER"
	manager=/sys/fs/cgroup/user.slice/user-$(id -u).slice/user@$(id -u).service
}

teardown()
{
	remove_box
	expect_no_unit
}

@test "a container is a scope, in which it may make cgroups" {
	start_box
	find_group
	[ "$group" = "$manager/user.slice/$unit" ] || differs "$group"
	expect_property ActiveState active
	expect_property Slice user.slice
	expect_property Delegate yes
	expect_property DefaultDependencies no
	expect_property CollectMode inactive-or-failed
	expect_property Description "holt container $BATS_FILE_TMPDIR/state/box"
	[ "$(<"$group/cgroup.procs")" = "$init" ]
	"$RUNTIME" delete --force box
	expect_no_unit
}

@test "units are called as the path says" {
	change 'del(.linux.cgroupsPath)'
	unit=holt-box.scope
	start_box
	find_group
	[ "$group" = "$manager/user.slice/$unit" ] || differs "$group"
	"$RUNTIME" delete --force box
	expect_no_unit
	use_unit '' p n
	start_box
	find_group
	[ "$group" = "$manager/user.slice/p-n.scope" ] || differs "$group"
	"$RUNTIME" delete --force box
	expect_no_unit
	use_unit one-two.slice p n
	start_box
	find_group
	[ "$group" = "$manager/one.slice/one-two.slice/p-n.scope" ] || differs "$group"
}

@test "what an ID may have and a unit's name may not is escaped" {
	change 'del(.linux.cgroupsPath)'
	unit='holt-a\x2bb.scope'
	run_apart "$RUNTIME" create --bundle "$bundle" a+b
	expect_property ActiveState active
	rt delete --force a+b
	expect_status 0
}

@test "a path of another form is refused" {
	local path

	for path in /some/where a:b a.scope:b:c; do
		change --arg path "$path" '.linux.cgroupsPath = $path'
		rt create --bundle "$bundle" box
		expect_no_box "linux.cgroupsPath $path"
	done
}

@test "a name that ends in .slice is a slice" {
	change '.linux.cgroupsPath = "user.slice:x:holt-box.slice" | .linux.resources.pids.limit = 20'
	unit=holt-box.slice
	start_box
	find_group
	[ "$group" = "$manager/holt.slice/$unit" ] || differs "$group"
	expect_file pids.max 20
	expect_property TasksMax 20
	"$RUNTIME" delete --force box
	expect_no_unit
}

@test "limits are systemd's, too, and outlive a daemon-reload" {
	change '.linux.resources = {
		memory: { limit: 50331648, swap: 67108864, reservation: 8388608 },
		cpu: { quota: 50000, period: 200000, shares: 512 },
		pids: { limit: 30 }, unified: { "memory.high": "41943040" } }'
	start_box
	find_group
	expect_limits
	expect_property MemoryMax 50331648
	expect_property MemorySwapMax 16777216
	expect_property MemoryLow 8388608
	expect_property MemoryHigh 41943040
	expect_property CPUQuotaPerSecUSec 250ms
	expect_property CPUQuotaPeriodUSec 200ms
	expect_property CPUWeight 59
	expect_property TasksMax 30
	ask_systemd daemon-reload
	expect_limits
}

expect_limits()
{
	expect_file memory.max 50331648
	expect_file memory.swap.max 16777216
	expect_file memory.low 8388608
	expect_file memory.high 41943040
	expect_file cpu.max "50000 200000"
	expect_file cpu.weight 59
	expect_file pids.max 30
}

@test "limits hold" {
	change '.linux.resources = { memory: { limit: 33554432, swap: 33554432 }, pids: { limit: 5 } }'
	start_box
	rt exec box dd if=/dev/zero of=/dev/null bs=100M count=1
	expect_status 137
	rt exec box sh -c 'for i in 1 2 3 4 5 6 7; do sleep 10 & done; sleep 1; kill $(jobs -p)'
	expect_text "can't fork"
	# Not with the process that needed too much.
	expect_property ActiveState active
	[ "$("$RUNTIME" state box | jq -r .status)" = running ]
}

@test "a limit of no processes at all lets the command run" {
	change '.linux.resources.pids.limit = 0 | .process.args = ["sh", "-c", "sleep 1 & echo never"]'
	rt run --bundle "$bundle" box
	expect_text "can't fork"
	expect_no_text never
}

@test "update changes properties and files" {
	change '.linux.resources = { cpu: { quota: 50000, period: 200000 } }'
	start_box
	find_group
	"$RUNTIME" update --memory 64m --memory-swap 64m --pids-limit 33 --cpu-quota 20000 box
	expect_updated
	expect_property MemoryMax 67108864
	expect_property TasksMax 33
	expect_property CPUQuotaPerSecUSec 100ms
	ask_systemd daemon-reload
	expect_updated
	"$RUNTIME" update --cpu-quota 15001 box
	expect_file cpu.max "15001 200000"
	"$RUNTIME" update --pids-limit -1 --cpu-quota -1 box
	expect_property TasksMax infinity
	expect_property CPUQuotaPerSecUSec infinity
	ask_systemd daemon-reload
	expect_file pids.max max
	[[ $(<"$group/cpu.max") == "max "* ]]
}

expect_updated()
{
	expect_file memory.max 67108864
	expect_file pids.max 33
	expect_file cpu.max "20000 200000"
}

@test "update tells systemd nothing of what can't be set" {
	start_box
	rt update --cpuset-cpus 0 box
	expect_status 1
	expect_text 'the cpuset controller is not there'
	expect_property AllowedCPUs ''
}

@test "a controller that isn't delegated is named, with who could do so" {
	change '.linux.resources.cpu.cpus = "0"'
	rt create --bundle "$bundle" box
	expect_no_box 'the cpuset controller is not there'
	expect_text "'Delegate=cpu cpuset io memory pids' below [Service] into /etc/systemd/system/user@.service.d/delegate.conf"
	change '.annotations = { "run.holt.limits": "besteffort" } | .process.args = ["echo", "ran"]'
	rt run --bundle "$bundle" box
	expect_status 0
	expect_line ran
}

@test "pause and resume" {
	start_box
	find_group
	"$RUNTIME" pause box
	expect_file cgroup.freeze 1
	[ "$("$RUNTIME" state box | jq -r .status)" = paused ]
	ask_systemd daemon-reload
	[ "$("$RUNTIME" state box | jq -r .status)" = paused ]
	"$RUNTIME" resume box
	[ "$("$RUNTIME" state box | jq -r .status)" = running ]
	"$RUNTIME" pause box
	"$RUNTIME" delete --force box
	expect_no_unit
}

@test "annotations are properties of the unit" {
	change '.annotations = {
		"org.systemd.property.CollectMode": "'\''inactive'\''",
		"org.systemd.property.TimeoutStopUSec": "uint64 7000000",
		"org.systemd.property.RuntimeMaxSec": "1000",
		"org.systemd.property.DefaultDependencies": "true",
		"org.systemd.property.After": "['\''dbus.service'\'']",
		"org.systemd.property.Documentation": "[\"man:sh(1)\", \"man:cat(1)\"]" }'
	start_box
	expect_property CollectMode inactive
	expect_property TimeoutStopUSec 7s
	expect_property RuntimeMaxUSec '16min 40s'
	expect_property DefaultDependencies yes
	expect_property Documentation '"man:sh(1)" "man:cat(1)"'
	[[ $(ask_systemd show --property After "$unit") == *dbus.service* ]]
}

@test "annotations that make no sense are refused by name" {
	change '.annotations = { "org.systemd.property.CollectMode": "inactive" }'
	rt create --bundle "$bundle" box
	expect_no_box 'annotation org.systemd.property.CollectMode=inactive: not a value'
	change '.annotations = { "org.systemd.property.PIDs": "[uint32 1]" }'
	rt create --bundle "$bundle" box
	expect_no_box "annotation org.systemd.property.PIDs: this property is the runtime's to set"
	change '.annotations = { "org.systemd.property.NoSuch": "true" }'
	rt create --bundle "$bundle" box
	expect_no_box "systemd can't start $unit: Cannot set property NoSuch"
	change '.annotations = { "run.oci.systemd.subgroup": "../x" }'
	rt create --bundle "$bundle" box
	expect_no_box 'annotation run.oci.systemd.subgroup=../x'
}

@test "a subgroup is the container's cgroup" {
	change '.annotations = { "run.oci.systemd.subgroup": "container" } |
		.linux.resources.memory.limit = 67108864'
	start_box
	find_group
	[ "$group" = "$manager/user.slice/$unit/container" ] || differs "$group"
	expect_file memory.max 67108864
	expect_property MemoryMax 67108864
	rt exec box cat /proc/self/cgroup
	expect_output 0::/
	"$RUNTIME" update --memory 32m box
	expect_file memory.max 33554432
	"$RUNTIME" pause box
	expect_file cgroup.freeze 1
	"$RUNTIME" delete --force box
	expect_no_unit
}

@test "in a delegated cgroup the limits are above the container" {
	change '.annotations = { "run.oci.systemd.subgroup": "a", "run.oci.delegate-cgroup": "b" } |
		.linux.resources.pids.limit = 20'
	start_box
	find_group
	[ "$group" = "$manager/user.slice/$unit/a/b" ] || differs "$group"
	[ "$(<"$group/../pids.max")" = 20 ]
	rt exec box cat /proc/1/cgroup /proc/self/cgroup
	expect_output $'0::/b\n0::/b'
	"$RUNTIME" pause box
	[ "$(<"$group/../cgroup.freeze")" = 1 ]
	[ "$("$RUNTIME" state box | jq -r .status)" = paused ]
}

@test "the container divides its cgroup" {
	mount_cgroup
	change '.linux.resources.pids.limit = 20 | .process.args = ["sh", "-c", "
			cd /sys/fs/cgroup && mkdir in && echo 0 >in/cgroup.procs &&
			echo +pids >cgroup.subtree_control && echo 7 >in/pids.max && cat in/pids.max
			echo max >pids.max; cat pids.max; exec sleep 1000"]'
	start_box
	eventually grep -qx 20 box.out
	[ "$(head -n 1 box.out)" = 7 ] || differs "$(<box.out)"
	rt exec box cat /proc/self/cgroup
	expect_output 0::/in
	"$RUNTIME" delete --force box
	expect_no_unit
}

@test "ps, kill --all and events know the processes of the unit" {
	change '.process.args = ["sh", "-c", "sleep 2000 & exec sleep 1000"]'
	start_box
	find_group
	eventually eval '[ "$(wc -l <"$group/cgroup.procs")" -eq 2 ]'
	rt ps --format json box
	[ "$(jq -c sort <<<"$output")" = "$(jq -sc sort "$group/cgroup.procs")" ]
	rt events --stats box
	[ "$(jq .data.pids.current <<<"$output")" = 2 ]
	"$RUNTIME" kill --all box KILL
	expect_no_unit
}
