#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What reads bytes from elsewhere has given up all but what its job takes. That the
# lists forbid what they should is tests/unit/image_worker_confine.c; this is about
# the jobs as they run: each is looked at while it waits for more to read.

load ../lib/helpers
load ../lib/registry

setup()
{
	empty_store
	mkdir "$BATS_TEST_TMPDIR/tree"
	mkfifo "$BATS_TEST_TMPDIR/fifo"
}

teardown()
{
	[ -z "${PID:-}" ] || kill "$PID" 2>/dev/null || :
	stop_registries
}

# Start the job $1 with the request $2 and the descriptors 3 and 4 as $3 and $4, by
# way of further words; PID becomes it.
start()
{
	echo "$2" >"$BATS_TEST_TMPDIR/request"
	# shellcheck disable=SC2016 # for the shell in there
	"${@:5}" bash -c 'cd "$1"; echo $$ >pid
		if [ -d "$3" ]; then exec 3<"$3"; else exec 3<>"$3"; fi
		if [ -d "$4" ]; then exec 4<"$4"; else exec 4<>"$4"; fi
		exec "$HOLT_IMAGE" "$2" <request' bash "$BATS_TEST_TMPDIR" "$1" "$3" "$4" \
		>"$BATS_TEST_TMPDIR/said" 3>&- &
	eventually test -s "$BATS_TEST_TMPDIR/pid"
	PID=$(<"$BATS_TEST_TMPDIR/pid")
}

status()
{
	awk -v name="$1:" '$1 == name { print $2 }' "/proc/$PID/status" 2>/dev/null
}

waits()
{
	[ "$(status NoNewPrivs)" = 1 ] && [ "$(status State)" = S ] &&
		[ "$(status Seccomp)" = "$filter" ]
}

# The job waits, and can no more than it has to; $1 are its capabilities.
expect_confined()
{
	# Under a sanitizer there is no list of calls.
	local filter=${HOLT_SANITIZED:+0} name

	filter=${filter:-2}
	eventually waits || differs "$(cat "/proc/$PID/status" "$BATS_TEST_TMPDIR/said")"
	for name in CapEff CapPrm; do
		[ "$(status $name)" = "$1" ] || differs "$name: $(status $name)"
	done
	[ "$(status CapInh)" = 0000000000000000 ]
	grep -q 'Max core file size *0 *0' "/proc/$PID/limits"
	# Nobody reads what it has in memory, but for root, of a user namespace too.
	[ "$1" != $none ] || run -1 cat "/proc/$PID/environ"
}

none=0000000000000000
# chown, dac_override, dac_read_search, fowner, fsetid, setfcap
trees=000000008000001f

@test "unpack" {
	start unpack "{\"diffId\":\"sha256:$(printf '%064d' 0)\"}" "$BATS_TEST_TMPDIR/fifo" \
		"$BATS_TEST_TMPDIR/tree" unshare --map-root-user --map-auto
	expect_confined $trees
}

@test "load and import" {
	start load '{"format":"docker-archive"}' "$STORE" "$BATS_TEST_TMPDIR/fifo"
	expect_confined $none
	kill "$PID"
	rm "$BATS_TEST_TMPDIR/pid"
	start import '{"platform":{"os":"linux","architecture":"amd64"}}' "$STORE" "$BATS_TEST_TMPDIR/fifo"
	expect_confined $none
}

# DIGEST becomes that of the manifest of an image in the store.
have_image()
{
	/usr/bin/python3 tests/lib/make_image.py "$BATS_TEST_TMPDIR/layout" --size 300000
	XDG_DATA_HOME=${STORE%/*} run -0 "$HOLT" load -q -i "$BATS_TEST_TMPDIR/layout"
	DIGEST=$(jq -r '.manifests[0].digest' "$BATS_TEST_TMPDIR/layout/index.json")
}

@test "save" {
	have_image
	start save "{\"format\":\"docker-archive\",\"images\":[{\"manifest\":\"$DIGEST\",\"names\":[\"localhost/a:b\"]}]}" \
		"$STORE" "$BATS_TEST_TMPDIR/fifo"
	expect_confined $none
}

@test "jobs of registries" {
	local port name

	have_image
	port=$(free_port)
	/usr/bin/python3 -c 'import socket, sys, time
server = socket.create_server(("127.0.0.1", int(sys.argv[1])))
kept = [server.accept() for _ in range(4)]
time.sleep(60)' "$port" 3>&- &
	echo $! >>"$BATS_FILE_TMPDIR/registry-pids"
	eventually listens_on "$port"
	for name in fetch tags login push; do
		start $name "$(request "127.0.0.1:$port/a:b" ".endpoints[0].plain = true |
			.manifest = \"$DIGEST\" | .username = \"a\" | .password = \"b\"")" \
			"$STORE" "$BATS_TEST_TMPDIR/fifo"
		expect_confined $none
		kill "$PID"
		rm "$BATS_TEST_TMPDIR/pid"
	done
}

@test "jobs that end at once" {
	local job

	for job in verify measure remove; do
		run -0 strace -f -qq -o "$BATS_TEST_TMPDIR/trace" -e trace=seccomp,landlock_restrict_self,capset \
			bash -c '"$HOLT_IMAGE" "$1" 3<"$STORE" <<<"{\"names\":[]}"' bash $job
		[ -n "${HOLT_SANITIZED:-}" ] || grep -q 'SECCOMP_SET_MODE_FILTER, 0,.*= 0' "$BATS_TEST_TMPDIR/trace"
		grep -q 'landlock_restrict_self(.*= 0' "$BATS_TEST_TMPDIR/trace"
		grep -q 'capset(.*effective=0, permitted=0, inheritable=0.*= 0' "$BATS_TEST_TMPDIR/trace"
	done
}
