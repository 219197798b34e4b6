#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What engines parse, format by format.

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
	change '.annotations = { "org.example.key": "value" }'
}

teardown()
{
	remove_box
}

# A time as Go reads it: RFC 3339, in UTC.
time='^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?Z$'

@test "state: JSON by two spaces, with runc's keys and an end of line" {
	start_box
	rt state box
	expect_status 0
	[ "$(jq -r 'keys_unsorted | join(" ")' <<<"$output")" = \
		'ociVersion id pid status bundle rootfs created annotations owner' ] ||
		differs 'wanted other keys'
	[ "$output" = "$(jq --indent 2 . <<<"$output")" ] || differs 'wanted two spaces'
	jq -e --arg bundle "$bundle" --arg owner "$(id -un)" --arg time "$time" '
		.ociVersion == "1.3.0" and .id == "box" and .pid > 1 and .status == "running" and
		.bundle == $bundle and .rootfs == "\($bundle)/rootfs" and
		(.created | test($time)) and .annotations == { "org.example.key": "value" } and
		.owner == $owner' <<<"$output" || differs 'wanted other values'
	[ "$("$RUNTIME" state box | tail -c 1 | od -An -c | tr -d ' ')" = '\n' ]
	rt kill box KILL
	eventually stopped
	rt state box
	jq -e '.pid == 0' <<<"$output" || differs 'wanted no pid'
}

stopped()
{
	[ "$("$RUNTIME" state box | jq -r .status)" = stopped ]
}

@test "state: no annotations, no key" {
	change 'del(.annotations)'
	start_box
	rt state box
	jq -e 'has("annotations") | not' <<<"$output" || differs 'wanted none'
}

@test "list: runc's table, a line of JSON, ids; empty ones" {
	rt list
	expect_match '^ID +PID +STATUS +BUNDLE +CREATED +OWNER$'
	rt list --format=json
	expect_output '[]'
	start_box
	rt list
	[[ ${lines[1]} =~ ^box\ +[0-9]+\ +running\ +"$bundle"\ +[^\ ]+Z\ +"$(id -un)"$ ]] ||
		differs 'wanted a row of box'
	rt list --format json
	[ "${#lines[@]}" -eq 1 ] || differs 'wanted one line'
	[ "$(jq -c '.[0] | keys_unsorted' <<<"$output")" = \
		"$("$RUNTIME" state box | jq -c keys_unsorted)" ] || differs "wanted state's keys"
	rt list -q
	expect_output box
}

@test "ps: JSON of pids on a line; a table with a column PID" {
	start_box
	rt ps --format json box
	[[ $output =~ ^\[[0-9]+\]$ ]] || differs 'wanted [pid]'
	rt ps box
	expect_match '^UID +PID +PPID +C +STIME +TTY +TIME +CMD'
	[ "${#lines[@]}" -eq 2 ]
	rt ps box -o pid,comm
	expect_match '^ *PID +COMMAND'
}

# With a cgroup there is more: runtime_events_root.bats.
@test "events --stats: one line, of the processes alone where there is no cgroup" {
	start_box
	rt events --stats box
	expect_status 0
	[ "${#lines[@]}" -eq 1 ] || differs 'wanted one line'
	jq -e '.type == "stats" and .id == "box" and
		(.data.cpu.usage | has("total") and has("kernel") and has("user")) and
		.data.memory.usage.usage > 0 and .data.pids.current == 1 and
		.data.network_interfaces[0].Name == "lo"' <<<"$output" || differs 'wanted other parts'
}

@test "--version: docker, podman and go-runc find it, and no second one" {
	rt --version
	[[ ${lines[0]} =~ ^holt\ version\ [0-9]+\.[0-9]+\.[0-9]+$ ]] || differs 'line 1'
	[ "$(grep -ci version <<<"$output")" -eq 1 ]
	expect_match $'\ncommit: [^ ]+\n'
	expect_line 'spec: 1.3.0'
	expect_match $'\nlibseccomp: [0-9.]+$'
}

@test "pid file: digits alone, and there as a whole before create returns" {
	mkdir there
	"$RUNTIME" create --bundle "$bundle" --pid-file there/pid box </dev/null >out 2>&1 3>&- 4>&-
	pid=$("$RUNTIME" state box | jq .pid)
	[ "$(<there/pid)" = "$pid" ]
	[ "$(stat -c %s there/pid)" -eq "${#pid}" ] || differs 'there is more than digits'
	[ "$(ls there)" = pid ] || differs "$(ls there)"
}

@test "log: an object a line, of level, msg and time in this order" {
	run "$RUNTIME" --log log --log-format json state box
	[ "$(jq -r 'keys_unsorted | join(" ")' log)" = 'level msg time' ] || differs "$(<log)"
	[ "$(wc -l <log)" -eq 1 ]
	jq -e --arg time "$time" '.time | test($time)' log
}

@test "log: as text, a line whatever the message has in it" {
	change '.process.args = ["a \"b\\\nlevel=info"]'
	run "$RUNTIME" --log log --log-format text create --bundle "$bundle" box
	expect_status 1
	output=$(sed 's/^time="[^"]*" //' log)
	expect_output 'level=error msg="exec: \"a \"b\\\nlevel=info\": executable file not found in $PATH"'
	date --date "$(sed 's/^time="\([^"]*\)".*/\1/' log)"
}

@test "features: every part of the specification's" {
	rt features
	expect_status 0
	jq -e '.ociVersionMin == "1.0.0" and .ociVersionMax == "1.3.0" and
		(.hooks | length) == 6 and (.mountOptions | index("rro") and index("idmap")) and
		(.linux | (.namespaces | sort) == ["cgroup", "ipc", "mount", "network", "pid",
				"time", "user", "uts"] and
			(.capabilities | index("CAP_CHECKPOINT_RESTORE")) and
			.cgroup.v1 and .cgroup.v2 and .cgroup.systemd and .cgroup.systemdUser and
			.cgroup.rdma and .seccomp.enabled and (.seccomp.archs | length) > 10 and
			(.seccomp.actions | length) == 9 and (.seccomp.operators | length) == 7 and
			(.seccomp.knownFlags | length) >= 4 and (.seccomp | has("supportedFlags")) and
			(.apparmor | has("enabled")) and (.selinux | has("enabled")) and
			(.intelRdt | has("enabled")) and .mountExtensions.idmap.enabled and
			.netDevices.enabled and (.memoryPolicy.modes | length) == 7) and
		(.annotations | type) == "object" and
		(.potentiallyUnsafeConfigAnnotations | type) == "array"' <<<"$output" ||
		differs 'something lacks'
}
