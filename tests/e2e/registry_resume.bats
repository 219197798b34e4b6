#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Fetching goes on where it ended: after a broken connection, and after the
# process was killed.

load ../lib/helpers
load ../lib/registry

size=3000000

setup_file()
{
	python tests/lib/make_image.py "$BATS_FILE_TMPDIR/layout" --layers 2 --size $size
	start_mock mock "$BATS_FILE_TMPDIR/layout"
	largest=$(find "$BATS_FILE_TMPDIR/layout/blobs" -size +2M -printf '%f\n' | sort | head -n 1)
	total=$(find "$BATS_FILE_TMPDIR/layout/blobs" -type f -printf '%s\n' | sum)
	export largest total
}

teardown_file()
{
	stop_registries
}

setup()
{
	empty_store
	rules mock
	name=$MOCK/some/image:latest
}

# Bytes of blobs that the mock has sent.
sent()
{
	asked mock '[.[] | select(.path | contains("/blobs/")).bytes] | add'
}

@test "a connection that breaks is gone on with, and nothing comes twice" {
	rules mock '[{"match": "GET .*/blobs/.*'"$largest"'", "cut": 1000000, "times": 2}]'
	job fetch "$name"
	expect_done
	expect_sound_store
	[ "$(asked mock "[.[] | select(.path | endswith(\"$largest\")).range] | @json")" = \
		'[null,"bytes=1000000-","bytes=2000000-"]' ]
	[ "$(sent)" -le "$total" ]
}

@test "a server that knows no ranges sends all anew" {
	rules mock '[
		{"match": "GET .*'"$largest"'", "cut": 1000000, "times": 1},
		{"match": "GET .*'"$largest"'", "range": "ignore"}
	]'
	job fetch "$name"
	expect_done
	expect_sound_store
}

@test "another part than was asked for isn't taken for it" {
	rules mock '[
		{"match": "GET .*'"$largest"'", "cut": 1000000, "times": 1},
		{"match": "GET .*'"$largest"'", "range": "wrong", "times": 1}
	]'
	job fetch "$name"
	expect_done
	expect_sound_store
}

@test "a part that is refused is asked for as a whole" {
	rules mock '[
		{"match": "GET .*'"$largest"'", "cut": 1000000, "times": 1},
		{"match": "GET .*'"$largest"'", "status": 416, "body": "", "times": 1}
	]'
	job fetch "$name"
	expect_done
	expect_sound_store
}

@test "what an earlier process left is verified, and dropped if it is wrong" {
	mkdir -p "$STORE/ingest"
	head -c 1000000 /dev/urandom >"$STORE/ingest/$largest.part"
	job fetch "$name"
	expect_done
	expect_sound_store
	# More than it should be.
	empty_store
	mkdir -p "$STORE/ingest"
	head -c 5000000 /dev/urandom >"$STORE/ingest/$largest.part"
	job fetch "$name"
	expect_done
	expect_sound_store
	# All of it: nothing is asked for.
	empty_store
	rules mock
	mkdir -p "$STORE/ingest"
	cp "$BATS_FILE_TMPDIR/layout/blobs/sha256/$largest" "$STORE/ingest/$largest.part"
	job fetch "$name"
	expect_done
	[ "$(asked mock "[.[] | select(.path | endswith(\"$largest\"))] | length")" = 0 ]
}

@test "killed at many moments, the next one fetches only the rest" {
	local at pid kept

	for at in 0.05 0.1 0.2 0.4 0.6 0.8; do
		empty_store
		rules mock '[{"match": "GET .*/blobs/.*'"$largest"'", "cut": 2000000, "times": 1}]'
		"$HOLT_IMAGE" fetch 3<"$STORE" <<<"$(request "$name" '.retryDelay = 60000')" >/dev/null &
		pid=$!
		sleep $at
		kill -KILL $pid
		wait $pid || :
		expect_sound_store
		kept=$(find "$STORE/ingest" "$STORE/blobs" -type f -printf '%s\n' 2>/dev/null | sum)
		rules mock
		job fetch "$name"
		expect_done
		expect_sound_store
		[ $(($(sent) + kept)) -le $((total + 1000)) ] || differs "killed at $at: $kept kept, $(sent) sent"
		[ -z "$(ls "$STORE/ingest")" ]
	done
	[ "$kept" -gt 0 ]
}

@test "two that want the same share the work" {
	local one two

	rules mock '[{"match": "GET .*/blobs/.*'"$largest"'", "cut": 1500000, "times": 1}]'
	for one in 1 2 3 4; do
		"$HOLT_IMAGE" fetch 3<"$STORE" <<<"$(request "$name")" >"$BATS_TEST_TMPDIR/out$one" &
		two+=($!)
	done
	for one in "${two[@]}"; do
		wait "$one"
	done
	expect_sound_store
	[ "$(sent)" -le "$total" ] || differs "$(sent) bytes of $total"
	[ -z "$(ls "$STORE/ingest")" ]
}

@test "what fails for a while is tried again, and what fails for good isn't for ever" {
	rules mock '[
		{"match": "/manifests/", "status": 503, "times": 2},
		{"match": "/blobs/", "status": 500, "times": 3}
	]'
	job fetch "$name"
	expect_done
	empty_store
	rules mock '[{"match": "/blobs/", "status": 502}]'
	job fetch "$name"
	expect_failed 'answers 502'
	expect_next_succeeds mock "$name"
}

@test "Retry-After is waited for" {
	local before

	rules mock '[{"match": "/manifests/", "status": 429, "headers": {"Retry-After": "1"}, "times": 1}]'
	before=$(date +%s%N)
	job fetch "$name"
	expect_done
	[ $((($(date +%s%N) - before) / 1000000)) -ge 1000 ]
	rules mock '[{"match": "/manifests/", "status": 429}]'
	job fetch "$name" '.retries = 1'
	expect_failed 'wants no more requests for a while (429)'
}
