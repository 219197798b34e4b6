#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-net by itself, with a small driver in the launcher's place. HOLT_NET is
# the program; the driver lies beside it.

load ../lib/net

setup()
{
	require_tun
}

# What /proc/PID/status says of the syscall filter: a build with
# AddressSanitizer has none.
filter_mode()
{
	if ldd "$HOLT_NET" | grep -q libasan; then
		echo 0
	else
		echo 2
	fi
}

@test "addresses and routes of both families are there at once" {
	host 'net -- sh -c "ip -o addr show dev tap0; ip route; ip -6 route"'
	[ "$status" -eq 0 ]
	[[ "$output" == *"inet 10.0.2.100/24"* ]]
	[[ "$output" == *"inet6 fd00::100/64"* ]]
	[[ "$output" == *"default via 10.0.2.2 dev tap0"* ]]
	[[ "$output" == *"default via fd00::2 dev tap0"* ]]
	[[ "$output" != *tentative* ]]
}

@test "without libslirp it says what is missing" {
	host 'mount --bind /dev/null /usr/lib/*/libslirp.so.0; net -- true'
	[ "$status" -ne 0 ]
	[[ "$output" == *"libslirp.so.0 (package libslirp0) can't be loaded: "* ]]
}

@test "the gateway answers pings over IPv4 and IPv6" {
	host 'net -- sh -c "ping -c1 -W2 10.0.2.2 && ping -c1 -W2 fd00::2"'
	[ "$status" -eq 0 ]
}

@test "every mapped group may ping" {
	host 'net -- cat /proc/sys/net/ipv4/ping_group_range'
	[ "$status" -eq 0 ]
	[[ "$output" =~ ^0[[:space:]]0$ ]]
}

@test "low ports are nobody's privilege inside" {
	host 'net -- cat /proc/sys/net/ipv4/ip_unprivileged_port_start'
	[ "$output" = 0 ]
}

@test "the congestion control inside is not bbr" {
	host 'net -- cat /proc/sys/net/ipv4/tcp_congestion_control'
	[ "$status" -eq 0 ]
	[ "$output" != bbr ]
}

@test "the host's loopback is refused at once by default" {
	host 'server echo 127.0.0.1 7000
		net -- timeout 5 socat -u OPEN:/dev/null TCP:10.0.2.2:7000 || :
		echo x | net -- timeout 5 socat - UDP:10.0.2.2:7000 || :'
	[ "$status" -eq 0 ]
	[ "$(grep -c 'Connection refused' <<< "$output")" -eq 2 ]
}

@test "the host's loopback is refused at once over IPv6 too" {
	host 'server echo ::1 7000
		net -- timeout 5 socat -u OPEN:/dev/null "TCP6:[fd00::2]:7000" || :
		echo x | net -- timeout 5 socat - "UDP6:[fd00::2]:7000" || :'
	[ "$status" -eq 0 ]
	[ "$(grep -c 'Connection refused' <<< "$output")" -eq 2 ]
}

@test "--allow-host-loopback lets TCP and UDP through to 127.0.0.1" {
	host 'server echo 127.0.0.1 7000
		echo over-tcp | net --allow-host-loopback -- socat -t3 - TCP:10.0.2.2:7000
		echo over-udp | net --allow-host-loopback -- socat -t4 - UDP:10.0.2.2:7000'
	[ "$status" -eq 0 ]
	[ "$output" = $'over-tcp\nover-udp' ]
}

@test "--allow-host-loopback lets TCP through to ::1" {
	host 'server echo ::1 7000
		echo six | net --allow-host-loopback -- socat -t3 - "TCP6:[fd00::2]:7000"'
	[ "$output" = six ]
}

@test "other addresses of the host are reached" {
	host 'ip addr add 192.0.2.1/32 dev lo
		ip addr add 2001:db8::1/128 dev lo nodad
		server echo 192.0.2.1 7000
		server echo 2001:db8::1 7000
		echo four | net -- socat -t3 - TCP:192.0.2.1:7000
		echo six | net -- socat -t3 - "TCP6:[2001:db8::1]:7000"
		echo udp | net -- socat -t4 - UDP:192.0.2.1:7000'
	[ "$status" -eq 0 ]
	[ "$output" = $'four\nsix\nudp' ]
}

