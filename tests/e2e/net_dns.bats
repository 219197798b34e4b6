#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The DNS forwarder of holt-net: over TCP, and what becomes of odd queries and
# of answers that are too large.

load ../lib/net

setup()
{
	require_tun
	export asker=$lib/net_dns.py
}

# A host whose nameserver is on its loopback.
served='echo nameserver 127.0.0.53 > /etc/resolv.conf
	server dns 127.0.0.53 198.51.100.7
	dig() { command dig +tries=1 +time=6 "$@"; }
	export -f dig
	'

@test "over TCP we answer ourselves: own names, over both families" {
	host 'net -- sh -c "
		dig +short +tcp @10.0.2.3 host.containers.internal
		dig +short +tcp @fd00::3 Host.Docker.Internal AAAA"'
	[ "$output" = $'10.0.2.2\nfd00::2' ]
}

@test "several queries of one connection are answered in their order" {
	host "$served"'net -- "$asker" pipeline 10.0.2.3 a.example'
	[ "$output" = "1 2 3 b''" ]
}

@test "a query that comes byte by byte is answered" {
	host "$served"'net -- "$asker" bytewise fd00::3 a.example'
	[ "$output" = 'rcode 0, 1 answers' ]
}

@test "a hundred who leave their queries unfinished are in nobody's way" {
	host "$served"'net -- "$asker" slow 10.0.2.3 a.example'
	[ "$output" = 'rcode 0, 1 answers' ]
}

@test "who sends something else is let go" {
	host "$served"'net -- "$asker" junk 10.0.2.3'
	[ "$output" = $'b\'\'\nb\'\'\nb\'\'\nb\'\'' ]
}

@test "who is silent for ten seconds is let go" {
	host 'net -- timeout 14 socat -u TCP:10.0.2.3:53 -'
	[ "$status" -eq 0 ]
}

@test "over TCP too, a mute server's place is taken by the next" {
	host 'printf "nameserver 127.0.0.%s\n" 62 64 63 > /etc/resolv.conf
		server mute 127.0.0.62
		server broken 127.0.0.64
		server dns 127.0.0.63 198.51.100.9
		net -- dig +short +tries=1 +time=4 +tcp @10.0.2.3 a.example'
	[ "$output" = 198.51.100.9 ]
}

@test "over TCP, where no server answers it is SERVFAIL before the client gives up" {
	host 'echo nameserver 127.0.0.62 > /etc/resolv.conf
		server mute 127.0.0.62
		net -- dig +tries=1 +time=5 +tcp @10.0.2.3 a.example'
	[[ "$output" == *"status: SERVFAIL"* ]]
}

@test "an answer too large for the client is cut between records" {
	host "$served"'net -- sh -c "
		$asker udp 10.0.2.3 many60.example
		$asker udp 10.0.2.3 many60.example 1400
		$asker udp fd00::3 many100.example 1400"
		net --mtu=1280 -- "$asker" udp 10.0.2.3 many100.example 1400'
	# 10 is what the server gives over UDP. For who takes more than servers
	# usually give we ask it over TCP: 32 bytes and 16 for each address.
	[ "${lines[0]}" = 'rcode 0 cut, 10 answers in as many bytes' ]
	[ "${lines[1]}" = 'rcode 0, 60 answers in as many bytes' ]
	[ "${lines[2]}" = 'rcode 0 cut, 85 answers in as many bytes' ]
	[ "${lines[3]}" = 'rcode 0 cut, 76 answers in as many bytes' ]
}

@test "a resolver that is told of a cut answer gets all over TCP" {
	host "$served"'net -- dig +short +noedns @10.0.2.3 many4000.example'
	[ "$status" -eq 0 ]
	[ "$(grep -cx 198.51.100.7 <<< "$output")" -eq 4000 ]
}

@test "a query with two questions is refused as malformed" {
	host "$served"'net -- "$asker" questions 10.0.2.3 a.example'
	[ "$output" = $'rcode 1, 0 answers\nrcode 1, 0 answers' ]
}

@test "zone transfers are refused" {
	host "$served"'net -- sh -c "dig @10.0.2.3 a.example AXFR; dig @10.0.2.3 a.example IXFR=1"'
	[ "$(grep -c 'Transfer failed' <<< "$output")" -eq 2 ]
}

@test "the server sees the query as it was: case, flags and EDNS options" {
	host "$served"'net -- sh -c "
		dig +short +noedns @10.0.2.3 A.eXample TXT
		dig +short +nocookie +bufsize=1400 +ednsopt=65001:abcd @10.0.2.3 A.eXample TXT
		dig @10.0.2.3 +noall +answer A.eXample"'
	# dig puts a blank into what is long.
	output=${output// /}
	[[ "$output" == '"0141076558616d706c650000100001"'$'\n'* ]]
	[[ "$output" == *'"0141076558616d706c6500001000010000290578000000000006fde90002abcd"'$'\n'* ]]
	[[ "$output" == *A.eXample.* ]]
}

# There TCP is libslirp's.
no_router='mount --bind /proc/sys /proc/sys
	mount -o remount,bind,ro /proc/sys
	'

@test "without a router, over TCP the same is answered" {
	host "$served$no_router"'net -- sh -c "
		dig +short +tcp @10.0.2.3 host.containers.internal
		dig +short +tcp @fd00::3 host.containers.internal AAAA
		dig +short +tcp @10.0.2.3 many4000.example | wc -l
		$asker pipeline 10.0.2.3 a.example
		$asker slow fd00::3 a.example
		$asker junk 10.0.2.3"'
	[ "$output" = $'10.0.2.2\nfd00::2\n4000\n1 2 3 b\'\'\nrcode 0, 1 answers\nb\'\'\nb\'\'\nb\'\'\nb\'\'' ]
}

@test "without a router, a mute server's place is taken by the next over TCP too" {
	host "$no_router"'printf "nameserver 127.0.0.%s\n" 62 63 > /etc/resolv.conf
		server mute 127.0.0.62
		server dns 127.0.0.63 198.51.100.9
		net -- dig +short +tries=1 +time=4 +tcp @10.0.2.3 a.example'
	[ "$output" = 198.51.100.9 ]
}

@test "where there is no way out there is none by TCP, with a router and without" {
	host "$served"'net --internal -- dig +tcp @10.0.2.3 a.example'
	[[ "$output" == *"status: NXDOMAIN"* ]]
	host "$served$no_router"'net --internal -- dig +tcp @10.0.2.3 a.example'
	[[ "$output" == *"status: NXDOMAIN"* ]]
}

@test "without a router, nobody on the host is answered" {
	host "$served$no_router"'start_net
		inside dig +short +tcp @10.0.2.3 a.example
		ss -Htlnp src 127.0.0.1 | grep -F holt-net | tr -s " " | cut -d" " -f4 | tee /run/sockets | wc -l
		for port in $(cut -d: -f2 /run/sockets); do
			dig +tries=1 +time=2 +tcp -p "$port" @127.0.0.1 a.example | grep -c ANSWER: || :
		done'
	[ "$output" = $'198.51.100.7\n2\n0\n0' ]
}
