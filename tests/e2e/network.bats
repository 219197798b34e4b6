#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Networks that containers share: made, listed and removed; their containers find
# each other by name, and nothing is left when the last one has ended.

load ../lib/helpers

setup()
{
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
}

teardown()
{
	release
	eventually_nobody_holds
	expect_nothing_left
}

# Start a container that stays until release: start NAME [OPTION]...
start()
{
	local name=$1 line from

	shift
	[ -p "$BATS_TEST_TMPDIR/end" ] || {
		mkfifo "$BATS_TEST_TMPDIR/end"
		exec {end}<>"$BATS_TEST_TMPDIR/end"
	}
	exec {from}< <(exec "$HOLT" run --name "$name" -v "$BATS_TEST_TMPDIR/end:/end" "$@" \
		busybox sh -c 'echo ready; read line </end' 2>&1)
	started+=($!)
	read -r -t 20 -u "$from" line
	[ "$line" = ready ] || differs "wanted the line ready, not: $line"
	# It says whose the name is a moment later.
	wait_for_file "$XDG_RUNTIME_DIR/holt/names/$name"
}

# Let those end that were started.
release()
{
	local pid

	for pid in "${started[@]}"; do
		echo >&"$end"
	done
	for pid in "${started[@]}"; do
		tail --pid="$pid" -f /dev/null
	done
	started=()
}

eventually_nobody_holds()
{
	local tries=0

	while pgrep --euid "$(id -u)" --runstates DRST -x holt-network >/dev/null; do
		[ $((tries += 1)) -le 40 ] || differs "a network is still held"
		read -r -t 0.05 <> <(:) || :
	done
}

inside()
{
	run "$HOLT" run --rm --cap-add NET_RAW "$@"
}

@test "networks are made, listed, shown and removed" {
	run "$HOLT" network create --label a=b web
	[ "$status $output" = '0 web' ]
	run "$HOLT" network create --internal --ipv6 --subnet 10.7.0.0/16 -o mtu=1400 db
	[ "$status $output" = '0 db' ]
	run "$HOLT" network ls -q
	[ "$output" = $'db\nweb' ]
	run "$HOLT" network ls
	[[ "${lines[0]}" == 'NETWORK ID'*'NAME'*'DRIVER' ]]
	[[ "${lines[1]}" =~ ^[0-9a-f]{12}\ +db\ +bridge ]]
	run jq -r '.[0] | .name, .driver, .internal, .ipv6_enabled, .subnets[0].subnet,
		.options.mtu, (.containers | length)' <("$HOLT" network inspect db)
	[ "$output" = $'db\nbridge\ntrue\ntrue\n10.7.0.0/16\n1400\n0' ]
	run jq -r '.[] | .name + " " + (.labels.a // "")' <("$HOLT" network ls --format json)
	[ "$output" = $'db \nweb b' ]
	run "$HOLT" network rm web db
	[ "$status $output" = $'0 web\ndb' ]
	run "$HOLT" network ls -q
	[ -z "$output" ]
}

@test "what can't be is refused by name" {
	"$HOLT" network create web
	expect_failure 'network name web already used' network create web
	run "$HOLT" network create --ignore web
	[ "$status $output" = '0 web' ]
	range=$("$HOLT" network inspect web | jq -r '.[0].subnets[0].subnet')
	expect_failure "the network 'web'" network create --ignore --subnet "$range" other
	expect_failure "'host'" network create host
	expect_failure "'a b'" network create 'a b'
	expect_failure "'10.0.0.0'" network create --subnet 10.0.0.0 x
	expect_failure "'nosuch' not found" network rm nosuch
	expect_failure "'nosuch' not found" network inspect nosuch
	expect_failure "no network 'nosuch'" run --network nosuch host true
	expect_failure "given twice" run --network web,web host true
	expect_failure "--ip" run --ip 10.1.2.3 host true
	expect_failure "10.1.2.3" run --network web --ip 10.1.2.3 host true
	expect_failure "no option 'color'" run --network web:color=red host true
	expect_failure "no rule holds" run --network web --net-deny 10.0.0.0/8 host true
	expect_failure "don't go together" run --network host --network web host true
	expect_failure "no such container" network connect web nosuch
	expect_failure "did you mean 'create'" network creat web
}

