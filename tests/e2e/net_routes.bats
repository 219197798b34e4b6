#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A host that has no route at all, and then has one, and then not.

load ../lib/net

setup()
{
	require_tun
	export peer=$lib/net_peer.py
}

# Somebody else's machine with a server and a nameserver at 192.0.2.9, that
# nobody is connected with yet.
elsewhere='echo "0 0" > /proc/sys/net/ipv4/ping_group_range
	echo nameserver 192.0.2.9 > /etc/resolv.conf
	unshare --net sleep 1000 &
	other=$!
	eventually other eval "[ \"\$(readlink /proc/$other/ns/net)\" = \"\$(readlink /proc/self/ns/net)\" ] || echo other"
	plug() {
		ip link add outer type veth peer name inner
		ip addr add 192.0.2.1/24 dev outer
		ip addr add 2001:db8::1/64 dev outer nodad
		ip link set outer up
		ip link set inner netns "$other"
		nsenter -t "$other" -n sh -ec "
			ip link set lo up
			ip addr add 192.0.2.9/24 dev inner
			ip addr add 2001:db8::9/64 dev inner nodad
			ip link set inner up"
		eventually 1 eval "ping -q -c1 -W1 2001:db8::9 | grep -c \" 0% packet loss\""
	}
	serve() {
		local address
		for address in 192.0.2.9 2001:db8::9; do
			exec {ready}< <(nsenter -t "$other" -n "$peer" serve "$address" 7000)
			read -r -u "$ready" _
		done
		exec {ready}< <(nsenter -t "$other" -n "$lib/net_servers.py" dns 192.0.2.9 198.51.100.7)
		read -r -u "$ready" _
	}
	try() {
		inside "$peer" connect 192.0.2.9 7000
		inside "$peer" connect 2001:db8::9 7000
		inside "$peer" datagram-error 192.0.2.9 7000
		inside ping -c1 -W2 192.0.2.9 | grep -o -e "Net Unreachable" -e "1 received" || :
		inside ping -c1 -W2 2001:db8::9 | grep -o -e "No route" -e "1 received" || :
		inside timeout 10 dig +tries=1 +time=5 @10.0.2.3 a.example | grep -o -e SERVFAIL -e 198.51.100.7 || :
	}
	'
no_router='mount --bind /proc/sys /proc/sys
	mount -o remount,bind,ro /proc/sys
	'

without='ENETUNREACH at once
ENETUNREACH at once
ENETUNREACH
Net Unreachable
No route
SERVFAIL'
with='connected
connected
answered
1 received
1 received
198.51.100.7'

@test "what there is no route to is refused, until there is one" {
	host "$elsewhere"'start_net
		try
		plug
		serve
		try
		ip link del outer
		try'
	[ "$status" -eq 0 ]
	[ "$output" = "$without"$'\n'"$with"$'\n'"$without" ]
}

@test "the same without a router" {
	host "$elsewhere$no_router"'start_net
		try
		plug
		serve
		try
		ip link del outer
		try'
	[ "$status" -eq 0 ]
	[ "$output" = "$without"$'\n'"$with"$'\n'"$without" ]
}

@test "holt run begins without nameservers, too, and gains them" {
	host "$elsewhere"'rm /etc/resolv.conf
		: > /run/out
		"$HOLT" run busybox sh -c "cat /etc/resolv.conf; echo up; exec sleep 3600" > /run/out 2> /run/err &
		holt_pid=$!
		eventually up tail -n 1 /run/out
		init_pid=$(pgrep --newest -f "^sleep 3600")
		cat /run/out
		try
		plug
		serve
		try | head -n 5
		inside timeout 10 dig +tries=1 +time=5 @10.0.2.3 a.example | grep -o SERVFAIL
		echo nameserver 192.0.2.9 > /etc/resolv.conf
		answer() {
			inside timeout 10 dig +short +tries=1 +time=5 @10.0.2.3 a.example
		}
		eventually 198.51.100.7 answer
		inside timeout 10 dig +short +tcp +tries=1 +time=5 @10.0.2.3 a.example
		cat /run/err
		kill "$holt_pid"
		gone'
	[ "$status" -eq 0 ]
	[ "$output" = $'nameserver 10.0.2.3\nup\n'"$without"$'\n'"${with%$'\n'*}"$'\nSERVFAIL\n198.51.100.7' ]
}

@test "nameservers are followed where nothing can be watched" {
	host 'echo 0 >/proc/sys/user/max_inotify_instances
		exec {ready}< <("$lib/net_servers.py" dns 127.0.0.7 198.51.100.7)
		read -r -u "$ready" _
		start_net
		answer() {
			inside timeout 10 dig +short +tries=1 +time=5 @10.0.2.3 a.example
		}
		answer || :
		echo nameserver 127.0.0.7 >/etc/resolv.conf
		eventually 198.51.100.7 answer
		helpers comm | grep -c holt-net'
	[ "$status" -eq 0 ]
	[ "$output" = 2 ]
}
