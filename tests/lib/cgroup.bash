# SPDX-License-Identifier: Apache-2.0
# For bats files about cgroups of version 2, after helpers and box: the cgroup
# $group of the container "box", below $SCOPE, which is ours.
# shellcheck shell=bash

# For setup_file of an ordinary user: the cgroup we are in has been delegated.
# Everything in it moves one down, since none that has processes in it can have
# limited ones below.
use_own_scope()
{
	local pids pid

	SCOPE=/sys/fs/cgroup$(cut -d: -f3 /proc/self/cgroup)
	[ "$(basename "$SCOPE")" != tests ] || SCOPE=$(dirname "$SCOPE")
	export SCOPE
	mkdir -p "$SCOPE/tests" || differs "not delegated, start it with: systemd-run --user --scope -p Delegate=yes"
	while pids=$(<"$SCOPE/cgroup.procs") && [ -n "$pids" ]; do
		for pid in $pids; do
			echo "$pid" >"$SCOPE/tests/cgroup.procs" || :
		done
	done 2>/dev/null
}

# For setup: the bundle's cgroup is $group.
use_group()
{
	group=$SCOPE/${1:-box}
	change --arg path "${group#/sys/fs/cgroup}" '.linux.cgroupsPath = $path'
}

# The container's own cgroup is mounted in it, and can be written.
mount_cgroup()
{
	change '.mounts += [{ destination: "/sys", type: "tmpfs", source: "tmpfs" },
		{ destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup",
		  options: ["nosuid", "nodev", "noexec"] }]'
}

# Which of two devices a container can use that makes both.
try_devices()
{
	rt exec box sh -c 'rm -f /null /tun; mknod /null c 1 3; mknod /tun c 10 200
		(: </null) && echo null; (: </tun) && echo tun; echo ended'
	expect_line ended
}

# The container's cgroup has $2 in the file $1.
expect_file()
{
	[ "$(<"$group/$1")" = "$2" ] || differs "$1 should be $2: $(<"$group/$1")"
}

# The number that follows the word $2 in the cgroup's file $1.
field()
{
	awk -v word="$2" '$1 == word { print $2 }' "$group/$1"
}

# No cgroup but those that were there.
expect_no_group()
{
	[ ! -e "$group" ] || differs "left: $group"
}
