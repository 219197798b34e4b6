#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt bootstrap debian: once as it is, with this machine's mirrors; and with a
# mmdebstrap of ours, which does what the test wants.

load ../lib/helpers

setup()
{
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
	export FAKE=$BATS_TEST_TMPDIR/fake
	mkdir "$FAKE"
}

teardown()
{
	expect_nothing_left
	nothing_in staging trash ingest
}

nothing_in()
{
	local found

	[ -d "$XDG_DATA_HOME/holt" ] || return 0
	found=$(cd "$XDG_DATA_HOME/holt" && find "$@" -mindepth 1 2>/dev/null) || :
	[ -z "$found" ] || differs "left in the store: $found"
}

nothing_is_there()
{
	nothing_in staging trash ingest images tags blobs/sha256
}

# A mmdebstrap that notes its arguments, and then does what stdin says.
fake()
{
	{
		printf '%s\n' '#!/bin/bash' 'set -e' 'printf "%s\n" "$@" >"$FAKE/arguments"' \
			'tree=$TMPDIR/mmdebstrap.x' 'mkdir "$tree"' 'mkdir -p "$tree/usr/bin"' \
			'ln -s usr/bin "$tree/bin"' 'touch "$tree/others"' 'chown 42:42 "$tree/others"'
		cat
	} >"$FAKE/mmdebstrap"
	chmod +x "$FAKE/mmdebstrap"
	PATH=$FAKE:$PATH
}

# Its arguments are these lines, but for those that don't change.
expect_arguments()
{
	[ "$(grep -vE -- '^(--mode|--format|--skip|--.*-hook)' "$FAKE/arguments")" = "$1" ] ||
		differs "wanted the arguments: $1" "got: $(cat "$FAKE/arguments")"
}

@test "a real one, of the mirrors that this machine's apt has" {
	. /etc/os-release
	run --separate-stderr "$HOLT" bootstrap debian --variant=essential --include=passwd
	expect_status 0
	expect_match '^sha256:[0-9a-f]{64}$'
	[[ $stderr == *'installing essential packages'* ]] || differs 'no word of progress'
	[[ $stderr != *W:* ]] || differs 'a warning'
	run "$HOLT" inspect --format '{{json .Config}} {{.Created}}' "localhost/debian:$VERSION_CODENAME"
	expect_match '^\{"Env":\["PATH=/usr/local/sbin:[^"]*:/bin"\],"Cmd":\["bash"\]\} '"$(date -u +%Y-%m-%d)"
	run "$HOLT" history "debian:$VERSION_CODENAME"
	expect_match "holt bootstrap debian .*Debian $VERSION_CODENAME, variant essential, by mmdebstrap"
	run "$HOLT" run --network none "debian:$VERSION_CODENAME" cat /etc/os-release
	expect_line "VERSION_CODENAME=$VERSION_CODENAME"
	run "$HOLT" run --network none --read-only "debian:$VERSION_CODENAME" bash -c '
		dpkg -l | grep -c ^ii; dpkg --verify
		stat -c "%u:%g %a" /usr/bin/passwd /etc/shadow
		ls /etc/dpkg/dpkg.cfg.d; grep ^deb /etc/apt/sources.list
		[ -s /etc/resolv.conf ] || echo no resolver; touch /dev/shm/x && echo devices'
	expect_status 0
	expect_match '^[0-9]{2,}'
	expect_line '0:0 4755'
	expect_line '0:42 640'
	expect_line 'no resolver'
	expect_line devices
	expect_match "deb http[^ ]* $VERSION_CODENAME main"
	expect_match "deb http[^ ]* $VERSION_CODENAME-security main"
	expect_no_text bootstrap
	printf '%s\n' "${lines[@]}" | grep -v '^deb\|^[0-9]\|^no\|^devices' && differs 'dpkg --verify'
	true
}

@test "a mirror that doesn't answer" {
	run --separate-stderr "$HOLT" bootstrap debian -q --mirror http://127.0.0.1:9/debian
	expect_status 125
	expect_output ''
	[[ $stderr == *'Could not connect to 127.0.0.1:9'* ]] || differs 'its own words'
	[ "$(tail -n 1 <<<"$stderr")" = 'holt: bootstrap debian: mmdebstrap has failed with status 25; the lines above say why' ] ||
		differs 'our word'
	nothing_is_there
}

@test "no mmdebstrap" {
	touch "$FAKE/none"
	run unshare --map-root-user --mount sh -c '
		mount --bind "$FAKE/none" /usr/bin/mmdebstrap && "$HOLT" bootstrap debian'
	expect_refusal 'there is no mmdebstrap here: install the package mmdebstrap'
}

