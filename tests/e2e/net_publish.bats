#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Ports of the host that lead to a container.

load ../lib/net

setup()
{
	require_tun
	export peer=$lib/net_peer.py
}

# Clients have addresses of their own, in a network of their own.
clients='ip link add outer type veth peer name inner
	ip addr add 192.0.2.1/24 dev outer
	ip addr add 2001:db8::1/64 dev outer nodad
	ip link set outer up
	unshare --net sleep 1000 &
	clients_pid=$!
	eventually other eval "[ \"\$(readlink /proc/$clients_pid/ns/net)\" = \"\$(readlink /proc/self/ns/net)\" ] || echo other"
	ip link set inner netns "$clients_pid"
	client() { nsenter -t "$clients_pid" -n "$@"; }
	client ip link set lo up
	client ip addr add 192.0.2.9/24 dev inner
	client ip addr add 2001:db8::9/64 dev inner nodad
	client ip link set inner up
	sleep 0.5
	serve_inside() {
		local address
		for address; do
			exec {ready}< <(inside "$peer" serve "$address" 80)
			read -r -u "$ready" _
		done
	}
	'

@test "a server sees who its clients are, over TCP" {
	host "$clients"'start_net --publish=tcp/0.0.0.0/8080/80 --publish=tcp/::/8080/80
		serve_inside 10.0.2.100 fd00::100
		client "$peer" peer-name 192.0.2.1 8080
		client "$peer" peer-name 2001:db8::1 8080
		"$peer" peer-name 127.0.0.1 8080
		"$peer" peer-name ::1 8080'
	[ "$status" -eq 0 ]
	[ "$output" = $'192.0.2.9\n2001:db8::9\n10.0.2.2\nfd00::2' ]
}

@test "a server sees who its clients are, over UDP" {
	host "$clients"'start_net --publish=udp/0.0.0.0/8080/80 --publish=udp/::/8080/80
		serve_inside 10.0.2.100 fd00::100
		client "$peer" datagram 192.0.2.1 8080
		client "$peer" datagram 2001:db8::1 8080
		"$peer" datagram 127.0.0.1 8080
		"$peer" datagram ::1 8080'
	[ "$status" -eq 0 ]
	[ "$output" = $'192.0.2.9 10\n2001:db8::9 10\n10.0.2.2 10\nfd00::2 10' ]
}

@test "a large datagram arrives, and so does the answer" {
	host "$clients"'start_net --mtu=1500 --publish=udp/0.0.0.0/8080/80 --publish=udp/::/8080/80
		serve_inside 10.0.2.100 fd00::100
		client "$peer" large-datagram 192.0.2.1 8080
		client "$peer" large-datagram 2001:db8::1 8080'
	[ "$status" -eq 0 ]
	[ "$output" = $'192.0.2.9 30000\n2001:db8::9 30000' ]
}

@test "an answer comes from the address that was written to" {
	host "$clients"'ip addr add 192.0.2.2/24 dev outer
		start_net --publish=udp/0.0.0.0/8080/80
		serve_inside 10.0.2.100
		client "$peer" datagram 192.0.2.2 8080'
	[ "$output" = '192.0.2.9 10' ]
}

@test "data, ends and resets go both ways" {
	host "$clients"'start_net --publish=tcp/0.0.0.0/8080/80
		serve_inside 10.0.2.100
		client "$peer" half-close 192.0.2.1 8080
		client "$peer" last-word 192.0.2.1 8080
		client "$peer" reset-by-server 192.0.2.1 8080
		client "$peer" reset-by-client 192.0.2.1 8080
		client "$peer" many 192.0.2.1 8080'
	[ "$status" -eq 0 ]
	[ "$output" = "6553600
b''
still here
ECONNRESET
ECONNRESET
1000 in less than a minute" ]
}

@test "only the address that was given is open" {
	host "$clients"'start_net --publish=tcp/127.0.0.1/8080/80
		serve_inside 10.0.2.100
		client "$peer" connect 192.0.2.1 8080
		"$peer" connect 127.0.0.1 8080'
	[ "$output" = $'ECONNREFUSED at once\nconnected' ]
}

@test "nobody listens inside: the client is told so" {
	host "$clients"'start_net --publish=tcp/0.0.0.0/8080/80
		client "$peer" receive 192.0.2.1 8080'
	[ "$output" = ECONNRESET ]
}

@test "the same client may come by two ports to one" {
	host "$clients"'start_net --publish=tcp/0.0.0.0/8080/80 --publish=tcp/0.0.0.0/8081/80
		serve_inside 10.0.2.100
		client "$peer" twice 192.0.2.1 8080'
	[ "$status" -eq 0 ]
	[ "$output" = $'192.0.2.9\n10.0.2.2' ]
}

@test "a port in use is named with who has it" {
	host 'server echo 127.0.0.1 7000
		net --publish=tcp/127.0.0.1/7000/80 -- true || :
		net --publish=udp/127.0.0.1/7000/80 -- true || :'
	[[ "${lines[0]}" =~ 'publish 127.0.0.1:7000/tcp: it is in use by python3 (process '[0-9]+')' ]]
	[[ "${lines[1]}" =~ 'publish 127.0.0.1:7000/udp: it is in use by python3 (process '[0-9]+')' ]]
}

@test "a port that is root's is named with the remedy" {
	host 'setpriv --bounding-set -net_bind_service --inh-caps=-all sh -c "
			\"$NET_DRIVER\" \"$HOLT_NET\" --publish=tcp/0.0.0.0/80/80 -- true" || :'
	[[ "$output" == *'publish 80/tcp: ports below net.ipv4.ip_unprivileged_port_start are'* ]]
	[[ "$output" == *'`sysctl -w net.ipv4.ip_unprivileged_port_start=80`'* ]]
}

@test "an address that isn't the host's is named" {
	host 'net --publish=tcp/192.0.2.77/8080/80 -- true || :'
	[[ "$output" == *'publish 192.0.2.77:8080/tcp: the host has no such address'* ]]
}

@test "the port listens before the command starts" {
	host 'net --publish=tcp/127.0.0.1/8080/80 -- true
		start_net --publish=tcp/127.0.0.1/8080/80
		ss -Hltn sport = 8080 | wc -l'
	[ "$output" = 1 ]
}

@test "without a router libslirp has the ports" {
	host 'mount --bind /proc/sys /proc/sys
		mount -o remount,bind,ro /proc/sys
		start_net --publish=tcp/127.0.0.1/8080/80 --publish=udp/127.0.0.1/8080/80
		exec {ready}< <(inside "$peer" serve 10.0.2.100 80)
		read -r -u "$ready" _
		"$peer" half-close 127.0.0.1 8080
		"$peer" datagram 127.0.0.1 8080'
	[ "$status" -eq 0 ]
	[ "$output" = $'6553600\n10.0.2.2 10' ]
}

@test "what is no port is refused by name" {
	local bad

	for bad in tcp tcp/127.0.0.1/80 sctp/127.0.0.1/80/80 tcp/127.0.0.1/80/0 \
		tcp/127.0.0.1/80/65536 tcp/localhost/80/80 tcp/127.0.0.1/80/80/80; do
		run "$HOLT_NET" --control-fd=3 --publish="$bad"
		[ "$status" -eq 125 ]
		[[ "$output" == *"--publish: '$bad' is not PROTOCOL/ADDRESS/PORT/PORT"* ]]
	done
}