@test "twenty megabytes arrive as they were sent" {
	host 'ip addr add 192.0.2.1/32 dev lo
		head -c 20000000 /dev/urandom > /run/blob
		server echo 192.0.2.1 7000
		net -- sh -c "socat -t10 - TCP:192.0.2.1:7000 < /run/blob | cmp - /run/blob"'
	[ "$status" -eq 0 ]
}

@test "a container that routes 127.0.0.1 into the tap gets nowhere" {
	host 'server echo 127.0.0.1 7000
		net --allow-host-loopback -- sh -c "
			for conf in all default tap0; do
				echo 1 > /proc/sys/net/ipv4/conf/\$conf/route_localnet
			done
			ip route flush table local
			ip route add local 10.0.2.100 dev tap0 table local
			ip route add 127.0.0.0/8 via 10.0.2.2 src 10.0.2.100
			echo leaked | timeout 3 socat -t1 - TCP:10.0.2.2:7000 | sed s/leaked/works/
			echo leaked | timeout 3 socat -t1 - TCP:127.0.0.1:7000,connect-timeout=1 || :
			echo leaked | timeout 3 socat -t1 - UDP:127.0.0.1:7000 || :"'
	[ "$status" -eq 0 ]
	[[ "$output" == *works* ]]
	[[ "$output" == *"timed out"* ]]
	[[ "$output" != *leaked* ]]
}

@test "a forged sender is not believed" {
	host 'ip addr add 192.0.2.1/32 dev lo
		server print 192.0.2.1 7000
		net -- sh -c "
			ip addr add 10.0.2.55/24 dev tap0
			echo forged | socat -u - UDP:192.0.2.1:7000,bind=10.0.2.55
			echo true | socat -u - UDP:192.0.2.1:7000"
		read -r -u "$ready" line
		echo "$line"'
	[ "$status" -eq 0 ]
	[ "$output" = true ]
}

@test "the host's nameserver on its loopback answers over UDP and TCP" {
	host 'echo nameserver 127.0.0.53 > /etc/resolv.conf
		server dns 127.0.0.53 198.51.100.7
		net -- sh -c "
			dig +short +tries=1 @10.0.2.3 a.example
			dig +short +tries=1 +tcp @10.0.2.3 a.example
			dig +short +tries=1 @fd00::3 a.example
			dig +short +tries=1 +tcp @fd00::3 a.example"'
	[ "$status" -eq 0 ]
	[ "$(grep -cx 198.51.100.7 <<< "$output")" -eq 4 ]
}

@test "an IPv6 nameserver serves IPv4 clients too" {
	host 'echo nameserver ::1 > /etc/resolv.conf
		server dns ::1 198.51.100.7
		net -- sh -c "
			dig +short +tries=1 @10.0.2.3 a.example
			dig +short +tries=1 +tcp @10.0.2.3 a.example"'
	[ "$(grep -cx 198.51.100.7 <<< "$output")" -eq 2 ]
}

@test "the next nameserver is asked when one is dead, mute or broken" {
	host 'printf "nameserver 127.0.0.%s\n" 61 62 63 > /etc/resolv.conf
		server mute 127.0.0.62
		server dns 127.0.0.63 198.51.100.9
		net -- dig +short +tries=1 +time=4 @10.0.2.3 a.example
		kill "$server_pid"; wait "$server_pid" || :
		printf "nameserver 127.0.0.%s\n" 64 63 > /etc/resolv.conf
		server broken 127.0.0.64
		server dns 127.0.0.63 198.51.100.10
		net -- dig +short +tries=1 +time=4 @10.0.2.3 a.example'
	[ "$output" = $'198.51.100.9\n198.51.100.10' ]
}

@test "TCP queries too go to the next nameserver" {
	host 'printf "nameserver 127.0.0.%s\n" 61 63 > /etc/resolv.conf
		server dns 127.0.0.63 198.51.100.9
		net -- dig +short +tries=1 +time=5 +tcp @10.0.2.3 a.example'
	[ "$output" = 198.51.100.9 ]
}

