#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Volumes with a name and without: made, listed, seeded from an image, shared, kept,
# and removed when nobody uses them.

load ../lib/helpers

setup_file()
{
	export XDG_DATA_HOME=$BATS_FILE_TMPDIR/data
	python3 "$BATS_TEST_DIRNAME/../lib/layered_image.py" "$BATS_FILE_TMPDIR/one" one
	"$HOLT" load -q -i "$BATS_FILE_TMPDIR/one"
}

teardown_file()
{
	"$HOLT" system reset --force >/dev/null
}

setup()
{
	export XDG_DATA_HOME=$BATS_FILE_TMPDIR/data
	VOLUMES=$XDG_DATA_HOME/holt/volumes
}

teardown()
{
	[ -z "${pid:-}" ] || kill "$pid" 2>/dev/null || :
	[ -z "${pid:-}" ] || wait "$pid" || :
	"$HOLT" volume rm --all >/dev/null
}

# Run a shell in the image: OPTION... SCRIPT.
inside()
{
	"$HOLT" run --rm --network none -u 0 --entrypoint '' "${@:1:$#-1}" one sh -c "${*: -1}"
}

# One that has the volume $1 at /data, and sleeps; what is written first.
start()
{
	"$HOLT" run --rm --network none -v "$1:/data" --entrypoint '' one \
		sh -c 'echo ready; sleep 100' >"$BATS_TEST_TMPDIR/ready" 3>&- &
	pid=$!
	wait_for_file "$BATS_TEST_TMPDIR/ready"
}

@test "created, listed, inspected, removed" {
	run -0 "$HOLT" volume create --label a=b -l c two
	expect_output two
	run -0 "$HOLT" volume create one
	run -0 "$HOLT" volume ls
	expect_output $'DRIVER      VOLUME NAME\nlocal       one\nlocal       two'
	run -0 "$HOLT" volume ls -q --filter label=a
	expect_output two
	run -0 "$HOLT" volume ls -q --filter label=a=c
	expect_output ''
	run -0 "$HOLT" volume ls --format '{{.Name}} {{.Labels.a}}' --filter name=w
	expect_output 'two b'
	run -0 "$HOLT" volume ls -n -f dangling=true
	expect_output $'local       one\nlocal       two'
	run -125 "$HOLT" volume ls --filter size=1
	run -0 "$HOLT" volume inspect two
	[ "$(jq -c '.[0] | [.Name, .Driver, .Mountpoint, .Scope, .Labels]' <<<"$output")" = \
		"[\"two\",\"local\",\"$VOLUMES/two/_data\",\"local\",{\"a\":\"b\",\"c\":\"\"}]" ] || differs
	run -0 "$HOLT" volume inspect --format '{{.Mountpoint}}' one two
	expect_output "$VOLUMES/one/_data"$'\n'"$VOLUMES/two/_data"
	run -125 "$HOLT" volume create one
	[[ $output == *'there is such a volume'* ]]
	run -0 "$HOLT" volume create --ignore one
	for name in ../x .x a/b '' -- 'a b'; do
		[ "$name" = -- ] || run -125 "$HOLT" volume create -- "$name"
	done
	run -0 "$HOLT" volume create
	[ "${#output}" = 64 ]
	run -0 "$HOLT" volume exists two
	run -1 "$HOLT" volume exists three
	run -1 "$HOLT" volume rm three
	[[ $output == *'three: no such volume'* ]]
	run -0 "$HOLT" volume rm --force three
	run -0 "$HOLT" volume rm one two
	expect_output $'one\ntwo'
	run -125 "$HOLT" volume inspect two
}

@test "one begins with what the image has, once" {
	run -0 inside -v data:/data 'busybox cat /data/kept; busybox stat -c " %a %u" /data; echo more >/data/more; busybox rm /data/kept'
	expect_output 'kept 711 0'
	[ ! -e "$VOLUMES/data/fresh" ]
	run -0 inside -v data:/data 'echo $(busybox ls /data)'
	expect_output 'more new'
	run -0 inside -v data:/elsewhere 'echo $(busybox ls /elsewhere)'
	expect_output 'more new'
	# Owners are those of the container.
	run -0 inside -v work:/work 'busybox stat -c %u /work'
	expect_output 33
	run -0 inside -v bare:/data:nocopy 'busybox ls /data'
	expect_output ''
	run -0 inside --mount type=volume,src=bare2,dst=/data,volume-nocopy 'busybox ls /data'
	expect_output ''
	run -0 inside --mount type=volume,src=ro,dst=/data,ro 'busybox cat /data/kept; echo x >/data/x || echo " closed"'
	[[ $output == *kept*closed ]] || differs
	# A directory that the image hasn't.
	run -0 inside -v none:/none/below 'busybox stat -c "%a %u" /none/below'
	expect_output '755 0'
	# What somebody has put there before is left alone.
	"$HOLT" volume create mine
	echo mine >"$VOLUMES/mine/_data/file"
	run -0 inside -v mine:/data 'busybox ls /data; busybox cat /data/file'
	expect_output $'file\nmine'
	# Others' files, and nothing that acts on the host.
	run -0 inside -v data:/data 'busybox grep " /data " /proc/mounts'
	[[ $output == *nosuid*nodev* || $output == *nodev*nosuid* ]] || differs
}

