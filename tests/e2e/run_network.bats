#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The network of holt run: what it reaches, and that holt-net ends with what it
# serves, whoever is killed.

load ../lib/helpers

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return
	echo 'from the host' >page
	coproc SERVER { exec python3 -u -c 'import http.server as h
s = h.ThreadingHTTPServer(("127.0.0.1", 0), h.SimpleHTTPRequestHandler)
print(s.server_port)
s.serve_forever()' 2>/dev/null; }
	read -r PORT <&"${SERVER[0]}"
	echo "$SERVER_PID" >server_pid
	export PORT
}

teardown_file()
{
	kill "$(<"$BATS_FILE_TMPDIR/server_pid")"
}

teardown()
{
	expect_nothing_left
}

fetch()
{
	run "$HOLT" run "$@" busybox timeout 10 wget -q -O - "http://10.0.2.2:$PORT/page"
}

# Start a container that stays; $holt is the frontend's pid, $net that of its
# holt-net.
start()
{
	local line

	exec {from}< <(exec "$HOLT" run "$@" busybox sh -c 'echo ready; exec sleep 100' 2>&1)
	holt=$!
	read -r -t 20 -u "$from" line
	[ "$line" = ready ] || differs "wanted the line ready, not: $line"
	net=$(pgrep --parent "$holt" -x holt-net)
}

# All of ours is gone within a second: holt, holt-net, the container.
gone()
{
	local tries=0

	while pgrep --euid "$(id -u)" --runstates DRSTt "$holt_names" >/dev/null ||
		pgrep --euid "$(id -u)" --runstates DRSTt -f '^sleep 100' >/dev/null; do
		[ $((tries += 1)) -le 40 ] || differs "left: $(pgrep -af 'holt|sleep 100')"
		read -r -t 0.05 <> <(:) || :
	done
}

@test "by default there is a network of its own, with both families" {
	run "$HOLT" run busybox sh -c 'ip -o addr show dev tap0; ip route; ip -6 route'
	expect_status 0
	expect_text 'inet 10.0.2.100/24'
	expect_match 'inet6 fd00::'
	expect_text 'default via 10.0.2.2 dev tap0'
	expect_match 'default (via fd00::2 )?dev tap0|default via fd00::2 dev tap0'
}

@test "the host's loopback is out of reach by default" {
	fetch
	[ "$status" -ne 0 ]
	expect_no_text 'from the host'
	run "$HOLT" run --network none busybox timeout 5 wget -q -O - "http://127.0.0.1:$PORT/page"
	[ "$status" -ne 0 ]
}

@test "allow_host_loopback opens it, as 10.0.2.2 and by name" {
	fetch --network slirp:allow_host_loopback=true
	expect_status 0
	expect_output 'from the host'
	run "$HOLT" run --network slirp:allow_host_loopback=true busybox \
		timeout 10 wget -q -O - "http://host.containers.internal:$PORT/page"
	expect_status 0
	expect_output 'from the host'
}

@test "--network host is the host's loopback itself" {
	run "$HOLT" run --network host busybox timeout 10 wget -q -O - "http://127.0.0.1:$PORT/page"
	expect_output 'from the host'
}

@test "bypass=true is there for all users of a container, with any map of ids" {
	local options

	for options in '' '--user 1000' '--userns keep-id' '--userns nomap' '--init=false' \
		'--pid host' '--cap-drop all --security-opt no-new-privileges'; do
		# shellcheck disable=SC2086 # words
		run "$HOLT" run --network slirp:allow_host_loopback=true,bypass=true $options \
			host python3 -c 'import socket, sys
print(socket.create_connection(("10.0.2.2", int(sys.argv[1]))).getsockname()[0])' "$PORT"
		expect_output 127.0.0.1
	done
}

@test "the options of slirp4netns and pasta mean what they can here" {
	local words

	for words in slirp4netns:port_handler=slirp4netns,cidr=10.0.2.0/24,mtu=1500,enable_ipv6=0 \
		pasta:--ipv4-only,--mtu,1500,--config-net,-t,none,-T,none \
		pasta:-4,-m,1500,--map-host-loopback=none; do
		run "$HOLT" run --network "$words" busybox \
			sh -c 'ip -o link show tap0; ip -o -6 addr show dev tap0'
		expect_status 0
		expect_text 'mtu 1500'
		expect_no_text fd00:
	done
	for words in pasta:--map-gw pasta:--map-host-loopback,10.0.2.2; do
		fetch --network "$words"
		expect_output 'from the host'
	done
	for words in pasta pasta:--map-gw,--no-map-gw pasta:--no-dhcp,-q; do
		fetch --network "$words"
		[ "$status" -ne 0 ]
		expect_no_text 'from the host'
	done
}

