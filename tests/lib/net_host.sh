#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# A "host" of its own for a network test: a network of just a loopback, and
# empty /etc and /run that can be written. Runs the script given as argument
# with these helpers; everything ends with it.
#
#   net_host.sh SCRIPT [ARGUMENT]...
# shellcheck disable=SC2034 # variables are for the script

if [ "$1" != --inside ]; then
	exec unshare --user --map-root-user --mount --net --pid --fork \
		--kill-child --mount-proc "$BASH" "$0" --inside "$@"
fi
shift
lib=$(cd "$(dirname "$0")" && pwd)

# Start one of the servers and wait until it listens.
server()
{
	local line

	exec {ready}< <(exec /usr/bin/python3 "$lib/net_servers.py" "$@")
	server_pid=$!
	read -r -u "$ready" line && [ "$line" = ready ]
}

# Run a command in a container with a network: net [OPTION]... -- COMMAND
net()
{
	"$NET_DRIVER" "$HOLT_NET" "$@"
}

# Start a container that stays, in the background: $driver_pid, $net_pid and
# $init_pid are there when its network runs.
start_net()
{
	local line

	export NET_DRIVER_PIDS=/run/pids
	mkfifo /run/up
	"$NET_DRIVER" "$HOLT_NET" "$@" -- sh -c 'echo up > /run/up; exec sleep 3600' &
	driver_pid=$!
	read -r line < /run/up
	read -r net_pid init_pid < /run/pids
}

# Run a command in the container of start_net.
inside()
{
	nsenter -t "$init_pid" -U -n --preserve-credentials "$@"
}

# Run a command in its router's network.
in_router()
{
	local pid

	for pid in $(pgrep -P "$net_pid"); do
		[ "$(readlink "/proc/$pid/ns/net")" = "$(readlink /proc/self/ns/net)" ] ||
			nsenter -t "$pid" -U -n --preserve-credentials "$@"
	done
}

# What the file $1 of /proc/PID says of each helper of holt-net.
helpers()
{
	local pid

	for pid in $(pgrep -P "$net_pid"); do
		cat "/proc/$pid/$1"
	done
}

# Are all processes of holt-net gone within a second? (A dead one that its
# parent hasn't asked for yet counts as gone.)
gone()
{
	local tries=0

	while pgrep --runstates D,R,S,T -x holt-net > /dev/null; do
		[ $((tries += 1)) -le 20 ] || return 1
		read -r -t 0.05 <> <(:) || :
	done
}

# Does the command behind it print $1 before long?
eventually()
{
	local wanted=$1 tries=0

	shift
	until [ "$("$@")" = "$wanted" ]; do
		[ $((tries += 1)) -lt 50 ] || return 1
		read -r -t 0.05 <> <(:) || :
	done
}

ip link set lo up
mount -t tmpfs tmpfs /run
mount -t tmpfs tmpfs /etc
script=$1
shift
set -eu
eval "$script"
