#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Published ports of a running container: shown, added and removed.

load ../lib/helpers

teardown()
{
	release
	expect_nothing_left
}

# Start a container that stays until release: start OPTION... ; $id is its id.
start()
{
	local line from

	exec {end}<> <(:)
	exec {from}< <(exec "$HOLT" run -i "$@" busybox sh -c 'hostname; read line' <&"$end" 2>&1)
	pid=$!
	read -r -t 20 -u "$from" id
	[ -n "$id" ] || differs "it didn't start"
}

release()
{
	[ -n "${pid-}" ] || return 0
	echo >&"$end"
	tail --pid="$pid" -f /dev/null
	pid=
}

# Is somebody there? It is enough that the connection isn't refused at once.
listens()
{
	ss -Hltn "sport = $1" | grep -q .
}

port()
{
	run "$HOLT" port "$@"
}

@test "published ports are shown" {
	start --name web -p 127.0.0.1:48080:80 -p 48053:53/udp -p '[::1]:48081:80'
	port web
	expect_output '53/udp -> 0.0.0.0:48053
53/udp -> [::]:48053
80/tcp -> 127.0.0.1:48080
80/tcp -> [::1]:48081'
	port web 80
	expect_output $'127.0.0.1:48080\n[::1]:48081'
	port web 53/udp
	expect_output $'0.0.0.0:48053\n[::]:48053'
	port web 53
	expect_refusal 'no port of the host leads to 53'
	port web x
	expect_refusal "'x' is not PORT[/tcp|/udp]"
}

@test "a container is found by the beginning of its id" {
	start -p 127.0.0.1:48080:80
	port "${id:0:6}"
	expect_output '80/tcp -> 127.0.0.1:48080'
	port "$id" 80/tcp
	expect_output 127.0.0.1:48080
}

@test "a number that was chosen is shown" {
	start --name web -p 80 -p 127.0.0.1:0:81 -p 127.0.0.1::82 --expose 90 -P
	port web 80
	expect_match ^'0.0.0.0:([0-9]+)'
	expect_line "[::]:${BASH_REMATCH[1]}"
	for inside in 81 82; do
		port web "$inside"
		expect_match '^127.0.0.1:[0-9]+$'
		listens "${output#*:}"
	done
	port web 90
	expect_match '0.0.0.0:[0-9]+'
}

@test "a container without published ports has none" {
	start --name web
	port web
	expect_status 0
	expect_output ''
}

@test "ports are added and removed while it runs" {
	start --name web
	port add web 127.0.0.1:48080:80 48053:53/udp
	expect_status 0
	expect_output ''
	listens 48080
	port web
	expect_output '53/udp -> 0.0.0.0:48053
53/udp -> [::]:48053
80/tcp -> 127.0.0.1:48080'
	port remove web 48053:53/udp 127.0.0.1:48080:80
	expect_status 0
	port web
	expect_output ''
	! listens 48080
}

@test "what comes to a port that was added reaches the container" {
	start --name web
	exec {from}< <(exec "$HOLT" run --rm --network container:web busybox \
		sh -c 'echo up; nc -l -p 80 -e echo hello')
	read -r -t 20 -u "$from" _
	port add web 127.0.0.1:48080:80
	eventually says_hello
}

says_hello()
{
	[ "$(socat -t 5 - TCP:127.0.0.1:48080 </dev/null 2>/dev/null)" = hello ]
}

@test "ranges are added and removed as a whole" {
	start --name web
	port add web 127.0.0.1:48080-48083:80-83
	port web
	[ "${#lines[@]}" -eq 4 ]
	[ "${lines[3]}" = '83/tcp -> 127.0.0.1:48083' ]
	port remove web 127.0.0.1:48082-48085:82-85
	expect_refusal "no such port of the host leads to 84/tcp"
	port web
	[ "${#lines[@]}" -eq 4 ]
	port remove web 48081-48082:81-82
	port web
	expect_output $'80/tcp -> 127.0.0.1:48080\n83/tcp -> 127.0.0.1:48083'
	port remove web 80
	port web
	expect_output '83/tcp -> 127.0.0.1:48083'
}

@test "a number that is chosen for one that is added is printed" {
	start --name web -p 127.0.0.1:48080:80
	port add web 127.0.0.1::80
	expect_match '^80/tcp -> 127\.0\.0\.1:([0-9]+)$'
	port remove web "127.0.0.1:${BASH_REMATCH[1]}:80"
	port add web 81
	expect_match '^81/tcp -> 0\.0\.0\.0:([0-9]+)'
	expect_line "81/tcp -> [::]:${BASH_REMATCH[1]}"
}

@test "a port in use is named with who has it, and none is added" {
	exec {from}< <(exec python3 -c 'import socket, time
s = socket.create_server(("127.0.0.1", 48085))
print("up", flush=True)
time.sleep(100)')
	other=$!
	read -r -t 20 -u "$from" _
	start --name web
	port add web 127.0.0.1:48084-48085:84-85
	kill "$other"
	expect_refusal "publish 127.0.0.1:48085/tcp: it is in use by python3 (process $other)"
	port web
	expect_output ''
}

@test "a port that is root's is told with the remedy" {
	[ "$(id -u)" -ne 0 ]
	start --name web
	port add web 80:80
	expect_refusal 'publish 80/tcp: ports below net.ipv4.ip_unprivileged_port_start are root'
}

@test "what has no ports of its own is told so" {
	start --name web --network none
	port web
	expect_refusal 'container web: it has no ports of its own'
	port add web 8080:80
	expect_refusal 'container web: it has no ports of its own'
	port nosuch
	expect_refusal 'no such container: nosuch'
	port add nosuch 8080:80
	expect_refusal 'no such container: nosuch'
}

@test "words that make no sense are named" {
	start --name web
	port
	expect_refusal 'give a'
	port add web
	expect_refusal 'give a container and ports'
	port add web 8080:80/sctp
	expect_refusal "'8080:80/sctp' is not"
	port add web 8080-8081:80
	expect_refusal "2 ports can't lead to 1"
	port web 80 81
	expect_refusal 'give a container, and perhaps a port'
}

@test "another holt-net has the ports of the one that died, and can be asked" {
	start --name web -p 127.0.0.1:48080:80
	port add web 127.0.0.1:48081:81
	pkill -KILL -P "$pid" -x holt-net
	eventually lists '80/tcp -> 127.0.0.1:48080
81/tcp -> 127.0.0.1:48081'
	port remove web 81
	expect_status 0
}

lists()
{
	[ "$("$HOLT" port web 2>/dev/null)" = "$1" ]
}

@test "what killed ones have left is nobody's, and goes with the next" {
	start --name web
	kill -9 "$pid"
	tail --pid="$pid" -f /dev/null
	pid=
	port web
	expect_refusal 'no such container: web'
	[ -n "$(find "$XDG_RUNTIME_DIR/holt/names" -type s)" ]
	run "$HOLT" run --rm host true
	expect_status 0
	[ -z "$(ls -A "$XDG_RUNTIME_DIR/holt/names")" ]
}

@test "a name that a killed one had is a new one's" {
	start --name web -p 127.0.0.1:48080:80
	kill -9 "$pid"
	tail --pid="$pid" -f /dev/null
	eventually eval '! listens 48080'
	start --name web --network none
	port web
	expect_refusal 'container web: it has no ports of its own'
}

@test "where there is no place for that, it runs all the same" {
	mkdir -m 0755 "$BATS_TEST_TMPDIR/holt"
	XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR run "$HOLT" run --rm host echo yes
	expect_output yes
}