@test "what they can't mean is refused by name" {
	local words reason

	while IFS='|' read -r words reason; do
		run "$HOLT" run --network "$words" busybox true
		expect_status 125
		expect_text "$reason"
	done <<-'END'
		pasta:-T,5000|'5000' of '-T': give none, and --map-gw
		pasta:--tcp-ports=8080|'8080' of '--tcp-ports': give none, and the ports to --publish
		pasta:-t|'' of '-t': give none
		pasta:--map-gw=yes|'--map-gw' has no value
		pasta:--pcap,file|pasta's option '--pcap' has no meaning
		pasta:--map-host-loopback,169.254.1.2|'169.254.1.2' of '--map-host-loopback': give 10.0.2.2
		slirp4netns:cidr=10.1.0.0/16|'10.1.0.0/16' of 'cidr': give 10.0.2.0/24
		slirp4netns:outbound_addr=eth0|slirp has no option 'outbound_addr'
		slirp4netns:mtu=100|'100' of 'mtu': give 1280 to 65520
		slirp4netns:port_handler=other|give rootlesskit or slirp4netns
	END
}

@test "enable_ipv6=false and mtu are heard" {
	run "$HOLT" run --network slirp:enable_ipv6=false,mtu=1500 busybox \
		sh -c 'ip -o link show tap0; ip -o -6 addr show dev tap0'
	expect_text 'mtu 1500'
	expect_no_text fd00:
}