# Its message has the first word, and its status is 125.
expect_failure()
{
	local wanted=$1

	shift
	run "$HOLT" "$@"
	[ "$status" -eq 125 ] || differs "wanted 125 of holt $*"
	[[ "$output" == *"$wanted"* ]] || differs "wanted: $wanted"
}

@test "containers find each other by name, alias, id and network" {
	"$HOLT" network create --ipv6 web
	start one --network web --network-alias uno --cidfile "$BATS_TEST_TMPDIR/id"
	id=$(cut -c1-12 "$BATS_TEST_TMPDIR/id")
	inside --network web host sh -c "getent ahostsv4 one uno one.web $id | awk '/STREAM/ { print \$1 }'
		getent ahostsv6 one | awk '/STREAM/ { print \$1 }'"
	[[ "$output" == 10.89.*.2$'\n'fd*::2 ]] || differs
	# getent has one line for the first name it is given, so each by itself.
	for name in one uno one.web "$id" ONE; do
		inside --network web host getent ahostsv4 "$name"
		[[ "$output" == 10.89.*.2\ * ]] || differs "$name"
	done
	inside --network web host getent hosts nosuch
	[ "$status" -eq 2 ]
	inside host getent hosts one
	[ "$status" -eq 2 ]
}

@test "which way connections to outside go is shown for each container" {
	"$HOLT" network create web
	run -0 jq -c '.[0].containers' <("$HOLT" network inspect web)
	[ "$output" = '{}' ] || differs
	start one --network web
	run -0 jq -c '.[0].containers[] | .lanes' <("$HOLT" network inspect web)
	[ "$output" = '{"tcp":"kernel","bypass":false}' ] || differs
}

@test "an address leads back to a container's name" {
	local a

	"$HOLT" network create --ipv6 --subnet 10.78.0.0/24 --subnet fd78::/64 web
	start one --network web --network-alias uno
	for a in 10.78.0.2 fd78::2; do
		inside --network web host getent hosts "$a"
		[[ "$output" =~ ^"$a"\ +one$ ]] || differs "$a"
	done
	inside --network web busybox nslookup -type=ptr 2.0.78.10.in-addr.arpa 10.0.2.3
	[[ "$output" == *'name = one'* ]] || differs
	# Nobody has that one.
	inside --network web host timeout 20 getent hosts 10.78.0.77
	[ "$status" -ne 0 ] || differs
	[[ "$output" != *one* ]] || differs
}

@test "they talk to each other, and know their own names" {
	"$HOLT" network create web
	start one --network web
	inside --network web --hostname two busybox sh -c 'ping -c 1 -W 2 -q one >/dev/null && echo alive
		grep two /etc/hosts'
	[[ "$output" == alive$'\n'10.89.*.3*two ]] || differs
}

@test "there is a way out beside the shared network" {
	"$HOLT" network create web
	inside --network web busybox ip route
	[[ "$output" == 'default via 10.0.2.2 dev tap0'* ]] || differs
}

@test "an internal network has no way out, but names" {
	"$HOLT" network create --internal db
	start one --network db
	inside --network db busybox sh -c 'ping -c 1 -W 2 -q one >/dev/null && echo alive
		nc -w 2 192.0.2.1 80 </dev/null || echo closed
		nslookup -type=a example.org 10.0.2.3'
	[[ "$output" == alive*closed*NXDOMAIN* ]] || differs
}

