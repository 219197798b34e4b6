#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Rules about where a container may send: what is allowed works, everything else
# is refused at once and logged, whatever it is sent by.

load ../lib/net

setup()
{
	require_tun
	export PATH=$PATH:$lib
}

# All names of the nameserver are 192.0.2.1 and 2001:db8::1; at 192.0.2.2 and
# 2001:db8::2 there is somebody too. Containers ask us for names.
served='for n in 1 2; do
		ip addr add 192.0.2.$n/32 dev lo
		ip addr add 2001:db8::$n/128 dev lo nodad
		server echo 192.0.2.$n 7000
		server echo 2001:db8::$n 7000
	done
	server dns 127.0.0.53 192.0.2.1 2001:db8::1
	echo nameserver 10.0.2.3 > /etc/resolv.conf
	echo "0 0" > /proc/sys/net/ipv4/ping_group_range
	egress() { net --dns=127.0.0.53 --net-log=/run/log "$@"; }
	# Of the log, what can be known before. Resolvers ask twice.
	log() { jq -r "[.action, .protocol, .source, .destination, .port, .name, .rule] | map(. // \"-\") | join(\" \")" /run/log | uniq; }
	'

# There TCP too is libslirp's.
no_router='mount --bind /proc/sys /proc/sys
	mount -o remount,bind,ro /proc/sys
	'

# An allowed name; another that has the same address isn't asked for.
by_name='egress --net-allow=good.example:7000 -- net_reach.py \
		tcp4/192.0.2.1/7000 tcp4/evil.example/7000 \
		tcp4/good.example/7000 tcp6/good.example/7000 \
		udp4/good.example/7000 udp6/good.example/7000 udp4/good.example/7000/30000 \
		tcp4/192.0.2.1/7000 tcp4/192.0.2.1/7001 tcp4/192.0.2.2/7000 tcp6/2001:db8::2/7000 \
		udp4/192.0.2.2/7000 udp6/2001:db8::2/7000 udp4/192.0.2.2/7000/30000 \
		ping/192.0.2.1 ping/192.0.2.2 ping/2001:db8::2 ping/10.0.2.2 ping/fd00::2
	log'

expect_by_name()
{
	diff - <(echo "$output") <<-'END'
	tcp4/192.0.2.1/7000 ECONNREFUSED
	tcp4/evil.example/7000 isn't named
	tcp4/good.example/7000 works
	tcp6/good.example/7000 works
	udp4/good.example/7000 works
	udp6/good.example/7000 works
	udp4/good.example/7000/30000 works
	tcp4/192.0.2.1/7000 works
	tcp4/192.0.2.1/7001 ECONNREFUSED
	tcp4/192.0.2.2/7000 ECONNREFUSED
	tcp6/2001:db8::2/7000 ECONNREFUSED
	udp4/192.0.2.2/7000 ECONNREFUSED
	udp6/2001:db8::2/7000 ECONNREFUSED
	udp4/192.0.2.2/7000/30000 ECONNREFUSED
	ping/192.0.2.1 is filtered
	ping/192.0.2.2 is filtered
	ping/2001:db8::2 is filtered
	ping/10.0.2.2 works
	ping/fd00::2 works
	deny tcp 10.0.2.100 192.0.2.1 7000 - -
	deny dns 10.0.2.100 10.0.2.3 53 evil.example -
	deny tcp 10.0.2.100 192.0.2.1 7001 good.example -
	deny tcp 10.0.2.100 192.0.2.2 7000 - -
	deny tcp fd00::100 2001:db8::2 7000 - -
	deny udp 10.0.2.100 192.0.2.2 7000 - -
	deny udp fd00::100 2001:db8::2 7000 - -
	deny udp 10.0.2.100 192.0.2.2 7000 - -
	deny icmp 10.0.2.100 192.0.2.1 - good.example -
	deny icmp 10.0.2.100 192.0.2.2 - - -
	deny icmp fd00::100 2001:db8::2 - - -
	END
}

@test "an allowed name works, and everything else is refused and logged" {
	host "$served$by_name"
	expect_by_name
}

@test "the same without a router" {
	host "$served$no_router$by_name"
	expect_by_name
}