@test "--net-allow: what isn't given is refused, and --net-log says so" {
	cd "$BATS_TEST_TMPDIR"
	fetch --network slirp:allow_host_loopback=true --net-log log \
		--net-allow "host.containers.internal:$PORT"
	expect_status 0
	expect_output 'from the host'
	fetch --network slirp:allow_host_loopback=true --net-log log \
		--net-allow "host.containers.internal:1"
	expect_match 'Connection refused'
	run "$HOLT" run --net-allow example.net --net-log log busybox nslookup secret.example.org
	expect_match REFUSED
	[ "$(jq -r '[.protocol, .destination, .port, .name] | join(" ")' log | sort -u)" = "dns 10.0.2.3 53 secret.example.org
tcp 10.0.2.2 $PORT host.containers.internal" ] || differs "the log: $(<log)"
	[ "$(stat -c %a log)" = 600 ]
}

@test "--net-allow, --net-deny, --net-log: what can't be done is an error" {
	local option

	for option in allow=192.0.2.1 deny=192.0.2.1 "log=$BATS_TEST_TMPDIR/log"; do
		run -125 "$HOLT" run --network none "--net-$option" busybox true
		expect_output "holt: run: --net-${option%%=*} goes with a network of holt's own (--network slirp)"
	done
	run -125 "$HOLT" run --net-deny 192.0.2.1:x busybox echo started
	expect_match "^holt: network: --net-deny: '192.0.2.1:x' is not NAME"
	expect_no_text started
	run -125 "$HOLT" run --net-log /nowhere/log busybox echo started
	expect_output 'holt: network: --net-log: /nowhere/log: No such file or directory'
}

@test "--dns is asked by way of holt-net where there are rules" {
	run "$HOLT" run --dns 192.0.2.53 busybox grep nameserver /etc/resolv.conf
	expect_output 'nameserver 192.0.2.53'
	run "$HOLT" run --dns 192.0.2.53 --net-deny 192.0.2.1 busybox grep nameserver /etc/resolv.conf
	expect_output 'nameserver 10.0.2.3'
}

@test "search domains and options of the host's resolv.conf hold inside" {
	printf 'domain a.example\nsearch\tb.example c.example\noptions ndots:2\nnameserver 192.0.2.1\n#options x\nsearching\n' >"$BATS_TEST_TMPDIR/conf"
	run unshare --user --map-root-user --mount sh -c \
		'mount --bind "$1" /etc/resolv.conf && exec "$HOLT" run busybox cat /etc/resolv.conf' sh "$BATS_TEST_TMPDIR/conf"
	expect_output 'nameserver 10.0.2.3
domain a.example
search	b.example c.example
options ndots:2'
}

# A number that nobody listens on now.
free_port()
{
	python3 -c 'import socket; s = socket.socket(); s.bind(("", 0)); print(s.getsockname()[1])'
}

# Ask the port $2 of $1 until there is an answer.
ask()
{
	local line=''

	{ exec {conn}<>"/dev/tcp/$1/$2" && read -r -t 5 -u "$conn" line; } 2>/dev/null || :
	exec {conn}>&-
	echo "$line"
}

@test "-p lets a port lead inside, of both families" {
	local port

	port=$(free_port)
	exec {from}< <(exec "$HOLT" run -p "$port:80" busybox \
		sh -c 'nc -ll -p 80 -e echo hello & echo ready; exec sleep 100')
	holt=$!
	read -r -u "$from" _
	eventually eval '[ "$(ask 127.0.0.1 "$port")" = hello ]'
	[ "$(ask ::1 "$port")" = hello ]
	kill "$holt"
	wait "$holt" || :
	# It is free at once.
	"$HOLT" run -p "$port:80" busybox true
}

@test "-p: a port in use is told with who has it, and nothing is started" {
	run -125 "$HOLT" run -p "127.0.0.1:$PORT:80" busybox echo started
	expect_match "^holt: network: publish 127.0.0.1:$PORT/tcp: it is in use by python3 \\(process [0-9]+\\)\$"
	expect_no_text started
}

@test "-p without a network of its own is said to do nothing" {
	run "$HOLT" run --network none -p 8080:80 busybox true
	expect_status 0
	expect_output 'holt: warning: no port is published: that goes with a network of holt'"'"'s own (--network slirp)'
}

@test "a container without one has no holt-net" {
	exec {from}< <(exec "$HOLT" run --network none busybox sh -c 'echo ready; exec sleep 100')
	holt=$!
	read -r -u "$from" line
	run ! pgrep --parent "$holt" -x holt-net
	kill "$holt"
	wait "$holt" || :
}

@test "two containers don't share a network" {
	start
	run "$HOLT" run busybox sh -c 'ip -o addr; timeout 3 nc 10.0.2.100 1'
	expect_text 10.0.2.100
	kill "$holt"
	gone
}

@test "kill -9 of holt: the container and holt-net end" {
	start
	kill -9 "$holt"
	gone
}

@test "kill -9 of holt while it starts leaves nothing" {
	local delay

	for delay in 0.001 0.003 0.005 0.008 0.012 0.016 0.02 0.03 0.04; do
		"$HOLT" run busybox sleep 100 2>/dev/null &
		holt=$!
		read -r -t "$delay" <> <(:) || :
		kill -9 "$holt" 2>/dev/null
		wait "$holt" 2>/dev/null || :
		gone
	done
}

@test "kill -9 of the command: holt says so and holt-net ends" {
	start
	pkill -9 --euid "$(id -u)" -f '^sleep 100'
	status=0
	wait "$holt" || status=$?
	expect_status 137
	gone
}

@test "kill -9 of holt-init: holt says so and holt-net ends" {
	start
	pkill -9 --euid "$(id -u)" -x holt-init
	status=0
	wait "$holt" || status=$?
	expect_status 137
	gone
}

@test "kill -9 of holt-net: it is started again, with a warning" {
	start
	kill -9 "$net"
	read -r -t 10 -u "$from" line
	[ "$line" = 'holt: warning: holt-net has ended and was started again: connections that were open are lost' ] ||
		differs "no warning: $line"
	pgrep --parent "$holt" -x holt-net
	pgrep --euid "$(id -u)" -f '^sleep 100'
	kill "$holt"
	status=0
	wait "$holt" || status=$?
	expect_status 143
	gone
}

@test "holt-net missing is said before anything starts" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	cp "$HOLT" "$BATS_TEST_TMPDIR/bin"
	run "$BATS_TEST_TMPDIR/bin/holt" run busybox true
	expect_refusal "$BATS_TEST_TMPDIR/bin/holt-net is missing"
	run "$BATS_TEST_TMPDIR/bin/holt" run --network none busybox true
	expect_status 0
}