@test "addresses can be chosen, and are nobody else's" {
	"$HOLT" network create --subnet 10.7.7.0/24 web
	start one --network web --ip 10.7.7.9
	inside --network web:ip=10.7.7.9 host true
	[ "$status" -eq 125 ]
	[[ "$output" == *"10.7.7.9 is another container's" ]] || differs
	inside --network web:ip=10.7.7.10,interface_name=lan0 busybox ip -4 -o addr show lan0
	[[ "$output" == *' 10.7.7.10/24 '* ]] || differs
	run jq -r '.[0].containers[] | .name, .address, .interface' <("$HOLT" network inspect web)
	[ "$output" = $'one\n10.7.7.9\neth0' ]
}

@test "a container can be on several networks" {
	"$HOLT" network create web
	"$HOLT" network create db
	start front --network web,db
	start back --network db
	inside --network web busybox ping -c 1 -W 2 -q front
	[ "$status" -eq 0 ] || differs
	inside --network web host getent hosts back
	[ "$status" -eq 2 ]
	inside --network db busybox ping -c 1 -W 2 -q back
	[ "$status" -eq 0 ] || differs
}

@test "a running container is put on a network and taken off" {
	"$HOLT" network create web
	"$HOLT" network create db
	start one --network db
	run "$HOLT" network connect --alias late web one
	[ "$status" -eq 0 ] || differs
	inside --network web busybox ping -c 1 -W 2 -q late
	[ "$status" -eq 0 ] || differs
	expect_failure 'on it already' network connect web one
	expect_failure 'has containers on it' network rm web
	run "$HOLT" network disconnect web one
	[ "$status" -eq 0 ] || differs
	inside --network web host getent hosts one
	[ "$status" -eq 2 ]
	inside --network container:one busybox ip -4 -o addr
	[[ "$output" == *eth0* && "$output" != *eth1* ]] || differs
	run "$HOLT" network rm -f db
	[ "$status $output" = '0 db' ] || differs
	inside --network container:one busybox ip -4 -o addr
	[[ "$output" != *eth0* ]] || differs
}

@test "a container with rules isn't put on a network, where they would not hold" {
	"$HOLT" network create web
	start one --net-deny 192.0.2.1
	start two --net-allow 192.0.2.1
	expect_failure 'no rule holds' network connect web one
	expect_failure 'no rule holds' network connect web two
	run jq '.[0].containers | length' <("$HOLT" network inspect web)
	[ "$output" = 0 ] || differs
	start four --network none
	expect_failure 'no network of its own' network connect web four
}

@test "what goes over a bridge passes no filters of IP" {
	"$HOLT" network create web
	start one --network web
	# By who holds the network, in whose namespace the bridge is.
	run nsenter --target "$(pgrep --euid "$(id -u)" -x holt-network)" --user --net \
		--preserve-credentials sh -ec 'ip link show br0 >/dev/null
			[ ! -e /proc/sys/net/bridge ] || cat /proc/sys/net/bridge/bridge-nf-call-*'
	[ "$status" -eq 0 ] || differs
	[[ "$output" != *1* ]] || differs
}

@test "prune leaves networks that are used" {
	"$HOLT" network create web
	"$HOLT" network create db
	start one --network db
	run "$HOLT" network prune -f
	[ "$output" = web ]
	run "$HOLT" network ls -q
	[ "$output" = db ]
}

@test "a container can use the network of another one" {
	start one
	inside --network container:one busybox sh -c 'ip -4 -o addr show tap0; id -u
		grep nameserver /etc/resolv.conf'
	[[ "$output" == *' 10.0.2.100/24 '*$'\n'0$'\nnameserver 10.0.2.3' ]] || differs
	expect_failure 'no such container: nosuch' run --network container:nosuch host true
}

@test "many that start at once are all on one network" {
	"$HOLT" network create web
	for i in 1 2 3 4 5 6; do
		"$HOLT" run --network web busybox sh -c 'ip -4 -o addr show eth0 | cut -d" " -f7
			sleep 2' >"$BATS_TEST_TMPDIR/$i" &
	done
	wait
	run sort -u "$BATS_TEST_TMPDIR"/[1-6]
	[ "${#lines[@]}" -eq 6 ] || differs
}