@test "an answer with the wrong id is not passed on" {
	host 'echo nameserver 127.0.0.53 > /etc/resolv.conf
		server forge 127.0.0.53 198.51.100.7
		net -- dig +tries=1 +time=6 @10.0.2.3 a.example'
	[[ "$output" == *"status: SERVFAIL"* ]]
	[[ "$output" != *198.51.100.7* ]]
}

@test "without a nameserver the answer is SERVFAIL, at once" {
	host 'net -- timeout 1 dig +tries=1 @10.0.2.3 a.example'
	[ "$status" -eq 0 ]
	[[ "$output" == *"status: SERVFAIL"* ]]
}

@test "a resolv.conf written anew is followed" {
	host 'server dns 127.0.0.53 198.51.100.1
		server dns 127.0.0.54 198.51.100.2
		echo nameserver 127.0.0.53 > /etc/resolv.conf
		ask="dig +short +tries=1 @10.0.2.3 a.example"
		net -- bash -c "
			$ask
			echo nameserver 127.0.0.54 > /etc/resolv.conf
			$(declare -f eventually)
			eventually 198.51.100.2 $ask && echo followed"'
	[ "$output" = $'198.51.100.1\nfollowed' ]
}

@test "a resolv.conf replaced by rename is followed" {
	host 'server dns 127.0.0.53 198.51.100.1
		server dns 127.0.0.54 198.51.100.2
		echo nameserver 127.0.0.53 > /etc/resolv.conf
		echo nameserver 127.0.0.54 > /etc/new
		ask="dig +short +tries=1 @10.0.2.3 a.example"
		net -- bash -c "
			$ask
			mv /etc/new /etc/resolv.conf
			$(declare -f eventually)
			eventually 198.51.100.2 $ask && echo followed"'
	[ "$output" = $'198.51.100.1\nfollowed' ]
}

@test "a symlink's target that appears later and changes is followed" {
	host 'server dns 127.0.0.53 198.51.100.1
		server dns 127.0.0.54 198.51.100.2
		ln -s ../run/systemd/resolve/stub.conf /etc/resolv.conf
		ask="dig +short +tries=1 @10.0.2.3 a.example"
		net -- bash -c "
			$(declare -f eventually)
			mkdir -p /run/systemd/resolve
			echo nameserver 127.0.0.53 > /run/systemd/resolve/stub.conf
			eventually 198.51.100.1 $ask && echo appeared
			echo nameserver 127.0.0.54 > /run/systemd/resolve/new
			mv /run/systemd/resolve/new /run/systemd/resolve/stub.conf
			eventually 198.51.100.2 $ask && echo followed"'
	[ "$output" = $'appeared\nfollowed' ]
}

@test "a resolv.conf mounted over the host's is followed" {
	host 'server dns 127.0.0.53 198.51.100.1
		server dns 127.0.0.54 198.51.100.2
		echo nameserver 127.0.0.53 > /run/mine
		touch /etc/resolv.conf
		mount --bind /run/mine /etc/resolv.conf
		ask="dig +short +tries=1 @10.0.2.3 a.example"
		net -- bash -c "
			$ask
			echo nameserver 127.0.0.54 > /run/mine
			$(declare -f eventually)
			eventually 198.51.100.2 $ask && echo followed"'
	[ "$output" = $'198.51.100.1\nfollowed' ]
}

@test "--dns replaces the host's nameservers" {
	host 'echo nameserver 127.0.0.53 > /etc/resolv.conf
		server dns 127.0.0.53 198.51.100.1
		server dns 127.0.0.54 198.51.100.2
		net --dns=127.0.0.54 -- dig +short +tries=1 @10.0.2.3 a.example'
	[ "$output" = 198.51.100.2 ]
}

@test "the names of the host are known without a nameserver" {
	host 'net -- sh -c "
		dig +short +tries=1 @10.0.2.3 host.containers.internal
		dig +short +tries=1 @10.0.2.3 Host.Docker.Internal
		dig +short +tries=1 @10.0.2.3 host.docker.internal AAAA"'
	[ "$output" = $'10.0.2.2\n10.0.2.2\nfd00::2' ]
}

