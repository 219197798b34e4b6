#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The command line itself: finding help, and being told what was wrong.
load ../lib/helpers

@test "help is on stdout, whichever way it is asked for" {
	local way

	for way in --help -h help; do
		run --separate-stderr holt "$way"
		expect_status 0
		expect_text "Usage: holt "
		expect_match $'\n  run  +[A-Z]'
		expect_no_text "__complete"
		[ -z "$stderr" ] || differs "wanted nothing on stderr"
	done
}

@test "help of a command comes from 'help' and from --help, even amid options" {
	run holt help run
	expect_status 0
	expect_text "Usage: holt run "
	local help=$output

	run holt run --help
	expect_output "$help"
	run holt run --rm --name x --help --no-such-option
	expect_status 0
	expect_output "$help"
}

@test "-h of run takes a host name, as in podman" {
	run holt run -h
	expect_refusal "--hostname needs a value"
}

@test "the version can be had in three ways" {
	local way

	for way in --version -v version; do
		run holt "$way"
		expect_status 0
		expect_match '^holt version [0-9]+\.[0-9]+\.[0-9]+$'
	done
	run holt version --short
	expect_refusal "unknown option --short"
	run holt version now
	expect_refusal "unexpected word 'now'"
}

@test "no command at all is refused with a way on" {
	run --separate-stderr holt
	expect_status 125
	expect_output ""
	[ "$stderr" = "holt: no command given; see 'holt --help'" ] || differs
}

@test "an unknown command is named, with one that is near" {
	run holt rnu
	expect_refusal "unknown command 'rnu' (did you mean 'run'?); see 'holt --help'"
	run holt help rnu
	expect_refusal "unknown command 'rnu' (did you mean 'run'?)"
	run holt frobnicate
	expect_refusal "unknown command 'frobnicate'; see 'holt --help'"
	run holt ''
	expect_refusal "unknown command ''"
}

@test "an unknown option is named, with one that is near, and no help dumped" {
	run holt --debgu run
	expect_refusal "unknown option --debgu (did you mean --debug?); see 'holt --help'"
	run holt run --reed-only host
	expect_refusal "run: unknown option --reed-only (did you mean --read-only?); see 'holt run --help'"
	run holt run -rm host
	expect_refusal "run: unknown option -r (did you mean --rm?)"
	run holt run -itZ host
	expect_refusal "run: unknown option -Z"
}

@test "a value is missing, wrong or not wanted: the option is named" {
	run holt run --name
	expect_refusal "run: --name needs a value: NAME"
	run holt run --shm-size=12parsecs host
	expect_refusal "run: --shm-size: '12parsecs' is not a size"
	run holt run --rm=maybe host
	expect_refusal "run: --rm: 'maybe' is neither true nor false"
}

@test "a full disk under stdout is told" {
	run bash -c 'holt --help >/dev/full'
	expect_refusal "write to standard output: No space left on device"
}

@test "closed standard streams are no trouble" {
	run bash -c 'holt version <&- >&-'
	expect_status 0
	run bash -c 'holt nothing 2>&-'
	expect_status 125
}

@test "help and version leave nothing behind" {
	holt help >"$BATS_TEST_TMPDIR/out"
	holt version >"$BATS_TEST_TMPDIR/out"
	expect_nothing_left
}

@test "a set-user-id holt refuses to run" {
	cp "$HOLT" "$BATS_TEST_TMPDIR/holt"
	chmod 0755 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR"
	run unshare --user --map-root-user --map-auto sh -c '
		chmod u+s "$1" && exec setpriv --reuid=1 --regid=1 \
			--clear-groups "$1" version' sh "$BATS_TEST_TMPDIR/holt"
	expect_status 125
	expect_text "refusing to run set-user-id"
}