@test "options, and names" {
	fake <<<'umask >"$FAKE/umask"; pwd >>"$FAKE/umask"; tar -C "$tree" -c .'
	umask 077
	cd "$FAKE" || return
	run "$HOLT" bootstrap debian --suite sid --variant apt --include a,b --include c \
		--mirror http://h/x --mirror 'deb http://i/ sid main' mine:2
	expect_status 0
	expect_arguments $'--variant=apt\n--include=a,b\n--include=c\n--\nsid\n-\nhttp://h/x\ndeb http://i/ sid main'
	[ "$(cat umask)" = $'0022\n/' ] || differs "$(cat umask)"
	run "$HOLT" bootstrap -h
	expect_match 'debian +Make an image'
	# No bash in it.
	run "$HOLT" inspect --format '{{json .Config.Cmd}}' localhost/mine:2
	expect_output '["sh"]'
	run "$HOLT" bootstrap debian -q --suite no-such
	expect_status 0
	expect_arguments $'--variant=minbase\n--\nno-such\n-'
	run "$HOLT" images -q localhost/debian:no-such
	expect_match '^[0-9a-f]+$'
	for suite in '' -x 'a b' a/b; do
		run "$HOLT" bootstrap debian --suite "$suite"
		expect_refusal --suite
	done
	run "$HOLT" bootstrap debian --variant tiny
	expect_refusal tiny
	run "$HOLT" bootstrap debian a b
	expect_refusal 'give one name'
	run "$HOLT" bootstrap debian Bad
	expect_refusal Bad
	run "$HOLT" __complete bootstrap debian --variant min
	expect_output $'minbase\t'
}

@test "what fails after all, or in between, makes no image" {
	fake <<<'tar -C "$tree" -c .; echo oh no >&2; exit 3'
	run "$HOLT" bootstrap debian -q
	expect_status 125
	expect_output $'oh no\nholt: bootstrap debian: mmdebstrap has failed with status 3; the lines above say why'
	fake <<<'tar -C "$tree" -c . | head -c 700; kill -9 $$'
	run "$HOLT" bootstrap debian -q
	expect_status 125
	fake <<<'echo no tar'
	run "$HOLT" bootstrap debian -q
	expect_status 125
	echo '#!/no/such/shell' >"$FAKE/mmdebstrap"
	run "$HOLT" bootstrap debian
	expect_refusal 'execute '
	run "$HOLT" images -q
	expect_output ''
	run bash -c 'find "$XDG_DATA_HOME/holt/blobs" -type f'
	expect_output ''
}

# Start one that doesn't end; $holt, $attendant and $builder are its processes.
start_endless()
{
	fake <<<'bash -c "sleep 1000" & echo "$BASHPID" >"$FAKE/inside"; touch "$FAKE/ready"; sleep 1000'
	rm -f "$FAKE/ready"
	env --default-signal=INT "$HOLT" bootstrap debian -q 3>&- >"$FAKE/said" 2>&1 &
	holt=$!
	eventually test -e "$FAKE/ready"
	[ "$(cat "$FAKE/inside")" -eq 1 ]
	attendant=$(pgrep --parent "$holt" '^holt$')
	builder=$(pgrep --parent "$attendant")
	[ -n "$(ls "$XDG_DATA_HOME"/holt/staging)" ]
}

no_sleep()
{
	! pgrep --euid "$(id -u)" -f '^sleep 1000$' >/dev/null
}

@test "whoever is killed, nothing is left" {
	for signal in KILL TERM INT HUP; do
		start_endless
		kill -"$signal" "$holt"
		wait "$holt" || :
		eventually nothing_is_there
		eventually no_sleep
	done
	for signal in KILL TERM; do
		start_endless
		kill -"$signal" "$attendant"
		wait "$holt" || :
		eventually no_sleep
		nothing_is_there
	done
	start_endless
	kill -KILL "$builder"
	wait "$holt" || :
	grep -q 'failed with status 137' "$FAKE/said"
	nothing_is_there
	eventually no_sleep
	# All at once: the next one sweeps.
	start_endless
	kill -STOP "$attendant"
	kill -KILL "$holt" "$attendant" "$builder"
	wait "$holt" || :
	eventually no_sleep
	[ -n "$(ls "$XDG_DATA_HOME"/holt/staging)" ]
	"$HOLT" system prune -f >/dev/null
	nothing_is_there
}

@test "nobody sweeps away what is being built" {
	start_endless
	run timeout 2 "$HOLT" rmi nothing
	[ -n "$(ls "$XDG_DATA_HOME"/holt/staging)" ] || differs 'swept'
	kill "$holt"
	wait "$holt" || :
	eventually nothing_is_there
}