@test "--no-ipv6 leaves no IPv6 address on the tap" {
	host 'net --no-ipv6 -- ip -o -6 addr show dev tap0'
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "--mtu is the interface's" {
	host 'net --mtu=1500 -- ip -o link show dev tap0'
	[[ "$output" == *"mtu 1500"* ]]
	run "$HOLT_NET" --control-fd=3 --mtu=1279
	[ "$status" -eq 125 ]
	[[ "$output" == *"--mtu: '1279' is not a number from 1280 to 65520"* ]]
}

@test "the process has an empty root and nothing it could use" {
	host 'start_net
		ls -A "/proc/$net_pid/root/" | wc -l
		grep -E "^(Seccomp|CapEff|CapBnd|NoNewPrivs):" "/proc/$net_pid/status"
		grep -E "^Max (core file|processes)" "/proc/$net_pid/limits"'
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = 0 ]
	[[ "$output" =~ CapEff:[[:space:]]0{16} ]]
	[[ "$output" =~ CapBnd:[[:space:]]0{16} ]]
	[[ "$output" =~ NoNewPrivs:[[:space:]]1 ]]
	[[ "$output" =~ Seccomp:[[:space:]]$(filter_mode) ]]
	[[ "$output" =~ "Max core file size"[[:space:]]+0 ]]
	[[ "$output" =~ "Max processes"[[:space:]]+0 ]]
}

@test "its helpers are confined too" {
	host 'start_net
		helpers status | grep -E "^(Seccomp|CapEff|CapBnd|NoNewPrivs):" | sort | uniq -c'
	[ "$status" -eq 0 ]
	# Just one of them can do something: make transparent sockets.
	[[ "$output" =~ 1\ CapEff:[[:space:]]0{16} ]]
	[[ "$output" =~ 1\ CapEff:[[:space:]]0{12}2000 ]]
	[[ "$output" =~ 2\ CapBnd:[[:space:]]0{16} ]]
	[[ "$output" =~ 2\ NoNewPrivs:[[:space:]]1 ]]
	[[ "$output" =~ 2\ Seccomp:[[:space:]]$(filter_mode) ]]
}

@test "nothing remains when the launcher is killed" {
	host 'start_net
		kill -9 "$driver_pid"
		gone'
	[ "$status" -eq 0 ]
}

@test "nothing remains when the network process is killed" {
	host 'start_net
		kill -9 "$net_pid"
		gone
		kill -0 "$init_pid" && echo container goes on'
	[ "$status" -eq 0 ]
	[ "${lines[-1]}" = "container goes on" ]
}

@test "nothing remains when the container is killed" {
	host 'start_net
		kill -9 "$init_pid"
		gone'
	[ "$status" -eq 0 ]
}

@test "signals that a terminal sends don't end the network" {
	host 'start_net
		kill -INT "$net_pid"
		kill -TERM "$net_pid"
		kill -HUP "$net_pid"
		inside ping -c1 -W2 10.0.2.2'
	[ "$status" -eq 0 ]
}

@test "a container that deletes its interface leaves the process idle" {
	host 'start_net
		inside ip link del tap0
		before=$(cut -d" " -f14,15 "/proc/$net_pid/stat")
		read -r -t 0.5 <> <(:) || :
		[ "$before" = "$(cut -d" " -f14,15 "/proc/$net_pid/stat")" ]
		kill -9 "$init_pid"
		gone'
	[ "$status" -eq 0 ]
}

@test "a missing /dev/net/tun is named with its remedy" {
	host 'mount -t tmpfs tmpfs /dev
		: > /dev/null
		net -- true'
	[ "$status" -eq 125 ]
	[[ "$output" == *"/dev/net/tun: there is no such device"*"modprobe tun"* ]]
}

@test "a /dev/net/tun that may not be opened is named with its remedy" {
	host 'mount --bind /dev/net/tun /dev/net/tun
		mount -o remount,bind,nodev /dev/net/tun
		net -- true'
	[ "$status" -eq 125 ]
	[[ "$output" == *"/dev/net/tun: permission denied"*"chmod 0666 /dev/net/tun"* ]]
}

@test "requests on the control socket are answered, junk too" {
	host 'NET_DRIVER_REQUEST="{ \"execute\": \"list_hostfwd\" }" net --publish=udp/127.0.0.1/7000/70 -- true'
	[[ "$output" == *'{"return":{"entries":[{"id":1,"proto":"udp","host_addr":"127.0.0.1","host_port":7000,'* ]]
	host 'NET_DRIVER_REQUEST="junk" net -- echo the network goes on'
	[[ "$output" == *'{"error":{"desc":"bad request: line 1: '* ]]
	[[ "$output" == *'the network goes on'* ]]
}

