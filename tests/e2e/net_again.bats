#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-net of a running container is killed: holt starts another in its place, and
# the container loses its open connections and no more.

load ../lib/net

setup()
{
	require_tun
	export lib peer=$lib/net_peer.py
}

# A host with an interface beside its loopback, and servers there. "begin" starts a
# container that stays: $holt_pid, $net_pid and $inner_pid, what it says in
# /run/out, and what holt says in /run/err.
outside='ip link add eth0 type veth peer name eth1
	ip addr add 192.0.2.1/24 dev eth0
	ip addr add 2001:db8::1/64 dev eth0 nodad
	ip link set eth1 up
	ip link set eth0 up
	echo nameserver 192.0.2.1 > /etc/resolv.conf
	for address in 192.0.2.1 2001:db8::1; do
		exec {ready}< <(exec "$peer" serve "$address" 7000)
		read -r -u "$ready" _
	done
	exec {ready}< <(exec "$lib/net_servers.py" dns 192.0.2.1 198.51.100.7)
	read -r -u "$ready" _
	: > /run/out
	begin()
	{
		"$HOLT" run "$@" host sh -c "echo up; exec sleep 3600" > /run/out 2> /run/err &
		holt_pid=$!
		eventually up cat /run/out
		inner_pid=$(pgrep --newest -f "^sleep 3600")
		find_net
	}
	find_net()
	{
		net_pid=$(pgrep -P "$holt_pid" -x holt-net)
	}
	inside()
	{
		nsenter -t "$inner_pid" -U -n --preserve-credentials "$@"
	}
	# The network was started again so many times.
	was_revived()
	{
		eventually "$1" grep -c "was started again" /run/err
		find_net
	}
	kill_net()
	{
		kill -9 "$net_pid"
		was_revived "${1:-1}"
	}
	try()
	{
		inside "$peer" names 192.0.2.1 7000
		inside "$peer" names 2001:db8::1 7000
		inside "$peer" datagram 192.0.2.1 7000
		inside timeout 10 dig +short +tries=1 +time=5 @10.0.2.3 a.example
		inside timeout 10 dig +short +tcp +tries=1 +time=5 @10.0.2.3 a.example
	}
	end()
	{
		kill "$holt_pid"
		wait "$holt_pid" || echo "ended: $?"
		gone
	}
	'
no_router='mount --bind /proc/sys /proc/sys
	mount -o remount,bind,ro /proc/sys
	'
all='192.0.2.1 7000 10.0.2.100
2001:db8::1 7000 fd00::100
192.0.2.1 10
198.51.100.7
198.51.100.7'
ended='ended: 143'

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

