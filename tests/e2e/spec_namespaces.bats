#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# linux.namespaces of config.json: made, joined by path, left out.

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

# Use the first container's namespace of kind $2, of type $1 in config.json.
join()
{
	change --arg type "$1" --arg path "/proc/$first/ns/$2" '
		.linux.namespaces |= map(select(.type != $type)) + [{ type: $type, path: $path }]'
}

show='for n in user pid net ipc uts; do readlink /proc/self/ns/$n; done'

@test "namespaces.path: every one of a container can be joined by another" {
	change '.linux.namespaces += [{ type: "network" }, { type: "ipc" }, { type: "uts" }]'
	start_first
	reset_config
	for pair in user:user pid:pid network:net ipc:ipc uts:uts; do
		join "${pair%:*}" "${pair#*:}"
	done
	script "$show; id -u; echo \$\$; ls -d /proc/[0-9]*"
	in_bundle
	for n in user pid net ipc uts; do
		expect_line "$(readlink "/proc/$first/ns/$n")"
	done
	stop_first
	expect_status 0
	expect_line 0
	expect_line /proc/1
	expect_no_line 1
}

@test "the first process of a joined PID namespace sees the second, which isn't PID 1" {
	start_first
	join user user
	join pid pid
	script 'tr "\0" " " </proc/1/cmdline; echo; echo "pid $$"; exit 7'
	in_bundle
	stop_first
	expect_status 7
	expect_line 'sleep 60 '
	expect_match $'\npid [0-9]+$'
	expect_no_line 'pid 1'
}

@test "oomScoreAdj is set in joined namespaces too" {
	start_first
	join user user
	join pid pid
	change '.process.oomScoreAdj = 1000'
	script 'cat /proc/self/oom_score_adj'
	in_bundle
	stop_first
	expect_status 0
	expect_output 1000
}

@test "the id maps of a joined user namespace are its own" {
	start_first
	join user user
	script 'cat /proc/self/uid_map; cut -d: -f1 /etc/passwd | head -n1; ls -ldn /bin | tr -s " " | cut -d" " -f3'
	in_bundle
	expect_status 0
	expect_match "^ +0 +$(id -u) +1"
	change '.process.user.uid = 70000'
	in_bundle
	expect_refusal 'uid 70000 is not mapped'
	change '.process.user = { uid: 1000, gid: 1000, additionalGids: [2000] }'
	script 'id -u; id -G'
	in_bundle
	stop_first
	expect_output $'1000\n1000 2000'
}

@test "namespaces.type: a joined one has to be of the kind that is asked for" {
	change --arg path "/proc/$$/ns/uts" '.linux.namespaces += [{ type: "network", path: $path }]'
	in_bundle
	expect_refusal "/proc/$$/ns/uts is a uts namespace, but a network one is wanted"
	reset_config
	change '.linux.namespaces += [{ type: "network", path: "/etc/passwd" }]'
	in_bundle
	expect_refusal '/etc/passwd is not a namespace'
	change '.linux.namespaces[-1].path = "/nonexistent"'
	in_bundle
	expect_refusal 'open the namespace /nonexistent: No such file'
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	change --arg path "$BATS_TEST_TMPDIR/fifo" '.linux.namespaces[-1].path = $path'
	run timeout 5 "$HOLT" run --bundle "$bundle"
	expect_refusal 'is not a namespace'
}

@test "a namespace of somebody else's can't be joined" {
	change --arg path "/proc/$$/ns/net" '.linux.namespaces += [{ type: "network", path: $path }]'
	in_bundle
	expect_refusal "belongs to a user namespace that isn't ours"
	reset_config
	change --arg path "/proc/$$/ns/pid" '.linux.namespaces |= map(select(.type != "pid")) + [{ type: "pid", path: $path }]'
	in_bundle
	expect_refusal "join the pid namespace /proc/$$/ns/pid"
}

@test "the mount namespace we are in can't be joined, for it would lose its root" {
	change '.linux.namespaces |= map(select(.type != "mount")) + [{ type: "mount", path: "/proc/self/ns/mnt" }]'
	in_bundle
	expect_refusal 'is our own'
}

@test "a mount namespace of our own is joined" {
	unshare --user --map-root-user --mount sleep 60 3>&- &
	first=$!
	eventually grep -qx sleep "/proc/$first/comm"
	join user user
	join mount mnt
	script 'readlink /proc/self/ns/mnt; ls /bin/busybox'
	theirs=$(readlink "/proc/$first/ns/mnt")
	in_bundle
	kill "$first"
	expect_status 0
	expect_output "$theirs"$'\n/bin/busybox'
}

@test "without a mount namespace the root is a chroot, and nothing is mounted" {
	change 'del(.mounts) | .linux.namespaces |= map(select(.type != "mount"))'
	script 'ls -d /bin /proc; ls /proc | wc -l; ls / | grep -c config.json; cat /etc/passwd | wc -l'
	in_bundle
	expect_status 0
	expect_output $'/bin\n/proc\n0\n0\n2'
}

@test "without a mount namespace whatever needs one is refused" {
	change '.linux.namespaces |= map(select(.type != "mount"))'
	in_bundle
	expect_refusal "can't have mounts"
	change 'del(.mounts) | .root.readonly = true'
	in_bundle
	expect_refusal "can't have root.readonly"
}

@test "#11 time offsets move the clocks of the container" {
	change '.linux.namespaces += [{ type: "time" }] | .linux.timeOffsets = {
		monotonic: { secs: 172800, nanosecs: 5 }, boottime: { secs: 864000 } }'
	script 'cut -d. -f1 /proc/uptime; cat /proc/self/timens_offsets; readlink /proc/self/ns/time'
	in_bundle
	expect_status 0
	[ "${lines[0]}" -ge 864000 ] || differs 'the uptime is not moved'
	expect_match 'monotonic +172800 +5'
	expect_match 'boottime +864000 +0'
	expect_no_text "$(readlink /proc/self/ns/time)"
	in_bundle --init
	expect_status 0
	[ "${lines[0]}" -ge 864000 ] || differs 'the uptime is not moved below --init'
}

@test "time offsets without a time namespace are refused" {
	change '.linux.timeOffsets = { boottime: { secs: 5 } }'
	in_bundle
	expect_refusal timeOffsets
}

@test "#10 namespaces.twice: none is asked for twice" {
	change '.linux.namespaces += [{ type: "pid" }]'
	in_bundle
	expect_refusal /linux/namespaces/3
}

@test "netDevices of the host can't be moved by an ordinary user" {
	change '.linux.namespaces += [{ type: "network" }] | .linux.netDevices = { lo: {} }'
	in_bundle
	expect_refusal "netDevices: lo: network devices can't be moved by a rootless user"
}
