# SPDX-License-Identifier: Apache-2.0
# For bats files about units of systemd, after helpers, box and cgroup: the container
# "box" as the unit $unit of the user's manager, or for root of the machine's.
# shellcheck shell=bash

# For setup_file: RUNTIME with systemd, where the manager is.
setup_systemd_runtime()
{
	setup_runtime
	sed -i 's/"\$@"/--systemd-cgroup "$@"/' "$RUNTIME"
	[ "$(id -u)" -eq 0 ] ||
		sed -i "2i export XDG_RUNTIME_DIR=/run/user/$(id -u)" "$RUNTIME"
}

# systemctl of whose unit it is.
ask_systemd()
{
	if [ "$(id -u)" -eq 0 ]; then
		systemctl "$@"
	else
		XDG_RUNTIME_DIR=/run/user/$(id -u) systemctl --user "$@"
	fi
}

# For setup: linux.cgroupsPath is slice:prefix:name.
use_unit()
{
	slice=$1
	unit=$2-$3.scope
	change --arg path "$1:$2:$3" '.linux.cgroupsPath = $path'
}

# Nothing is left of the unit $unit, once systemd has come to the end of it. (A
# slice is always there in a way.)
expect_no_unit()
{
	local tries state left none='ActiveState=inactive FragmentPath='

	for ((tries = 0; tries < 50; tries++)); do
		state=$(ask_systemd show --property ActiveState,FragmentPath "$unit" | sort | paste -sd ' ')
		left=$(find /sys/fs/cgroup -type d -name "$unit")
		[ "$state" != "$none" ] || [ -n "$left" ] || return 0
		sleep 0.1
	done
	differs "left: $unit is $state, $left"
}

# The init of the box, and its cgroup as $group.
find_group()
{
	init=$("$RUNTIME" state box | jq .pid)
	group=/sys/fs/cgroup$(sed -n 's/^0:://p' "/proc/$init/cgroup")
}

# Property $1 of the unit is $2.
expect_property()
{
	local value

	value=$(ask_systemd show --property "$1" --value "$unit")
	[ "$value" = "$2" ] || differs "$1 should be $2: $value"
}

# The runtime refused a create: status 1, a line with $1 in it, and no unit.
expect_no_box()
{
	expect_status 1
	[ "$(wc -l <<<"$output")" -eq 1 ] || differs 'wanted one line'
	expect_text "$1"
	expect_no_unit
}