# A script that asks the API socket.
api='api() { printf "%s" "$1" | timeout 10 socat -t 5 - UNIX-CONNECT:/run/api; echo; }
	'

@test "a port is added, listed and removed while the container runs" {
	host "$api"'start_net --api-socket=/run/api
		stat -c %a /run/api
		exec {ready}< <(inside "$lib/net_peer.py" serve 10.0.2.100 80)
		read -r -u "$ready" _
		api "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_addr\":\"127.0.0.1\",\"host_port\":8080,\"guest_port\":80}}"
		"$lib/net_peer.py" peer-name 127.0.0.1 8080
		api "{\"execute\":\"remove_hostfwd\",\"arguments\":{\"id\":1}}"
		"$lib/net_peer.py" connect 127.0.0.1 8080
		api "{\"execute\":\"list_hostfwd\"}"'
	[ "$status" -eq 0 ]
	[ "$output" = '600
{"return":{"id":1}}
10.0.2.2
{"return":{}}
ECONNREFUSED at once
{"return":{"entries":[]}}' ]
}

@test "what can't be added is refused, and the network goes on" {
	host "$api"'server echo 127.0.0.1 7000
		start_net --api-socket=/run/api
		api "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_addr\":\"127.0.0.1\",\"host_port\":7000,\"guest_port\":80}}"
		api "{\"execute\":\"add_hostfwd\",\"arguments\":{\"proto\":\"tcp\",\"host_addr\":\"fe80::1%lo\",\"host_port\":7000,\"guest_port\":80}}"
		api "{\"execute\":\"list_hostfwd\"}"'
	[ "$status" -eq 0 ]
	[[ "${lines[0]}" == *'"error":{"desc":"'*'127.0.0.1:7000'*'ddress already in use'* ]]
	[[ "${lines[1]}" == *'"error":{"desc":"bad request: add_hostfwd: bad arguments.host_addr","errno":22}'* ]]
	[ "${lines[2]}" = '{"return":{"entries":[]}}' ]
}

@test "a client of the API that is slow holds up nobody" {
	host "$api"'start_net --api-socket=/run/api
		for i in 1 2 3 4 5 6 7 8 9 10; do
			(exec sleep 20 | socat -u - UNIX-CONNECT:/run/api) &
		done
		sleep 0.5
		api "{\"execute\":\"list_hostfwd\"}"
		head -c 100000 /dev/zero | socat -u - UNIX-CONNECT:/run/api 2>/dev/null || :
		api "{\"execute\":\"list_hostfwd\"}"
		pkill sleep'
	[ "${lines[0]}" = '{"return":{"entries":[]}}' ]
	[ "${lines[1]}" = '{"return":{"entries":[]}}' ]
}

@test "an API socket that was left is replaced, one in use is not" {
	host "$api"'start_net --api-socket=/run/api
		kill -9 "$net_pid"
		rm /run/up
		start_net --api-socket=/run/api
		api "{\"execute\":\"list_hostfwd\"}"
		net --api-socket=/run/api -- true || :'
	[ "${lines[0]}" = '{"return":{"entries":[]}}' ]
	[[ "${lines[1]}" == *'--api-socket: /run/api: Address already in use'* ]]
}

@test "an unknown option is named" {
	run "$HOLT_NET" --control-fd=3 --wrong
	[ "$status" -eq 125 ]
	[ "$output" = "holt-net: unknown option --wrong; see 'holt-net --help'" ]
}

@test "a launcher that goes away before the start ends it silently" {
	run "$HOLT_NET" --control-fd=3 3< /dev/null
	[ "$status" -ne 0 ]
	run /usr/bin/python3 -c '
import os, socket, sys
a, b = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
pid = os.fork()
if pid == 0:
    a.close()
    os.dup2(b.fileno(), 3)
    os.execv(sys.argv[1], [sys.argv[1], "--control-fd=3"])
b.close()
a.close()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))
' "$HOLT_NET"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}