refused='before=$(grep Udp: /proc/net/snmp /proc/net/snmp6; ss -tan "sport = :53 or dport = :53")
		egress --net-allow=good.example --net-allow=192.0.2.0/24 -- sh -c "
			dig +tries=1 @10.0.2.3 secret.evil.example | grep status:
			dig +tries=1 +tcp @10.0.2.3 secret.evil.example AAAA | grep status:
			dig +tries=1 @fd00::3 secret.good.example TXT | grep status:
			dig +tries=1 +tcp @fd00::3 secret.good.example TXT | grep status:"
		[ "$before" = "$(grep Udp: /proc/net/snmp /proc/net/snmp6; ss -tan "sport = :53 or dport = :53")" ] && echo none came
		log
		cat /run/log'

expect_refused()
{
	[ "$(grep -c "status: REFUSED" <<< "$output")" -eq 4 ]
	[[ "$output" == *'none came
deny dns 10.0.2.100 10.0.2.3 53 secret.evil.example -
deny dns fd00::100 fd00::3 53 secret.good.example -'* ]]
	[ "$(grep -c '"protocol":"dns"' <<< "$output")" -eq 4 ]
}

@test "a refused query reaches no nameserver, over UDP and TCP, and is logged" {
	host "$served$refused"
	expect_refused
	# Without a router they come from libslirp, whose port isn't the container's.
	host "$served$no_router$refused"
	expect_refused
	[ "$(grep '"protocol":"dns"' <<< "$output" | grep -c source_port)" -eq 2 ]
}

learned='egress --net-allow=alias.example -- sh -c "
			dig +short +tcp @fd00::3 alias.example
			net_reach.py tcp4/192.0.2.1/7000 tcp6/2001:db8::1/7000
			dig +short @10.0.2.3 alias.example AAAA
			net_reach.py tcp6/2001:db8::1/7000"'

@test "names learned over TCP and through aliases are known too" {
	local wanted='real.example.
192.0.2.1
tcp4/192.0.2.1/7000 works
tcp6/2001:db8::1/7000 ECONNREFUSED
real.example.
2001:db8::1
tcp6/2001:db8::1/7000 works'

	host "$served$learned"
	[ "$output" = "$wanted" ]
	host "$served$no_router$learned"
	[ "$output" = "$wanted" ]
}

@test "*.NAME is all below, and not the name" {
	host "$served"'egress "--net-allow=*.good.example" -- net_reach.py \
		tcp4/good.example/7000 tcp4/notgood.example/7000 tcp4/a.b.Good.example/7000'
	[ "$output" = "tcp4/good.example/7000 isn't named
tcp4/notgood.example/7000 isn't named
tcp4/a.b.Good.example/7000 works" ]
}

@test "what is denied is so although it is allowed, and names the rule" {
	host "$served"'egress --net-allow=192.0.2.0/24 --net-deny=192.0.2.2:7000/tcp \
			"--net-allow=[2001:db8::/32]:7000" --net-deny=2001:db8::2 -- net_reach.py \
			tcp4/192.0.2.1/7000 tcp4/192.0.2.2/7000 udp4/192.0.2.2/7000 ping/192.0.2.2 \
			tcp6/2001:db8::1/7000 tcp6/2001:db8::2/7000 udp6/2001:db8::2/7000
		egress --net-allow=good.example -- net_reach.py tcp6/good.example/7000 ping/2001:db8::1
		log'
	[ "$output" = 'tcp4/192.0.2.1/7000 works
tcp4/192.0.2.2/7000 ECONNREFUSED
udp4/192.0.2.2/7000 works
ping/192.0.2.2 works
tcp6/2001:db8::1/7000 works
tcp6/2001:db8::2/7000 ECONNREFUSED
udp6/2001:db8::2/7000 ECONNREFUSED
tcp6/good.example/7000 works
ping/2001:db8::1 works
deny tcp 10.0.2.100 192.0.2.2 7000 - 192.0.2.2:7000/tcp
deny tcp fd00::100 2001:db8::2 7000 - 2001:db8::2
deny udp fd00::100 2001:db8::2 7000 - 2001:db8::2' ]
}

@test "where nothing is allowed explicitly, all but the denied is" {
	host "$served"'egress --net-deny=evil.example --net-deny=real.example --net-deny=mail.example:7000/udp -- net_reach.py \
			tcp4/good.example/7000 tcp4/evil.example/7000 tcp4/alias.example/7000 \
			tcp4/mail.example/7000 udp4/mail.example/7000
		log'
	[ "$output" = "tcp4/good.example/7000 works
tcp4/evil.example/7000 isn't named
tcp4/alias.example/7000 isn't named
tcp4/mail.example/7000 works
udp4/mail.example/7000 ECONNREFUSED
deny dns 10.0.2.100 10.0.2.3 53 evil.example evil.example
deny dns 10.0.2.100 10.0.2.3 53 real.example real.example
deny udp 10.0.2.100 192.0.2.1 7000 mail.example mail.example:7000/udp" ]
}

# The container leads 127.0.0.1 into its tap.
routed='for conf in all default tap0; do
			echo 1 > /proc/sys/net/ipv4/conf/\$conf/route_localnet
		done
		ip route flush table local
		ip route add local 10.0.2.100 dev tap0 table local
		ip route add 127.0.0.0/8 via 10.0.2.2 src 10.0.2.100'

@test "no rule opens the host's loopback" {
	host "$served"'server echo 127.0.0.1 7000
		net --net-log=/run/log --net-allow=0.0.0.0/0 --net-allow=10.0.2.2 -- sh -c "
			'"$routed"'
			net_reach.py tcp4/10.0.2.2/7000 tcp4/127.0.0.1/7000 udp4/127.0.0.1/7000"
		net --net-allow=127.0.0.0/8 -- true || :
		log'
	[[ "$output" == 'tcp4/10.0.2.2/7000 ECONNREFUSED
tcp4/127.0.0.1/7000 timeout
udp4/127.0.0.1/7000 timeout'* ]]
	[[ "$output" == *"--net-allow: '127.0.0.0/8' can't be allowed"* ]]
	[[ "$output" == *'deny tcp 10.0.2.100 10.0.2.2 7000 - -' ]]
}

@test "the host's loopback is subject to rules where it is open" {
	host "$served"'server echo 127.0.0.1 7000
		server echo 127.0.0.1 7001
		net --allow-host-loopback --net-allow=host.containers.internal:7000 -- net_reach.py \
			tcp4/10.0.2.2/7000 tcp4/10.0.2.2/7001'
	[ "$output" = 'tcp4/10.0.2.2/7000 works
tcp4/10.0.2.2/7001 ECONNREFUSED' ]
}

# Clients of published ports, which the container may not reach by itself.
published='start_net --net-log=/run/log --net-allow=203.0.113.1 --publish=tcp/192.0.2.1/8000/80 --publish=udp/192.0.2.1/8000/80
	exec {ready}< <(inside net_servers.py echo 10.0.2.100 80)
	read -r -u "$ready" _
	net_reach.py tcp4/192.0.2.1/8000 udp4/192.0.2.1/8000
	cat /run/log'

@test "who comes to a published port is answered whatever the rules say" {
	local wanted='tcp4/192.0.2.1/8000 works
udp4/192.0.2.1/8000 works'

	host "$served$published"
	[ "$output" = "$wanted" ]
	host "$served$no_router$published"
	[ "$output" = "$wanted" ]
}

@test "the log is the owner's, grows, and isn't filled by a container" {
	host "$served"'echo "{\"action\":\"before\"}" > /run/log
		rm -f /run/other
		egress --net-allow=192.0.2.1 -- python3 -c "
import socket
sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
sock.connect((\"203.0.113.1\", 9))
for i in range(3000):
    try:
        sock.send(b\"x\")
        sock.recv(1)
    except ConnectionRefusedError:
        pass"
		head -n1 /run/log
		[ "$(wc -l < /run/log)" -lt 500 ] && echo short
		jq -s "map(select(.action == \"deny\")) | length >= 100" /run/log
		jq -s "(map(.count // 0) | add) + (map(select(.action == \"deny\")) | length)" /run/log
		net --net-log=/run/other --net-deny=192.0.2.1 -- true
		stat -c %a /run/other'
	[ "$output" = '{"action":"before"}
short
true
3000
600' ]
}

@test "a log that can't be opened is an error, and so is a rule that isn't one" {
	host 'ln -s /run/file /run/link
		net --net-log=/run/link -- true || :
		net --net-log=/nowhere/log -- true || :
		net --bypass --net-deny=192.0.2.1 -- true || :
		net --net-allow=10.0.0 -- true'
	[ "$status" -eq 125 ]
	[[ "$output" == *"--net-log: /run/link is a symbolic link"* ]]
	[[ "$output" == *"--net-deny and --net-log don't go with --bypass"* ]]
	[[ "$output" == *"--net-log: /nowhere/log: No such file or directory"* ]]
	[[ "$output" == *"--net-allow: '10.0.0' is not NAME,"* ]]
}