@test "everything works again, time after time" {
	outside 'begin
		try
		for i in 1 2 3; do
			kill_net "$i"
			try
		done
		inside ip -o addr show dev tap0 | grep -c "inet 10.0.2.100/24\|inet6 fd00::100/64"
		inside ip route
		cat /run/err
		end'
	local said='holt: warning: holt-net has ended and was started again: connections that were open are lost'
	local routes='default via 10.0.2.2 dev tap0 proto boot 
10.0.2.0/24 dev tap0 proto kernel scope link src 10.0.2.100 '
	routes=${routes// proto boot/}
	expect_success "$all"$'\n'"$all"$'\n'"$all"$'\n'"$all"$'\n2\n'"$routes"$'\n'"$said"$'\n'"$said"$'\n'"$said"$'\n'"$ended"
}

@test "the same without a router" {
	outside "$no_router"'begin --pid host
		try
		kill_net 1
		try
		kill_net 2
		try
		end'
	expect_success "$all"$'\n'"$all"$'\n'"$all"$'\n'"$ended"
}

@test "an open connection is reset, at once" {
	outside 'begin
		for address in 192.0.2.1 2001:db8::1; do
			exec {held}< <(inside "$peer" held "$address" 7000)
			read -r -u "$held" line
			held_by+=("$held")
		done
		kill_net
		for held in "${held_by[@]}"; do
			read -r -t 5 -u "$held" line
			echo "$line"
		done
		end'
	expect_success $'ECONNRESET\nECONNRESET\n'"$ended"
}

@test "without a router too, also for who only reads" {
	outside "$no_router"'begin --pid host -p 8080:80
		for address in 192.0.2.1 2001:db8::1 ::ffff:192.0.2.1; do
			exec {held}< <(inside "$peer" held "$address" 7000)
			read -r -u "$held" line
			held_by+=("$held")
		done
		# One that has nothing to do with us.
		exec {ready}< <(inside "$peer" serve 10.0.2.100 7000)
		read -r -u "$ready" _
		exec {own}< <(inside "$peer" held 10.0.2.100 7000)
		read -r -u "$own" line
		kill_net
		for held in "${held_by[@]}"; do
			read -r -t 5 -u "$held" line
			echo "$line"
		done
		! read -r -t 0.5 -u "$own" line
		try
		end'
	expect_success $'ECONNABORTED\nECONNABORTED\nECONNABORTED\n'"$all"$'\n'"$ended"
}

@test "published ports lead to the container again, under the same numbers" {
	outside 'begin -p 8080:80 -p 8081:80/udp -p 192.0.2.1:8082:80 -p 80
		for address in 10.0.2.100 fd00::100; do
			exec {ready}< <(inside "$peer" serve "$address" 80)
			read -r -u "$ready" _
		done
		ports()
		{
			ss -Hltun | grep -o -E "^(tcp|udp)|[^ ]+:[0-9]+" | paste -d " " - - |
				grep -v -e ":53$" -e ":7000$" | sort
		}
		ports > /run/before
		reach()
		{
			local other
			"$peer" peer-name 192.0.2.1 8080
			"$peer" peer-name 2001:db8::1 8080
			"$peer" datagram 192.0.2.1 8081
			"$peer" datagram 2001:db8::1 8081
			"$peer" peer-name 192.0.2.1 8082
			other=$(ports | sed -n "s/^tcp 0.0.0.0://p" | grep -v -x 8080)
			"$peer" peer-name 127.0.0.1 "$other"
		}
		reach
		kill_net 1
		reach
		kill_net 2
		reach
		ports | diff /run/before -
		wc -l < /run/before
		end'
	local each=$'192.0.2.1\n2001:db8::1\n192.0.2.1 10\n2001:db8::1 10\n192.0.2.1\n10.0.2.2'
	expect_success "$each"$'\n'"$each"$'\n'"$each"$'\n7\n'"$ended"
}

@test "ports that were added and removed while it ran are as they were" {
	outside 'begin --name web -p 8080:80 -p 8081:80
		for address in 10.0.2.100 fd00::100; do
			exec {ready}< <(inside "$peer" serve "$address" 80)
			read -r -u "$ready" _
		done
		"$HOLT" port add web 8082:80 8083:80/udp 192.0.2.1:8084:80
		"$HOLT" port add web 80 >/run/chosen
		"$HOLT" port remove web 8080:80 192.0.2.1:8084:80
		"$HOLT" port web > /run/before
		reach()
		{
			"$peer" peer-name 192.0.2.1 8081
			"$peer" peer-name 2001:db8::1 8082
			"$peer" datagram 192.0.2.1 8083
			"$peer" peer-name 127.0.0.1 "$(sed -n "s/.*0.0.0.0://p" /run/chosen)"
			"$peer" connect 192.0.2.1 8080
			"$peer" connect 192.0.2.1 8084
		}
		reach
		kill_net 1
		"$HOLT" port web | diff /run/before -
		reach
		# And by the new one, for the next.
		"$HOLT" port remove web 8082:80
		"$HOLT" port add web 8082:80 8085:80
		"$HOLT" port web > /run/before
		kill_net 2
		"$HOLT" port web | diff /run/before -
		reach
		"$peer" peer-name 192.0.2.1 8085
		! grep "are lost:" /run/err
		end'
	local each=$'192.0.2.1\n2001:db8::1\n192.0.2.1 10\n10.0.2.2\nECONNREFUSED at once\nECONNREFUSED at once'
	expect_success "$each"$'\n'"$each"$'\n'"$each"$'\n192.0.2.1\n'"$ended"
}

@test "a port that somebody has taken meanwhile is named, and the rest works" {
	outside 'begin -p 8080:80 -p 8081:80 -p 8082:80/udp
		kill -STOP "$holt_pid"
		kill -9 "$net_pid"
		gone
		for port in 8080 8082; do
			exec {ready}< <(exec "$peer" serve 192.0.2.1 "$port")
			read -r -u "$ready" _
		done
		kill -CONT "$holt_pid"
		was_revived 1
		try
		exec {ready}< <(inside "$peer" serve 10.0.2.100 80)
		read -r -u "$ready" _
		"$peer" peer-name 192.0.2.1 8081
		grep -o "open are lost: .*" /run/err | sed "s/ (pid.*)//"
		end'
	[[ $output == "$all"$'\n192.0.2.1\nopen are lost: 2 ports are lost, the first: publish 8080/tcp: it is in use by '*"$ended" ]]
}

@test "what the container has set up by itself stays" {
	outside 'begin --cap-add net_admin
		inside ip link add own0 type veth peer name own1
		inside ip link set own1 up
		inside ip addr add 10.9.0.1/24 dev own0
		inside ip link set own0 up
		inside ip route add 203.0.113.0/24 via 10.9.0.2
		kill_net 1
		try
		inside ip route replace default via 10.9.0.3
		inside ip -6 route replace default dev own0
		kill_net 2
		inside ip route | grep own0
		inside ip -6 route | grep ^default
		inside ip route add 192.0.2.0/24 via 10.0.2.2
		inside "$peer" names 192.0.2.1 7000
		end'
	[[ $output == "$all"*"$ended" ]]
	[[ $output == *$'\ndefault via 10.9.0.3 dev own0 \n10.9.0.0/24 dev own0 '* ]]
	[[ $output == *$'\n203.0.113.0/24 via 10.9.0.2 dev own0 \ndefault dev own0 '* ]]
	[[ $output == *$'\n192.0.2.1 7000 10.0.2.100\n'* ]]
}

@test "an interface that the container has taken away comes back" {
	outside 'begin --cap-add net_admin
		inside ip link del tap0
		kill_net
		try
		end'
	expect_success "$all"$'\n'"$ended"
}

@test "when a helper of its is killed, all is started again" {
	outside 'begin
		count=0
		for name in router watcher; do
			for pid in $(pgrep -P "$net_pid"); do
				kind=watcher
				[ "$(readlink /proc/$pid/ns/net)" = "$(readlink /proc/self/ns/net)" ] ||
					kind=router
				[ "$kind" != "$name" ] || {
					kill -9 "$pid"
					break # the others go with it
				}
			done
			was_revived $((count += 1))
			try
			pgrep -P "$net_pid" | wc -l
		done
		end'
	expect_success "$all"$'\n2\n'"$all"$'\n2\n'"$ended"
}

@test "one that dies again and again is given up; the container goes on" {
	outside 'begin
		for i in 1 2 3 4; do
			kill_net "$i"
		done
		kill -9 "$net_pid"
		eventually 1 grep -c "goes on without its network" /run/err
		# Its helpers hear of its death when it is dead.
		eventually 0 sh -c "pgrep -cx holt-net || :"
		inside "$peer" connect 192.0.2.1 7000
		end'
	expect_success $'ENETUNREACH at once\n'"$ended"
}

@test "one that can't be started is tried again, and then given up with the reason" {
	outside 'mkdir /run/bin
		cp "$HOLT" "${HOLT%/*}/holt-net" /run/bin
		HOLT=/run/bin/holt
		begin
		mv /run/bin/holt-net /run/bin/away
		kill -9 "$net_pid"
		sleep 0.05
		mv /run/bin/away /run/bin/holt-net
		was_revived 1
		try
		mv /run/bin/holt-net /run/bin/away
		kill -9 "$net_pid"
		eventually 1 grep -c "without its network: .*holt-net is missing" /run/err
		wc -l < /run/err
		end'
	expect_success "$all"$'\n2\n'"$ended"
}

@test "the status is the command's, whatever became of holt-net" {
	outside 'mkfifo /run/go
		"$HOLT" run -v /run/go:/tmp/go host sh -c "echo up; read -r _ < /tmp/go; exit 7" > /run/out 2> /run/err &
		holt_pid=$!
		eventually up cat /run/out
		find_net
		kill_net
		echo > /run/go
		wait "$holt_pid" || echo "ended: $?"
		gone'
	expect_success 'ended: 7'
}

@test "what rules allow by name stays known, and the log goes on" {
	outside 'ip addr add 198.51.100.7/24 dev eth0
		exec {ready}< <(exec "$peer" serve 198.51.100.7 7000)
		read -r -u "$ready" _
		begin --net-allow good.example --net-log /run/log
		inside "$peer" connect 198.51.100.7 7000
		inside timeout 10 dig +short +tries=1 +time=5 @10.0.2.3 good.example
		inside "$peer" names 198.51.100.7 7000
		wc -l < /run/log
		kill_net
		inside "$peer" names 198.51.100.7 7000
		inside "$peer" connect 192.0.2.1 7000
		wc -l < /run/log
		end'
	expect_success 'ECONNREFUSED at once
198.51.100.7
198.51.100.7 7000 10.0.2.100
1
198.51.100.7 7000 10.0.2.100
ECONNREFUSED at once
2
'"$ended"
}

# "by_container" has a process of the container run net_peer.py: to those that
# only enter its namespaces the bypass's filter doesn't apply.
by_container='begin()
	{
		mkfifo /run/orders
		"$HOLT" run --network slirp:bypass=true -v "$lib:/tmp/lib:ro" -v /run/orders:/tmp/orders \
			host sh -c "echo up; while read -r line; do
				/tmp/lib/net_peer.py \$line
				echo .
			done < /tmp/orders" > /run/out 2> /run/err &
		holt_pid=$!
		exec {orders}> /run/orders {answers}< <(exec tail -f -n +1 /run/out)
		answer
		find_net
	}
	order()
	{
		echo "$1" >&"$orders"
	}
	answer()
	{
		local line

		read -r -t 20 -u "$answers" line
		while [ "$line" != . ] && [ "$line" != up ]; do
			echo "$line"
			read -r -t 20 -u "$answers" line
		done
	}
	by_container()
	{
		order "$1"
		answer
	}
	# The helper that has CAP_SYS_PTRACE and nothing else.
	supervisor()
	{
		local pid

		for pid in $(pgrep -P "$net_pid"); do
			! grep -q "^CapEff:.0*80000$" "/proc/$pid/status" || echo "$pid"
		done
	}
	# SYNs are sent there, and nothing comes back.
	ip neigh add 192.0.2.77 lladdr 02:00:00:00:00:01 dev eth0
	'

@test "the bypass is there again, whoever of it was killed" {
	outside "$by_container"'begin
		by_container "names 192.0.2.1 7000"
		kill_net 1
		by_container "names 192.0.2.1 7000"
		by_container "names 2001:db8::1 7000"
		kill -9 "$(supervisor)"
		was_revived 2
		by_container "names 192.0.2.1 7000"
		end'
	expect_success $'192.0.2.1 7000 192.0.2.1\n192.0.2.1 7000 192.0.2.1\n2001:db8::1 7000 2001:db8::1\n192.0.2.1 7000 192.0.2.1\n'"$ended"
}

@test "what the bypass has connected stays so" {
	outside "$by_container"'begin
		order "held 192.0.2.1 7000"
		read -r -t 20 -u "$answers" line
		kill_net
		ss -Htn state established "( dport = :7000 )" | wc -l
		end'
	expect_success $'1\n'"$ended"
}

@test "a connection that the bypass was making fails, and those begun meanwhile don't" {
	outside "$by_container"'begin
		order "wait 192.0.2.77 7000"
		sleep 0.5
		kill_net 1
		answer
		kill -STOP "$holt_pid"
		kill -9 "$net_pid"
		gone
		order "names 192.0.2.1 7000"
		sleep 0.5
		kill -CONT "$holt_pid"
		answer
		end'
	expect_success $'ECONNRESET\n192.0.2.1 7000 192.0.2.1\n'"$ended"
}

@test "when the network is given up, the calls of the bypass fail" {
	outside "$by_container"'begin
		for i in 1 2 3 4; do
			kill_net "$i"
		done
		order "wait 192.0.2.77 7000"
		sleep 0.5
		kill -9 "$net_pid"
		answer
		end'
	expect_success $'ENOSYS\n'"$ended"
}
