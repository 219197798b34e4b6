#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Many connections leave nothing behind: descriptors and memory are afterwards
# what they were before. HOLT_SOAK=COUNT makes so many on each path.

load ../lib/net

setup()
{
	require_tun
	export soak=$lib/net_soak.py HOLT_SOAK=${HOLT_SOAK:-3000} HOLT_SANITIZED=${HOLT_SANITIZED:-0}
	# What a sanitizer keeps of freed memory is no leak.
	export ASAN_OPTIONS=${ASAN_OPTIONS:-}:quarantine_size_mb=1:thread_local_quarantine_size_kb=64
}

# Half of them out to servers of the host, half in to a published port. Those
# before the first look make what stays: pipes and buffers in store. libslirp
# remembers a connection for ten seconds: the heap has had room for as many as
# came in such a time, and may keep it, but not more with each that comes. A
# sanitizer keeps more.
run_soak='echo 0 > /proc/sys/net/ipv4/tcp_max_tw_buckets
	ip addr add 192.0.2.1/32 dev lo
	ip addr add 2001:db8::1/128 dev lo nodad
	eval "$no_router"
	start_net --publish=tcp/192.0.2.1/8080/80
	inside sh -c "echo 0 > /proc/sys/net/ipv4/tcp_max_tw_buckets" 2>/dev/null || :
	for address in 192.0.2.1 2001:db8::1; do
		exec {ready}< <(exec "$soak" serve "$address" 7000)
		read -r -u "$ready" _
	done
	exec {ready}< <(inside "$soak" serve 10.0.2.100 80)
	read -r -u "$ready" _
	pids="$net_pid $(pgrep -P "$net_pid" | tr "\n" " ")"
	count() { local pid; for pid in $pids; do find "/proc/$pid/fd" -type l; done | wc -l; }
	size() {
		local pid sum=0
		for pid in $pids; do
			((sum += $(grep ^Pss: "/proc/$pid/smaps_rollup" | tr -dc 0-9)))
		done
		echo "$sum"
	}
	settle() {
		local i
		for ((i = 0; i < 30 && $(count) > $1; i++)); do
			sleep 0.5
		done
	}
	ask() {
		local who=$1
		shift
		answered=$("$who" "$soak" ask "$@") || :
		[ "$answered" = "$3" ] || echo "$answered of $3 were answered by $1"
	}
	round() {
		ask inside 192.0.2.1 7000 $(($1 / 4)) 8
		ask inside 2001:db8::1 7000 $(($1 / 4)) 8
		ask command 192.0.2.1 8080 $(($1 / 2)) "$at_a_time"
	}
	# A store may be more or less full.
	most=$(($(count) + 48))
	round 400
	settle "$most"
	before=$(size) begin=$SECONDS
	round "$HOLT_SOAK"
	took=$((SECONDS - begin))
	settle "$most"
	echo "$HOLT_SOAK connections in $took s: $(count) descriptors, of at most $most; $before kB before, $(size) after"
	room=$((HOLT_SANITIZED ? 65536 : 8192))
	[ "$(count)" -le "$most" ]
	[ "$(size)" -le $((before + room)) ]
	'

@test "by the lane" {
	no_router='' at_a_time=8 host "$run_soak"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[ -z "${HOLT_SOAK_SAYS:-}" ] || echo "# $output" >&3
}

# Its ports take one at a time.
@test "by libslirp" {
	no_router='mount --bind /proc/sys /proc/sys
		mount -o remount,bind,ro /proc/sys' at_a_time=1 host "$run_soak"
	[ "$status" -eq 0 ]
	[ "${#lines[@]}" -eq 1 ]
	[ -z "${HOLT_SOAK_SAYS:-}" ] || echo "# $output" >&3
}
