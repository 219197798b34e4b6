#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-net under the name of slirp4netns, with that command line.

load ../lib/net

setup()
{
	require_tun
	export slirp=$BATS_TEST_TMPDIR/slirp4netns peer=$lib/net_peer.py
	ln -s "$HOLT_NET" "$slirp"
}

# A namespace to be connected, $target, of a process that has a user namespace too
# or, with 'own', none. attach runs slirp4netns for it until its exit-fd is closed.
begin='
	target() {
		unshare "$@" --net sleep 1000 &
		target=$!
		eventually other eval "[ \"\$(readlink /proc/$target/ns/net)\" = \"\$(readlink /proc/self/ns/net)\" ] || echo other"
	}
	attach() {
		mkfifo /run/exit /run/ready
		exec {keep}<>/run/exit
		"$slirp" -e 8 -r 9 "$@" 8</run/exit 9>/run/ready {keep}>&- &
		slirp_pid=$!
		read -r -n 1 ready </run/ready
	}
	inside() { nsenter -t "$target" -U -n --preserve-credentials "$@"; }
	'

@test "a process that has a user namespace is connected" {
	host "$begin"'server echo 127.0.0.1 7000
		target --user --map-root-user
		attach -c --mtu=65520 --enable-ipv6 --enable-sandbox --enable-seccomp "$target" tap0
		echo "ready $ready"
		inside ip -o addr show dev tap0
		inside ip route
		echo hello | inside socat -t3 - TCP:10.0.2.2:7000
		exec {keep}>&-
		wait "$slirp_pid"; echo "status $?"'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 'ready 1' ]
	[[ "$output" == *'inet 10.0.2.100/24'* ]]
	[[ "$output" == *'inet6 fd00::100/64'* ]]
	[[ "$output" == *'default via 10.0.2.2 dev tap0'* ]]
	[[ "$output" == *$'\nhello\nstatus 0' ]]
}

@test "a path, in our own user namespace, with another name for the interface" {
	host "$begin"'target
		attach --configure --disable-host-loopback --netns-type=path "/proc/$target/ns/net" net7
		nsenter -t "$target" -n ip -o link show net7
		nsenter -t "$target" -n ip -o -6 addr show dev net7 scope global
		server echo 127.0.0.1 7000
		nsenter -t "$target" -n "$peer" connect 10.0.2.2 7000'
	[[ "${lines[0]}" == *'net7@'*'mtu 1500'* ]]
	[ "${lines[1]}" = 'ECONNREFUSED at once' ]
}

@test "--userns-path says whose a path's network is" {
	host "$begin"'target --user --map-root-user
		attach -c --netns-type=path --userns-path="/proc/$target/ns/user" "/proc/$target/ns/net" tap0
		inside ip -o addr show dev tap0'
	[[ "$output" == *'inet 10.0.2.100/24'* ]]
}

@test "without --configure the interface is left to others" {
	host "$begin"'target --user --map-root-user
		attach "$target" tap0
		inside ip -o addr show dev tap0
		inside ip addr add 10.0.2.100/24 dev tap0
		inside ip link set tap0 up
		inside ip route add default via 10.0.2.2
		inside ip link set lo up
		server echo 127.0.0.1 7000
		echo hello | inside socat -t3 - TCP:10.0.2.2:7000'
	[ "$status" -eq 0 ]
	[ "$output" = hello ]
}

@test "ports are added by the API" {
	host "$begin"'target --user --map-root-user
		attach -c --api-socket=/run/api "$target" tap0
		exec {up}< <(inside "$peer" serve 10.0.2.100 80)
		read -r -u "$up" _
		printf %s "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_addr\":\"0.0.0.0\",\"host_port\":8080,\"guest_addr\":\"10.0.2.100\",\"guest_port\":80}}" |
			socat -t 5 - UNIX-CONNECT:/run/api
		echo
		"$peer" peer-name 127.0.0.1 8080'
	[ "$status" -eq 0 ]
	[ "$output" = $'{"return":{"id":1}}\n10.0.2.2' ]
}

@test "a signal ends it" {
	host "$begin"'target
		attach -c "$target"
		kill "$slirp_pid"
		wait "$slirp_pid" || echo "status $?"
		net_pid=$slirp_pid gone'
	[ "$status" -eq 0 ]
	[ "$output" = 'status 143' ]
}

@test "what it has no counterpart for is refused" {
	local words

	for words in --cidr=10.0.3.0/24 --netns-type=x --target-type=bess --mtu=x \
		'--exit-fd=77 1' '0 tap0' 'x tap0' '1 a/b' '1 tap0 more' '1 waytoolonganame0' ''; do
		# shellcheck disable=SC2086 # words
		run "$slirp" $words
		[ "$status" -eq 1 ]
		[[ "$output" == *slirp4netns:* ]]
	done
	run "$slirp" --help
	[ "$status" -eq 0 ]
	[[ "$output" == *--disable-host-loopback* ]]
	run "$slirp" --version
	[[ "$output" == 'holt-net version '* ]]
}
