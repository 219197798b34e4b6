#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Pulling, and unpacking to run, killed at more than a hundred points: by bytes that
# came, and by system calls between. The next one succeeds, goes on with what is
# there, and nothing is left over.

load ../lib/helpers
load ../lib/registry

KILL_EACH=${KILL_EACH:-$BATS_TEST_DIRNAME/../../build/tests/kill_each}
export -f differs eventually

setup_file()
{
	python tests/lib/make_image.py "$BATS_FILE_TMPDIR/layout" --layers 3 --size 200000 \
		--busybox "$(command -v busybox)"
	start_mock mock "$BATS_FILE_TMPDIR/layout"
	export XDG_DATA_HOME=$BATS_FILE_TMPDIR/data IMAGE=$MOCK/some/image:latest
	export MOCK_DIR=$BATS_FILE_TMPDIR/mock CLEAN=$BATS_FILE_TMPDIR/clean RUN=$BATS_FILE_TMPDIR/run
	total=$(find "$BATS_FILE_TMPDIR/layout/blobs" -type f -printf '%s\n' | sum)
	export total
	empty_store
	rules mock
	"$HOLT" pull -q "$IMAGE" >/dev/null
	holding >"$CLEAN"
	"$HOLT" run --rm --network none --entrypoint /bin/sh "$IMAGE" -c true
	holding >"$CLEAN.unpacked"
}

teardown_file()
{
	[ ! -d "$STORE" ] || "$HOLT" system reset --force >/dev/null
	stop_registries
}

# All that the store has, and how large it is. Where others own it is looked at there.
holding()
{
	unshare --map-root-user --map-auto bash -c '
		cd "$1" && find . \( -path ./tags -o -path ./containers \) -prune -o -type f -printf "%P %s\n" -o \
			-printf "%P\n" | sort
		find tags -type f -printf "%P %s\n"
		[ ! -d containers ] || find containers -mindepth 1' holding "$STORE"
}

empty()
{
	rm -rf "$STORE"
	mkdir -p "$STORE"
	chmod 0700 "$STORE"
}

# The next pull fetches the rest alone, and all is as if there was no other.
expect_pulled()
{
	local kept sent

	kept=$(find "$STORE/ingest" "$STORE/blobs" -type f -printf '%s\n' 2>/dev/null | awk '{ sum += $1 } END { print sum + 0 }')
	rm -f "$MOCK_DIR/log" "$MOCK_DIR/rules"
	"$HOLT" pull -q "$IMAGE" >pull.out 2>&1 || differs "the next pull: $(<pull.out)"
	sent=$(jq -s '[.[] | select(.path | contains("/blobs/")) | .bytes] | add // 0' \
		"$MOCK_DIR/log" 2>/dev/null || echo 0)
	# What was being written may lie there twice: small documents.
	[ $((sent + kept)) -le $((total + 4000)) ] || differs "$kept kept, $sent sent, of $total"
	expect_nothing_over "$CLEAN"
}

expect_nothing_over()
{
	"$HOLT" system check >check.out 2>&1 || differs "system check: $(<check.out)"
	[ ! -s check.out ] || differs "system check: $(<check.out)"
	holding >now.list
	diff "$1" now.list >diff.out || differs "the store is another: $(<diff.out)"
}

# The next run has all that is unpacked; what was of the one killed goes with it.
expect_runs()
{
	# A directory is let go by the last of those who were killed with it.
	eventually bash -c '! pgrep -r R,S,D -u "$(id -u),0" -x "holt|holt-image|newuidmap|newgidmap" >/dev/null'
	"$HOLT" run --rm --network none --entrypoint /bin/sh "$IMAGE" -c true >run.out 2>&1 ||
		differs "the next run: $(<run.out)"
	expect_nothing_over "$CLEAN.unpacked"
}

# Nothing is unpacked.
pack()
{
	unshare --map-root-user --map-auto bash -c 'rm -rf "$1"/layers/* "$1"/staging/*' pack "$STORE"
}

fetch()
{
	# shellcheck disable=SC2093 # it is the command
	exec "$HOLT_IMAGE" fetch 3<"$STORE" <"$BATS_FILE_TMPDIR/request"
}
export -f holding empty expect_pulled expect_nothing_over expect_runs pack fetch

# Kill at about $1 system calls of the command behind --; further options before.
sweep()
{
	local points=$1 calls

	# A sanitizer is there for other faults.
	[ -z "${HOLT_SANITIZED:-}" ] || points=$((points / 5))
	shift
	mkdir -p "$BATS_TEST_TMPDIR/job"
	calls=$("$KILL_EACH" --every 1000000 "${@:1:4}" "$BATS_TEST_TMPDIR/job" "${@:5}")
	[ "$calls" -ge "$points" ] || differs "only $calls calls"
	run "$KILL_EACH" --every $((calls / points)) "${@:1:4}" "$BATS_TEST_TMPDIR/job" "${@:5}"
	expect_status 0
}

# Kill the process $1, a child of ours, or with "image" its child.
end()
{
	local victim=$1

	[ "$2" = holt ] || victim=$(pgrep --parent "$1" holt-image)
	kill -KILL "$victim"
	wait "$1" 2>/dev/null || status=$?
}

@test "pull: killed at 40 points of the bytes that come" {
	local digest size part who pid count=0 wanted=40

	[ -z "${HOLT_SANITIZED:-}" ] || wanted=8
	cd "$BATS_TEST_TMPDIR"
	while read -r digest size; do
		for part in 0 1 4096 $((size / 4)) $((size / 3)) $((size / 2)) $((size * 3 / 4)) $((size - 1)); do
			[ "$part" -lt "$size" ] || continue
			for who in holt image; do
				[ $((count += 1)) -le "$wanted" ] || [ "$wanted" -ge 40 ] || break 2
				empty
				rm -f "$MOCK_DIR/stalled"
				rules mock "[{\"match\": \"GET .*/blobs/sha256:$digest\", \"stall\": $part}]"
				"$HOLT" pull -q "$IMAGE" >pull.out 2>&1 3>&- &
				pid=$!
				eventually test -e "$MOCK_DIR/stalled"
				# What was sent is in the part's file, or soon.
				[ "$part" -lt 1000 ] || eventually test -s "$STORE/ingest/$digest.part"
				end "$pid" "$who"
				[ "$who" = holt ] || [ "$status" -eq 125 ] || differs "holt: $(<pull.out)"
				eventually bash -c '! pgrep --euid "$(id -u)" -x "holt|holt-image" >/dev/null'
				expect_pulled
			done
		done
	done < <(jq -r '.layers[], .config | "\(.digest[7:]) \(.size)"' <"$(grep -l '"layers"' \
		"$BATS_FILE_TMPDIR"/layout/blobs/sha256/* | while read -r file; do
		! jq -e .layers "$file" >/dev/null 2>&1 || echo "$file"
	done)")
	[ "$count" -ge "$wanted" ] || differs "only $count points"
}

@test "pull: killed at 35 system calls of holt" {
	sweep 35 --before empty --after expect_pulled -- "$HOLT" pull -q "$IMAGE"
}

@test "pull: killed at 35 system calls of holt-image" {
	request "$IMAGE" >"$BATS_FILE_TMPDIR/request"
	sweep 35 --before empty --after expect_pulled -- bash -c fetch
}

@test "run: killed at 40 system calls while it unpacks and begins" {
	empty
	"$HOLT" pull -q "$IMAGE" >/dev/null
	sweep 40 --before pack --after expect_runs -- \
		"$HOLT" run --rm --network none --entrypoint /bin/sh "$IMAGE" -c true
}
