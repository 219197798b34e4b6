#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Pings from a container to hosts outside.

load ../lib/net

setup()
{
	require_tun
}

# A host that may ping, with an address of each family that is no loopback.
allowed='ip addr add 192.0.2.1/32 dev lo
	ip addr add 2001:db8::1/128 dev lo nodad
	echo "0 0" > /proc/sys/net/ipv4/ping_group_range
	'

# A router and what lies behind it: nothing.
routed='ip link add outer type veth peer name inner
	ip addr add 192.0.2.1/24 dev outer
	ip addr add 2001:db8::1/64 dev outer nodad
	ip link set outer up
	echo "0 0" > /proc/sys/net/ipv4/ping_group_range
	unshare --net sleep 1000 &
	router=$!
	eventually other eval "[ \"\$(readlink /proc/$router/ns/net)\" = \"\$(readlink /proc/self/ns/net)\" ] || echo other"
	ip link set inner netns "$router"
	nsenter -t "$router" -n sh -ec "
		echo 1 > /proc/sys/net/ipv4/ip_forward
		echo 1 > /proc/sys/net/ipv6/conf/all/forwarding
		ip link set lo up
		ip addr add 192.0.2.9/24 dev inner
		ip addr add 2001:db8::9/64 dev inner nodad
		ip link set inner up
		ip link add behind type veth peer name nowhere
		ip link set nowhere up
		ip link set behind up
		ip route add 203.0.113.0/24 dev behind
		ip route add 2001:db8:2::/64 dev behind"
	ip route add 203.0.113.0/24 via 192.0.2.9
	ip route add 2001:db8:2::/64 via 2001:db8::9
	ping -c1 -W2 192.0.2.9 >/dev/null && ping -c1 -W2 2001:db8::9 >/dev/null
	'

no_router='mount --bind /proc/sys /proc/sys
	mount -o remount,bind,ro /proc/sys
	'

# ping checks that what comes back is what it sent.
@test "hosts answer, over both families" {
	host "$allowed"'
		net -- ping -c3 -i0.2 -W2 192.0.2.1
		net -- ping -c3 -i0.2 -W2 2001:db8::1'
	[ "$status" -eq 0 ]
	[ "$(grep -c ' 0% packet loss' <<< "$output")" -eq 2 ]
	[[ "$output" == *'64 bytes from 192.0.2.1: icmp_seq=3'* ]]
	[[ "$output" == *'64 bytes from 2001:db8::1: icmp_seq=3'* ]]
	[[ "$output" != *'wrong data'* ]]
}

@test "hosts answer without a router too" {
	host "$allowed$no_router"'
		net -- ping -c1 -W2 192.0.2.1
		net -- ping -c1 -W2 2001:db8::1'
	[ "$status" -eq 0 ]
}

@test "pings may be as large as packets" {
	host "$allowed"'
		for size in 0 1452 1453 1472 1473 30000 65467; do
			net -- ping -q -c1 -W2 -s "$size" 192.0.2.1
			net -- ping -q -c1 -W2 -s "$size" 2001:db8::1
		done'
	[ "$status" -eq 0 ]
	[ "$(grep -c ' 0% packet loss' <<< "$output")" -eq 14 ]
}

@test "several who ping at once get what is theirs" {
	host "$allowed"'ip addr add 192.0.2.2/32 dev lo
		net -- sh -c "
			for i in 1 2 3 4 5 6; do
				ping -q -c5 -i0.2 -W2 192.0.2.1 &
				ping -q -c5 -i0.2 -W2 192.0.2.2 &
				ping -q -c5 -i0.2 -W2 2001:db8::1 &
			done
			wait"'
	[ "$(grep -c '5 packets transmitted, 5 received, 0% packet loss' <<< "$output")" -eq 18 ]
}

@test "more of them than there is room for leave nothing open" {
	host "$allowed"'start_net
		count() { find "/proc/$net_pid/fd" -lname "socket:*" | wc -l; }
		before=$(count)
		for i in $(seq 100); do
			inside ping -q -c1 -W2 192.0.2.1 >/dev/null
		done
		[ "$(count)" -le $((before + 64)) ]
		inside ping -q -c1 -W2 192.0.2.1'
	[ "$status" -eq 0 ]
	[[ "$output" == *' 0% packet loss'* ]]
}

@test "where the host's users may not, the container is told so" {
	host 'ip addr add 192.0.2.1/32 dev lo
		ip addr add 2001:db8::1/128 dev lo nodad
		net -- ping -c1 -W2 192.0.2.1 || :
		net -- ping -c1 -W2 2001:db8::1 || :'
	[[ "$output" == *'From 192.0.2.1 icmp_seq=1 Packet filtered'* ]]
	[[ "$output" == *'From 2001:db8::1 icmp_seq=1 Destination unreachable: Administratively prohibited'* ]]
}

@test "what there is no way to is unreachable at once" {
	host "$allowed"'
		net -- ping -c1 -W2 198.51.100.1 || :
		net -- ping -c1 -W2 2001:db8:1::1 || :
		ip route add unreachable 198.51.100.0/24
		net -- ping -c1 -W2 198.51.100.1 || :'
	[[ "$output" == *'From 198.51.100.1 icmp_seq=1 Destination Net Unreachable'* ]]
	[[ "$output" == *'From 2001:db8:1::1 icmp_seq=1 Destination unreachable: No route'* ]]
	[[ "$output" == *'From 198.51.100.1 icmp_seq=1 Destination Host Unreachable'* ]]
}

@test "routers on the way are heard" {
	host "$routed"'
		net -- ping -c1 -W2 -t2 203.0.113.1 || :
		net -- ping -c1 -W2 -t2 2001:db8:2::1 || :
		nsenter -t "$router" -n ip route add prohibit 203.0.113.77
		net -- ping -c1 -W2 203.0.113.77 || :'
	[[ "$output" == *'From 192.0.2.9 icmp_seq=1 Time to live exceeded'* ]]
	[[ "$output" == *'From 2001:db8::9 icmp_seq=1 Time exceeded: Hop limit'* ]]
	[[ "$output" == *'From 192.0.2.9 icmp_seq=1 Packet filtered'* ]]
}
