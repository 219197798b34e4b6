#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# SIGKILL of whoever has to do with the network of a container, at any moment of its
# start and its life: then it has its network again, or holt says what went wrong and
# all is gone. HOLT_CHAOS=COUNT is for more rounds, HOLT_SEED=NUMBER for the same.

load ../lib/helpers

setup()
{
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
	cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
	eventually nobody_holds
	expect_nothing_left
}

nobody_holds()
{
	! pgrep --euid "$(id -u)" --runstates DRST -x holt-network >/dev/null
}

# A container that does what it is told by ./in, and says how it went in ./out.
begin()
{
	rm -f in
	mkfifo in
	exec {in}<>in
	"$HOLT" run --name "$1" --network web -v "$PWD/in:/in" busybox sh -c 'echo ready
		while read -r word; do
			[ "$word" = check ] || exit 7
			until timeout 1 nslookup "$0" 10.0.2.3 >/dev/null 2>&1; do
				sleep 0.1
			done
			echo works
		done </in' "$1.web" >out 2>err &
	holt=$!
}

# Prints the pid of one of them, if there is one by now.
find_victim()
{
	local net

	net=$(pgrep --parent "$holt" -x holt-net | head -n 1)
	case $1 in
	launcher) echo "$holt" ;;
	net) echo "$net" ;;
	helper) [ -z "$net" ] || pgrep --parent "$net" | shuf -n 1 ;;
	holder) pgrep --euid "$(id -u)" -x holt-network | head -n 1 ;;
	esac
}

has_ended()
{
	! kill -0 "$holt" 2>/dev/null
}

is_decided()
{
	grep -q ready out || has_ended
}

works_or_has_ended()
{
	grep -q works out || has_ended
}

round()
{
	local victims=(launcher net helper holder) what delay pid status=0

	what=${victims[RANDOM % 4]}
	printf -v delay '0.%03d' "$((RANDOM % 50))"
	begin "$1"
	[ "$((RANDOM % 2))" -eq 0 ] || eventually is_decided
	sleep "$delay"
	pid=$(find_victim "$what" || :)
	echo "$1: $what ${pid:-(not there)} after $delay"
	[ -z "$pid" ] || kill -KILL "$pid" 2>/dev/null || :
	eventually is_decided
	echo check >&"$in"
	eventually works_or_has_ended
	echo end >&"$in"
	wait "$holt" || status=$?
	exec {in}>&-
	case $status in
	7) grep -qx works out ;;
	125) grep -q '^holt: ' err && [ "$what" != launcher ] ;;
	137) [ "$what" = launcher ] ;;
	*) false ;;
	esac || differs "$1: $what: status $status" "$(<out)" "$(<err)"
}

@test "whoever of a network is killed, it is there again or nothing is left" {
	local i seed

	seed=${HOLT_SEED:-$((SRANDOM % 32768))}
	RANDOM=$seed
	echo "HOLT_SEED=$seed"
	"$HOLT" network create web
	for ((i = 0; i < ${HOLT_CHAOS:-10}; i++)); do
		round "c$i"
	done
	# What a killed launcher leaves, and a holder that was killed before it held
	# anything, is for the next.
	"$HOLT" run --network web busybox true
	"$HOLT" network rm web
}