kill_holders()
{
	# There may be none by now.
	pkill -KILL --euid "$(id -u)" -x holt-network || :
	eventually_nobody_holds
}

@test "who holds a network is killed: it goes on, and the next who comes is on it" {
	"$HOLT" network create --ipv6 web
	start one --network web --network-alias first
	start two --network web
	kill_holders
	inside --network container:one busybox ping -c 1 -W 2 -q two
	[ "$status" -eq 0 ] || differs
	inside --network web busybox sh -c 'ip -4 -o addr show eth0; ping -c 1 -W 2 -q first &&
		ping -c 1 -W 2 -q two && ping -6 -c 1 -W 2 -q two'
	[ "$status" -eq 0 ] || differs
	[[ "$output" == *' 10.89.'*'.4/24 '* ]] || differs
	inside --network container:one host getent hosts two.web
	[[ "$output" == *:* ]] || differs
	kill_holders
	run jq -r '.[0].containers[] | .name + " " + .interface + " " + (.address | sub(".*[.]"; ""))' \
		<("$HOLT" network inspect web)
	[ "$output" = $'one eth0 2\ntwo eth0 3' ] || differs
}

@test "when it was killed a network's containers can be taken off it, and it be removed" {
	"$HOLT" network create web
	"$HOLT" network create db
	start one --network web
	start two --network db
	"$HOLT" network connect --alias late web two
	kill_holders
	expect_failure 'has containers on it' network rm web
	kill_holders
	run "$HOLT" network prune -f
	[ "$status $output" = '0 ' ] || differs
	kill_holders
	# Also who was put on it later.
	inside --network web busybox ping -c 1 -W 2 -q late
	[ "$status" -eq 0 ] || differs
	run "$HOLT" network disconnect web two
	[ "$status" -eq 0 ] || differs
	inside --network container:two busybox ip -4 -o addr
	[[ "$output" == *eth0* && "$output" != *eth1* ]] || differs
	run "$HOLT" network connect web two
	[ "$status" -eq 0 ] || differs
	kill_holders
	run "$HOLT" network rm -f web
	[ "$status $output" = '0 web' ] || differs
	inside --network container:one busybox ip -4 -o addr
	[[ "$output" != *eth0* ]] || differs
	kill_holders
}

lacks()
{
	! "$HOLT" run --rm --network "container:$1" busybox ip link show "$2" >/dev/null 2>&1
}

@test "when it was killed and nobody is left, the next one begins the network" {
	"$HOLT" network create web
	"$HOLT" network create db
	start one --network db
	"$HOLT" network connect web one
	kill_holders
	# Nobody was started on it, so it has gone with its holder.
	run jq -r '.[0].containers | length' <("$HOLT" network inspect web)
	[ "$output" = 0 ] || differs
	# The kernel takes the namespace down when it has time to.
	eventually lacks one eth1
	inside --network container:one busybox ip -4 -o addr
	[[ "$output" == *eth0* && "$output" != *eth1* ]] || differs
	run "$HOLT" network connect web one
	[ "$status" -eq 0 ] || differs
	kill_holders
	inside --network web --network db busybox ping -c 1 -W 2 -q one
	[ "$status" -eq 0 ] || differs
	kill_holders
	release
	run "$HOLT" network rm web db
	[ "$status" -eq 0 ] || differs
}

@test "who started a container is killed: its name is gone" {
	"$HOLT" network create web
	start one --network web
	start two --network web
	kill -KILL "${started[0]}"
	eventually_gone one
	# Its file goes with the next one that ends.
	started=("${started[1]}")
}

# No container of that name is on the network within two seconds.
eventually_gone()
{
	local tries=0

	while "$HOLT" network inspect web | grep -q "\"$1\""; do
		[ $((tries += 1)) -le 40 ] || differs "$1 is still on the network"
		read -r -t 0.05 <> <(:) || :
	done
}
