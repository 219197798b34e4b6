#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# TCP from a container by the lane: the two kernels' connections behave as one.

load ../lib/net

setup()
{
	require_tun
	export peer=$lib/net_peer.py
}

# A server at an address of the host that is no loopback, of both families.
served='ip addr add 192.0.2.1/32 dev lo
	ip addr add 2001:db8::1/128 dev lo nodad
	for address in 192.0.2.1 2001:db8::1; do
		exec {ready}< <(exec "$peer" serve "$address" 7000)
		read -r -u "$ready" _
	done
	'

# What the client asks for, over both families, gives this.
expect_both()
{
	local what=$1 wanted=$2 address

	for address in 192.0.2.1 2001:db8::1; do
		host "$served"'net -- "$peer" '"$what $address 7000"
		[ "$status" -eq 0 ]
		[ "$output" = "$wanted" ] || {
			echo "over $address wanted: $wanted"
			return 1
		}
	done
}

@test "a connection is the kernel's, on both sides" {
	host "$served"'start_net
		mkfifo /run/in
		inside "$peer" stay 192.0.2.1 7000 </run/in >/run/out &
		exec {in}>/run/in
		eventually here cat /run/out
		in_router ss -Htn state established | tr -s " "
		exec {in}>&-'
	[ "$status" -eq 0 ]
	[[ "$output" == *" 192.0.2.1:7000 10.0.2.100:"* ]]
}

@test "names of both ends are those that were asked for" {
	host "$served"'net -- "$peer" names 192.0.2.1 7000
		net -- "$peer" names 2001:db8::1 7000'
	[ "$status" -eq 0 ]
	[ "$output" = $'192.0.2.1 7000 10.0.2.100\n2001:db8::1 7000 fd00::100' ]
}

@test "what nobody listens on is refused at once" {
	host "$served"'net -- "$peer" connect 192.0.2.1 7777
		net -- "$peer" connect 2001:db8::1 7777'
	[ "$output" = $'ECONNREFUSED at once\nECONNREFUSED at once' ]
}

@test "an address without a way to it is unreachable at once" {
	host 'net -- "$peer" connect 198.51.100.1 80
		net -- "$peer" connect 2001:db8:1::1 80
		ip route add unreachable 198.51.100.0/24
		net -- "$peer" connect 198.51.100.1 80'
	[ "$output" = $'ENETUNREACH at once\nENETUNREACH at once\nEHOSTUNREACH at once' ]
}

@test "the end of one direction leaves the other" {
	expect_both half-close 6553600
	expect_both last-word $'b\'\'\nstill here'
}

@test "a reset arrives as one, from either side" {
	expect_both reset-by-server ECONNRESET
	expect_both reset-by-client ECONNRESET
}

@test "ports can be used again at once" {
	host "$served"'net -- sh -c "
		echo 50000 50099 >/proc/sys/net/ipv4/ip_local_port_range
		exec $peer many 192.0.2.1 7000"'
	[ "$status" -eq 0 ]
	[ "$output" = '1000 in less than a minute' ]
}

@test "thousands of idle connections are in nobody's way" {
	host 'ulimit -n 8192; '"$served"'net -- "$peer" idle 192.0.2.1 7000'
	[ "$status" -eq 0 ]
	[ "$output" = '2000 still there' ]
}

@test "who doesn't read holds up nobody else" {
	expect_both blocked 'goes on'
}

@test "a server inside may have the port that connections out go to" {
	host "$served"'net -- "$peer" same-port 192.0.2.1 7000'
	[ "$status" -eq 0 ]
	[ "$output" = x ]
}

@test "large datagrams go out, and come back" {
	host "$served"'net -- "$peer" large-datagram 192.0.2.1 7000
		net --mtu=1500 -- "$peer" large-datagram 192.0.2.1 7000
		net -- "$peer" large-datagram 2001:db8::1 7000
		net --mtu=1500 -- "$peer" large-datagram 2001:db8::1 7000'
	[ "$output" = $'192.0.2.1 30000\n192.0.2.1 30000\n2001:db8::1 30000\n2001:db8::1 30000' ]
}

@test "without a router all is libslirp's" {
	host "$served"'mount --bind /proc/sys /proc/sys
		mount -o remount,bind,ro /proc/sys
		net -- "$peer" half-close 192.0.2.1 7000
		net -- "$peer" half-close 2001:db8::1 7000
		net -- "$peer" large-datagram 192.0.2.1 7000
		net -- "$peer" large-datagram 2001:db8::1 7000
		net -- ip -o link show tap0'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 6553600 ]
	[ "${lines[1]}" = 6553600 ]
	[ "${lines[2]}" = '192.0.2.1 30000' ]
	[ "${lines[3]}" = '2001:db8::1 30000' ]
	[[ "${lines[4]}" == *POINTOPOINT* ]]
}

@test "which way it is, and why, is told who asks" {
	host 'mkdir /run/api
		ask()
		{
			start_net --api-socket=/run/api/socket "$@"
			echo "{\"execute\":\"show_lanes\"}" | socat - UNIX:/run/api/socket
			echo
			kill -9 "$init_pid"
			wait "$driver_pid" || :
			rm /run/up
		}
		ask
		mount --bind /proc/sys /proc/sys
		mount -o remount,bind,ro /proc/sys
		ask'
	[ "${lines[0]}" = '{"return":{"tcp":"kernel","bypass":false}}' ]
	[[ "${lines[1]}" =~ ^'{"return":{"tcp":"libslirp","bypass":false,"reason":"'.*'/proc/sys/net/'.*': Read-only file system","errno":30}}'$ ]]
}

@test "when the helper is gone, new connections are libslirp's" {
	host "$served"'start_net
		pkill -9 -P "$net_pid"
		inside "$peer" half-close 192.0.2.1 7000'
	[ "$status" -eq 0 ]
	[ "$output" = 6553600 ]
}

# The kernel counts those of all processes of a user against who sends one.
@test "many descriptors on their way elsewhere don't end the lane" {
	host "$served"'start_net
		exec {sent}< <(exec /usr/bin/python3 -c "
import array, signal, socket
pairs = [socket.socketpair() for _ in range(4)]
for pair in pairs:
    pair[0].sendmsg([b\"x\"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array(\"i\", [0] * 200))])
print(\"sent\", flush=True)
signal.pause()")
		read -r -u "$sent" _
		inside "$peer" many 192.0.2.1 7000
		in_router true && pgrep -P "$net_pid" | wc -l'
	[ "$status" -eq 0 ]
	[ "$output" = $'1000 in less than a minute\n2' ]
}

@test "closed connections leave no descriptor behind" {
	host "$served"'start_net
		count() { find "/proc/$net_pid/fd" -lname "socket:*" | wc -l; }
		before=$(count)
		# Some are kept in store, more or less of them.
		is_back() { [ "$(count)" -gt $((before + 64)) ] || echo yes; }
		inside "$peer" many 192.0.2.1 7000
		eventually yes is_back'
	[ "$status" -eq 0 ]
}
