#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A hostile container: what has broken such networks breaks nothing here, and
# what belongs to the host stays closed, with a router and without.

load ../lib/net

setup()
{
	require_tun
	export attacks=$lib/net_attacks.py peer=$lib/net_peer.py
}

# A host that would notice: servers at all its addresses, whose words are in
# /run/seen, one of them link-local; and a nameserver.
watched='ip addr add 192.0.2.1/32 dev lo
	ip addr add 2001:db8::1/128 dev lo nodad
	ip link add outer type veth peer name inner
	ip link set inner up
	ip addr add fe80::aa/64 dev outer nodad
	ip link set outer up
	echo "0 0" > /proc/sys/net/ipv4/ping_group_range
	echo nameserver 127.0.0.53 > /etc/resolv.conf
	server dns 127.0.0.53 198.51.100.7
	watch() {
		: > /run/seen
		"$attacks" serve "$@" > /run/seen &
		eventually 1 grep -c ready /run/seen
	}
	# What was reached but for the addresses that are open to all.
	reached() { grep -v -e ^ready -e "^::ffff:192.0.2.1 " -e "^2001:db8::1 " /run/seen || :; }
	watch 7000 7001
	'

no_router='mount --bind /proc/sys /proc/sys
	mount -o remount,bind,ro /proc/sys
	'

# Send each group, and see after each that the network serves as before.
attack='start_net --mtu=65520
	"$attacks" groups > /run/groups
	while read -r group; do
		inside "$attacks" send tap0 "$group" > /run/result
		grep -q ^sent /run/result || echo "nothing sent: $group"
		answer=$(inside dig +short +tries=2 +time=3 @10.0.2.3 a.example) || :
		[ "$answer" = 198.51.100.7 ] || echo "no answer after: $group"
		for address in 192.0.2.1 2001:db8::1; do
			inside timeout 10 "$peer" reach "$address" 7000 ||
				echo "no connection to $address after: $group"
		done
		[ "$(readlink "/proc/$net_pid/exe")" = "$HOLT_NET" ] || {
			echo "dead after: $group"
			break
		}
	done < /run/groups
	reached
	grep 7001 /run/seen || :
	echo over
	'

@test "packets that broke others break nothing" {
	host "$watched$attack"
	[ "$status" -eq 0 ]
	[ "$output" = over ]
}

@test "packets that broke others break nothing without a router" {
	host "$watched$no_router$attack"
	[ "$status" -eq 0 ]
	[ "$output" = over ]
}

@test "memory doesn't grow by them" {
	host "$watched$no_router"'start_net
		size() { grep ^Pss: "/proc/$net_pid/smaps_rollup" | tr -dc 0-9; }
		count() { find "/proc/$net_pid/fd" | wc -l; }
		mapfile -t groups < <("$attacks" groups)
		# What is answered comes behind what was sent before.
		again() {
			inside "$attacks" send tap0 "${groups[@]}" >/dev/null
			until inside ping -c 1 -W 5 -q 10.0.2.2 >/dev/null; do :; done
		}
		# What leaks does so each time; what only waits to be sent, where the
		# machine is slow, does so once.
		again
		least=1000000
		for i in 1 2 3 4 5 6; do
			before=$(size)
			again
			grown=$(($(size) - before))
			[ "$grown" -ge "$least" ] || least=$grown
		done
		echo "at least $least kB a time, $(count) descriptors"
		[ -n "${HOLT_SANITIZED:-}" ] || [ "$least" -lt 256 ]
		[ "$(count)" -lt 4000 ]'
	[ "$status" -eq 0 ]
}

@test "CVE-2019-6778, CVE-2020-7039, CVE-2020-8608: no protocol is tampered with" {
	local path

	for path in '' "$no_router"; do
		host "$watched$path"'
			watch 113 21 6667 514 544 7070 517 23
			net -- "$attacks" talk 192.0.2.1'
		[ "$status" -eq 0 ]
		[ "$output" = 'as it was' ]
	done
}

@test "requests that broke slirp4netns are answered" {
	host 'start_net --api-socket=/run/api
		"$attacks" ask /run/api
		"$attacks" ask /run/api
		kill -0 "$net_pid"'
	[ "$status" -eq 0 ]
	[ "$output" = $'all were answered\nall were answered' ]
}

@test "CVE-2026-95508: an MTU below what IPv6 needs is refused" {
	local mtu

	for mtu in 0 68 576 1279; do
		run "$HOLT_NET" --control-fd=3 --mtu="$mtu"
		[ "$status" -eq 125 ]
		[[ "$output" == *--mtu* ]]
	done
}

@test "the host's loopback is closed, by any name" {
	local path

	for path in '' "$no_router"; do
		host "$watched$path"'net -- "$attacks" reach > /run/said
			grep connected /run/said || :
			reached
			echo over'
		[ "$status" -eq 0 ]
		[ "$output" = over ]
	done
}

# What the container's root can do so that they leave by tap0.
routed='net -- sh -c "
	for conf in all default lo tap0; do
		echo 1 > /proc/sys/net/ipv4/conf/\$conf/route_localnet || :
		echo 0 > /proc/sys/net/ipv4/conf/\$conf/rp_filter || :
	done 2>/dev/null
	ip route flush table local
	ip route add local 10.0.2.100 dev tap0 table local
	for net in 127.0.0.0/8 0.0.0.0/8; do
		ip route add \$net via 10.0.2.2 src 10.0.2.100
	done
	ip -6 route flush table local
	ip -6 route add local fd00::100 dev tap0 table local
	for net in ::1 ::/96 ::ffff:0:0/96 fe80::aa; do
		ip -6 route add \$net via fd00::2 src fd00::100
	done
	\"$attacks\" reach" > /run/said
	'

@test "the host's loopback is closed to a container that routes it out" {
	local path

	for path in '' "$no_router"; do
		host "$watched$path$routed"'
			cat /run/said
			reached
			echo over'
		[ "$status" -eq 0 ]
		[[ "${lines[0]}" == 'went out:'*' 127.0.0.1 127.0.0.53 127.255.255.254 '* ]]
		[[ "${lines[0]}" == *' ::1 '*' fe80::aa%tap0' ]]
		[ "${lines[1]}" = over ]
	done
}

@test "abstract sockets of the host are out of reach" {
	host 'abstract="/usr/bin/python3 -c \"
import socket, sys
s = socket.socket(socket.AF_UNIX)
if sys.argv[1] == \\\"serve\\\":
    s.bind(\\\"\\\\0secret\\\")
    s.listen()
    print(\\\"ready\\\", flush=True)
    while True: s.accept()
s.connect(\\\"\\\\0secret\\\")
print(\\\"connected\\\")
\""
		exec {ready}< <(eval "exec $abstract serve")
		read -r -u "$ready" _
		eval "$abstract connect"
		start_net
		inside sh -c "$abstract connect" 2>&1 | tail -n 1
		# Ours have no names there.
		ss -Hxl | grep -c @secret
		ss -Hxl | grep @ | grep -vc @secret || :'
	[ "${lines[0]}" = connected ]
	[[ "${lines[1]}" == ConnectionRefusedError* ]]
	[ "${lines[2]}" = 1 ]
	[ "${lines[3]}" = 0 ]
}