@test "killed while it begins, the next one begins it anew" {
	"$HOLT" volume create data
	echo c >"$VOLUMES/data/fresh"
	echo part >"$VOLUMES/data/_data/part"
	run -0 inside -v data:/data 'echo $(busybox ls /data)'
	expect_output 'kept new'
	# A command that can't be run has changed nothing, and the copy is whole.
	run -127 "$HOLT" run --rm --network none -v other:/data --entrypoint /nothing one
	run -0 inside -v other:/data 'echo $(busybox ls /data)'
	expect_output 'kept new'
}

@test "shared while it is used, and not removed" {
	start data
	run -0 inside -v data:/d 'echo $(busybox ls /d); echo shared >/d/shared'
	expect_output 'kept new'
	run -2 "$HOLT" volume rm data
	[[ $output == *'a container uses the volume'* ]]
	run -0 "$HOLT" volume prune --force
	expect_output ''
	run -0 "$HOLT" volume ls -q -f dangling=false
	expect_output data
	run -125 "$HOLT" system reset --force
	[[ $output == *': stop it first'* ]] || differs
	kill -KILL "$pid"
	wait "$pid" || :
	pid=
	eventually "$HOLT" volume rm data
	[ ! -e "$VOLUMES/data" ]
	run -0 find "$XDG_DATA_HOME/holt/trash" "$XDG_DATA_HOME/holt/staging" -mindepth 1
	expect_output ''
}

@test "many at once begin with one copy" {
	local i

	for i in 1 2 3 4 5 6; do
		inside -v data:/data 'echo $(busybox ls /data/kept /data/new)' >"$BATS_TEST_TMPDIR/out$i" 3>&- &
	done
	wait
	for i in 1 2 3 4 5 6; do
		[ "$(<"$BATS_TEST_TMPDIR/out$i")" = '/data/kept /data/new' ] || differs "$(cat "$BATS_TEST_TMPDIR/out$i")"
	done
}

@test "one without a name is the container's own" {
	run -0 inside -v /data --read-only 'busybox cat /data/kept && echo x >/data/x && echo " ok"'
	expect_output 'kept ok'
	run -0 inside -v /data 'busybox ls /data'
	expect_output $'kept\nnew'
	run -0 "$HOLT" volume ls -q
	expect_output ''
	run -0 "$HOLT" run --rm --network none -v /a busybox sh -c 'echo x >/a/x && grep -c " /a " /proc/mounts'
	expect_output 1
	run -125 "$HOLT" run --rm --network none -v /a host true
	[[ $output == *'give NAME:/a'* ]] || differs
	run -125 "$HOLT" run --rm --network none -v '../x:/a' one true
	run -125 "$HOLT" run --rm --network none -v 'a b:/a' one true
	[[ $output == *'nor the name of a volume'* ]] || differs
}

@test "the rest of one that was being removed is no volume" {
	"$HOLT" volume create half
	rm "$VOLUMES/half/volume.json"
	run -0 inside -v half:/data 'echo $(busybox ls /data)'
	expect_output 'kept new'
	"$HOLT" volume create rest
	rm "$VOLUMES/rest/volume.json"
	run "$HOLT" system check
	[[ $output == *'1 things that were being made'* ]] || differs
	run -0 "$HOLT" system prune --force
	[ ! -e "$VOLUMES/rest" ]
	[ -e "$VOLUMES/half" ]
}

@test "a volume that is a link in the store leads nowhere" {
	mkdir -p "$VOLUMES" "$BATS_TEST_TMPDIR/outside"
	ln -s "$BATS_TEST_TMPDIR/outside" "$VOLUMES/link"
	run -125 inside -v link:/data true
	rm "$VOLUMES/link"
	"$HOLT" volume create inner
	rmdir "$VOLUMES/inner/_data"
	ln -s "$BATS_TEST_TMPDIR/outside" "$VOLUMES/inner/_data"
	run -125 inside -v inner:/data true
	[ -z "$(ls -A "$BATS_TEST_TMPDIR/outside")" ]
	rm "$VOLUMES/inner/_data"
	mkdir "$VOLUMES/inner/_data"
}
