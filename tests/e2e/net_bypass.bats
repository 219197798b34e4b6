#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt run --network slirp:bypass=true: connections are the host's own, and the
# sockets that they are by can do nothing else.

load ../lib/net

setup()
{
	require_tun
	export lib ESCAPE=${ESCAPE:-${HOLT_NET%/*}/tests/escape}
}

# A host with an interface beside its loopback, and servers at both. Those on
# the loopback speak first, and say so in /run/visits. "by" runs a command in a
# container, "by_with" with further options.
outside='ip link add eth0 type veth peer name eth1
	ip addr add 192.0.2.1/24 dev eth0
	ip addr add 2001:db8::1/64 dev eth0 nodad
	ip link set eth1 up
	ip link set eth0 up
	for address in 192.0.2.1 2001:db8::1; do
		exec {ready}< <(exec "$lib/net_peer.py" serve "$address" 7000)
		read -r -u "$ready" _
	done
	for address in 127.0.0.1 ::1; do
		exec {ready}< <(exec "$lib/net_bypass.py" greet "$address" 7001)
		read -r -u "$ready" _
	done
	options=bypass=true
	by_with()
	{
		"$HOLT" run --network "slirp:$options" -v "$lib:/tmp/lib:ro" \
			-v "$ESCAPE:/tmp/escape:ro" "$@"
	}
	by()
	{
		by_with host "$@"
	}
	# The helper that has CAP_SYS_PTRACE and nothing else.
	supervisor()
	{
		local pid

		for pid in $(pgrep -x holt-net); do
			! grep -q "^CapEff:.0*80000$" "/proc/$pid/status" || echo "$pid"
		done
	}
	peer=/tmp/lib/net_peer.py it=/tmp/lib/net_bypass.py
	'

outside()
{
	host "$outside$1"
}

expect_success()
{
	[ "$status" -eq 0 ]
	[ "$output" = "$1" ] || {
		echo "wanted: $1"
		return 1
	}
}

@test "a connection is by a socket of the host's" {
	outside 'by "$peer" names 192.0.2.1 7000
		by "$peer" names 2001:db8::1 7000
		by "$peer" peer-name 192.0.2.1 7000
		by "$it" one ::ffff:192.0.2.1 7000'
	expect_success $'192.0.2.1 7000 192.0.2.1\n2001:db8::1 7000 2001:db8::1\n192.0.2.1\n::ffff:192.0.2.1'
}

@test "without the option it is the container's" {
	outside 'options=bypass=false; by "$peer" names 192.0.2.1 7000
		options=enable_ipv6=true; by "$peer" names 2001:db8::1 7000'
	expect_success $'192.0.2.1 7000 10.0.2.100\n2001:db8::1 7000 fd00::100'
}

@test "it ends, fails and carries data as any other" {
	outside 'for address in 192.0.2.1 2001:db8::1; do
			by "$peer" half-close "$address" 7000
			by "$peer" last-word "$address" 7000
			by "$peer" reset-by-server "$address" 7000
			by "$peer" reset-by-client "$address" 7000
			by "$peer" connect "$address" 7777
			by "$peer" blocked "$address" 7000
			by "$peer" same-port "$address" 7000
		done
		by "$peer" many 192.0.2.1 7000
		by "$peer" datagram 192.0.2.1 7000'
	local each=$'6553600\nb\'\'\nstill here\nECONNRESET\nECONNRESET\nECONNREFUSED at once\ngoes on\nx'
	expect_success "$each"$'\n'"$each"$'\n1000 in less than a minute\n192.0.2.1 10'
}

@test "what the host can't reach isn't reached, for the same reason" {
	outside 'ip route add unreachable 198.51.100.0/24
		by "$peer" connect 198.51.100.1 80
		by "$peer" connect 203.0.113.1 80
		by "$peer" connect 2001:db8:1::1 80'
	expect_success $'EHOSTUNREACH at once\nENETUNREACH at once\nENETUNREACH at once'
}

@test "the host's loopback is closed by all its names" {
	outside 'by "$it" closed; cat /run/visits'
	expect_success ''
}

@test "allow_host_loopback opens it, as the gateway" {
	outside 'options+=,allow_host_loopback=true
		for address in 10.0.2.2 fd00::2 ::ffff:10.0.2.2 127.0.0.1; do
			by "$it" one "$address" 7001
		done'
	expect_success $'127.0.0.1\n::1\n::ffff:127.0.0.1\nECONNREFUSED'
}

@test "an address that only the host's loopback has goes by the container's" {
	outside 'ip addr add 198.51.100.7/32 dev lo
		exec {ready}< <(exec "$lib/net_peer.py" serve 198.51.100.7 7000)
		read -r -u "$ready" _
		by "$it" one 198.51.100.7 7000
		options+=,allow_host_loopback=true
		by "$it" one 198.51.100.7 7000'
	expect_success $'10.0.2.100\n198.51.100.7'
}

@test "what the container has near is nearer" {
	outside 'by_with --cap-add net_admin host sh -c "
			ip link add near type veth peer name other
			ip addr add 192.0.2.77/24 dev near
			ip link set near up; ip link set other up
			$it one 192.0.2.1 7000
			ip addr flush dev near
			ip addr add 192.0.2.1/32 dev lo
			$it one 192.0.2.1 7000
			ip addr del 192.0.2.1/32 dev lo
			$it one 192.0.2.1 7000
			ip route del default
			$it one 192.0.2.1 7000"
		by_with --security-opt seccomp=unconfined host \
			unshare --user --map-root-user --net "$it" one 192.0.2.1 7000'
	expect_success $'EHOSTUNREACH\nECONNREFUSED\n192.0.2.1\nENETUNREACH\nENETUNREACH'
}

@test "sockets that stay in the container work as ever" {
	outside 'by "$it" local'
	expect_success $'tcp b\'x\'\nrefused ECONNREFUSED ECONNREFUSED\nthen connected\nudp b\'x\'\nunix True\nno path ENOENT'
}

@test "who has chosen an address or port keeps it" {
	outside 'by "$it" bound 192.0.2.1 7000'
	expect_success $'(\'10.0.2.100\', 5555)\n10.0.2.100'
}

@test "200 connections at once, from several processes" {
	outside 'by "$it" parallel 192.0.2.1 7000'
	expect_success '4 times 50'
}

@test "who waits for an answer holds up nobody" {
	outside 'by "$it" slow 192.0.2.1 7000'
	expect_success 'at once'
}

@test "a signal or SO_SNDTIMEO ends the wait" {
	outside 'by "$it" interrupted; by "$it" patience'
	expect_success $'interrupted at once\nEINPROGRESS in time'
}

@test "an epoll knows the socket that it was told of before" {
	outside 'by /tmp/escape early 4; by /tmp/escape early 6'
	local each=$'connect EINPROGRESS\nevents 1 data 123456789abcdef0 writable\nevents 1 data 7 writable\nmodify done\nwrite done\nevents 1\ndelete done\nevents 0'
	expect_success "$each"$'\n'"$each"
}

@test "flags and options are those that the socket had" {
	outside 'by /tmp/escape flags 4'
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 8 ]
	for i in 0 2 4 6; do
		[ "${lines[i]}" = "${lines[i + 1]}" ]
		[[ "${lines[i]}" == "cloexec "?" nonblock "?" 1 100000 1 77 "*" 77 8" ]]
	done
	[[ "${lines[7]}" == "cloexec 1 nonblock 1 "* ]]
}

# What is tried on a socket of the host's in some state $1, and what comes of
# it, where to connect again gives $2 and then $3.
attempts()
{
	printf "$1-%s\n" 'unspec EAFNOSUPPORT' "again $2" "again $3" "again $3" \
		'listen EINVAL' 'bind EINVAL' 'device EPERM'
}

sending()
{
	printf "$1-%s\n" 'fastopen EOPNOTSUPP' 'fastopen EOPNOTSUPP' \
		'fastopen EOPNOTSUPP' "sendto $2" "sendto $3" "sendto $3"
}

@test "such a socket connects to nobody else, listens to nobody, takes no port" {
	local wanted family

	wanted=$(
		attempts connected EISCONN EISCONN
		attempts connecting EALREADY EALREADY
		attempts failed ECONNREFUSED ENETUNREACH
		attempts disconnected ECONNRESET ENETUNREACH
		echo 'child ECONNRESET'
		echo 'dup ENETUNREACH'
		echo 'passed ENETUNREACH'
		sending new EPIPE EPIPE
		sending connected 'done' 'done'
		sending disconnected ECONNRESET EPIPE
		echo 'x32 ENOSYS'
		echo 'i386 ECONNRESET'
		echo 'i386-socketcall ENOSYS'
		echo 'io_uring ENOSYS'
		echo 'io_uring ENOSYS'
		echo 'io_uring ENOSYS'
	)
	for family in 4 6; do
		outside "by_with --security-opt seccomp=unconfined host \
				/tmp/escape all $family
			cat /run/visits; ss -Hltn >/run/listening; wc -l </run/listening"
		expect_success "$wanted"$'\n4'
	done
}

@test "not even by exchanging descriptors while calls are under way" {
	outside 'by /tmp/escape race 4; cat /run/visits'
	expect_success $'unix reached 0 listening 0\ntcp reached 0 listening 0\nudp reached 0 listening 0'
}

@test "when the supervisor is given up nothing can be connected, and what is goes on" {
	outside 'mkfifo /run/in
		exec {from}< <(by_with -i host "$it" orphaned 192.0.2.1 7000 </run/in 2>/run/err)
		exec {in}>/run/in
		read -r -u "$from" _
		kill_it() {
			kill -KILL $(supervisor) 2>&- || :
			grep -c "goes on without its network" /run/err
		}
		eventually 1 kill_it
		echo >&"$in"
		cat <&"$from"
		cat /run/visits'
	expect_success $'b\'x\'\nENOSYS ENOSYS\nENOSYS ENOSYS\nENOSYS ENOSYS\nENOSYS\nENOSYS'
}

@test "calls leave no descriptor behind in the supervisor" {
	outside 'mkfifo /run/in
		exec {from}< <(by_with -i host sh -c "
			echo; read -r _
			$peer many 192.0.2.1 7000 >/dev/null
			$it parallel 192.0.2.1 7000 >/dev/null
			$it slow 192.0.2.1 7000 >/dev/null # and is killed while it waits
			$it local >/dev/null
			/tmp/escape early 4 >/dev/null
			/tmp/escape all 6 >/dev/null
			echo; exec sleep 60" </run/in)
		exec {in}>/run/in
		read -r -u "$from" _
		count() { find "/proc/$(supervisor)/fd" | wc -l; }
		before=$(count)
		echo >&"$in"
		read -r -u "$from" _
		eventually "$before" count'
	[ "$status" -eq 0 ]
}

@test "it goes together with published ports" {
	outside 'exec {from}< <(by_with -p 192.0.2.1:8080:80 host python3 -u -c "
import socket
server = socket.create_server((\"0.0.0.0\", 80))
print(\"ready\")
print(server.accept()[1][0])")
		read -r -u "$from" _
		exec {conn}<>/dev/tcp/192.0.2.1/8080
		cat <&"$from"'
	expect_success 192.0.2.1
}

@test "rules about where the container may send are refused together with it" {
	outside 'for option in allow=192.0.2.1 deny=192.0.2.1 log=/run/log; do
			by_with "--net-$option" host echo started || :
		done'
	local why="and --network slirp:bypass=true don't go together: no rule holds for sockets of the host"
	expect_success "holt: run: --net-allow $why
holt: run: --net-deny $why
holt: run: --net-log $why"
}

@test "a profile that notifies somebody else is refused" {
	outside 'cat >/run/profile <<-EOF
			{ "defaultAction": "SCMP_ACT_ALLOW", "listenerPath": "/run/none",
			  "syscalls": [ { "names": [ "mkdir" ], "action": "SCMP_ACT_NOTIFY" } ] }
		EOF
		by_with --security-opt seccomp=/run/profile host true'
	[ "$status" -eq 125 ]
	[[ "$output" == *"bypass=true and a seccomp profile with SCMP_ACT_NOTIFY don't go together"* ]]
}

@test "a container in one that has it can't have it too" {
	outside 'by_with --security-opt seccomp=unconfined \
			--security-opt unmask=ALL --device /dev/net/tun -v "${HOLT%/*}:/tmp/bin:ro" host \
			/tmp/bin/holt run --network slirp:bypass=true host true'
	[ "$status" -eq 125 ]
	[[ "$output" == *"a filter with a listener around us already"* ]]
}

@test "the supervisor has one capability, and is gone with the container" {
	outside 'exec {from}< <(by sh -c "echo; exec sleep 60")
		read -r -u "$from" _
		grep -E "^(CapBnd|CapAmb|NoNewPrivs|Seccomp):" "/proc/$(supervisor)/status"
		pkill -KILL sleep
		gone'
	# A build with AddressSanitizer has no filter (confine.h).
	local filter=${HOLT_SANITIZED:+0}

	expect_success $'CapBnd:\t0000000000000000\nCapAmb:\t0000000000000000\nNoNewPrivs:\t1\nSeccomp:\t'"${filter:-2}"
}
