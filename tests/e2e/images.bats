#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Images in the store: listed, named, looked at, run and removed; what is damaged or
# left behind is found.

load ../lib/helpers

setup_file()
{
	export BASE="$BATS_FILE_TMPDIR"
	for name in one two; do
		python3 "$BATS_TEST_DIRNAME/../lib/layered_image.py" "$BASE/$name" "$name"
	done
}

setup()
{
	export XDG_DATA_HOME="$BATS_TEST_TMPDIR/data"
	STORE=$XDG_DATA_HOME/holt
}

teardown()
{
	"$HOLT" system reset --force >/dev/null
}

# Until a container has a directory in the store.
await_container()
{
	local tries=0

	until [ -n "$(ls "$STORE/containers")" ]; do
		[ $((tries += 1)) -lt 500 ]
		sleep 0.02
	done
}

# Load the images of setup_file().
load_both()
{
	"$HOLT" load -q -i "$BASE/one" >/dev/null
	"$HOLT" load -q -i "$BASE/two" >/dev/null
	"$HOLT" tag localhost/one:latest one:other
}

@test "an empty store is no failure" {
	run -0 "$HOLT" images -n
	[ -z "$output" ]
	run -0 "$HOLT" system check
	[ -z "$output" ]
}

@test "images are listed, by name, filter and template" {
	load_both
	run -0 "$HOLT" images --format '{{.Repository}}:{{.Tag}}' --sort repository
	[ "$output" = $'localhost/one:latest\nlocalhost/one:other\nlocalhost/two:latest' ]
	run -0 "$HOLT" images -q
	[ "${#lines[@]}" -eq 2 ]
	run -0 "$HOLT" images --format '{{.Tag}}' --filter reference='localhost/o*' --sort tag
	[ "$output" = $'latest\nother' ]
	run -0 "$HOLT" images -q --filter label=made=two
	[ "${#lines[@]}" -eq 1 ]
	run -0 "$HOLT" images -q --filter dangling=true
	[ -z "$output" ]
	run -0 "$HOLT" images --format json
	[ "$(jq -r 'map(.RepoTags[]) | sort | join(" ")' <<<"$output")" = \
		'localhost/one:latest localhost/one:other localhost/two:latest' ]
	run -125 "$HOLT" images --filter nothing=1
	[[ $output == *"there is no 'nothing'"* ]]
}

@test "an image is inspected as docker's users know it" {
	load_both
	run -0 "$HOLT" inspect one
	[ "$(jq -r '.[0].Config.Env[0]' <<<"$output")" = WHICH=one ]
	[ "$(jq -r '.[0].Config.Labels.made' <<<"$output")" = one ]
	[ "$(jq -r '.[0].RootFS.Layers | length' <<<"$output")" = 2 ]
	run -0 "$HOLT" inspect --format '{{.Os}} {{index .Config.Labels "made"}}' one
	[ "$output" = 'linux one' ]
	run -0 "$HOLT" history --format '{{.CreatedBy}}' one
	[ "${lines[0]}" = 'second step' ]
	run -0 "$HOLT" image tree one
	[[ $output == *'Top Layer of: [localhost/one:latest localhost/one:other]'* ]]
}

@test "an image runs as its config says, and nothing is left" {
	load_both
	run -0 "$HOLT" run --rm --network none one
	[ "$output" = 'one /work 33' ]
	run -0 "$HOLT" run --rm --network none -u 0 -w /etc --entrypoint '' one \
		sh -c 'echo $(id -u) $(pwd)'
	[ "$output" = '0 /etc' ]
	run -0 find "$STORE"/{containers,trash,staging} -mindepth 1
	expect_output ''
	run -127 "$HOLT" run --rm --network none --entrypoint /nothing one
	run -125 "$HOLT" run --rm --pull never three
	[[ $output == *'three: image not known, and --pull=never'* ]]
}

# An image called $1 with the volumes $2 and so on, over that of setup_file().
with_volumes()
{
	local name=$1 changes=() path

	for path in "${@:2}"; do
		changes+=(--change "VOLUME [\"$path\"]")
	done
	mkdir -p "$BATS_TEST_TMPDIR/root"
	tar -xf "$BASE/one" -C "$BATS_TEST_TMPDIR"
	tar -xf "$BATS_TEST_TMPDIR/$(tar -xOf "$BASE/one" manifest.json | jq -r '.[0].Layers[0]')" \
		-C "$BATS_TEST_TMPDIR/root"
	ln -sfn data "$BATS_TEST_TMPDIR/root/link"
	tar --owner=0 --group=0 -cC "$BATS_TEST_TMPDIR/root" . |
		"$HOLT" import -q --change 'ENV PATH=/bin' "${changes[@]}" - "$name"
}

# What a container of the image "one" shows of itself.
look_around()
{
	"$HOLT" run --rm --network none -u 0 --entrypoint '' one sh -c '
		echo x >/data/written && busybox rm /data/kept && busybox grep -o "^[a-z]* / [a-z]*" /proc/mounts
		cd / && busybox find bin data etc work ! -type l -exec busybox stat -c "%n %f %u:%g" {} + |
			busybox sort
		busybox readlink /bin/ls'
}

@test "a root that is a copy shows the same" {
	load_both
	run -0 look_around
	local wanted=$output
	[[ ${lines[0]} == 'overlay / overlay' ]]
	HOLT_STORAGE_DRIVER=vfs run -0 look_around
	[[ ${lines[0]} != 'overlay / overlay' ]]
	expect_output "${lines[0]}"$'\n'"${wanted#*$'\n'}"
	run -0 find "$STORE"/{containers,trash,staging} -mindepth 1
	expect_output ''
	mkdir "$BATS_TEST_TMPDIR/root"
	echo text >"$BATS_TEST_TMPDIR/root/a"
	ln "$BATS_TEST_TMPDIR/root/a" "$BATS_TEST_TMPDIR/root/b"
	with_volumes linked
	HOLT_STORAGE_DRIVER=vfs run -0 "$HOLT" run --rm --network none linked \
		sh -c 'echo more >>/a; busybox cat /b; busybox stat -c %h /a'
	expect_output $'text\nmore\n2'
	HOLT_STORAGE_DRIVER=zfs run -125 "$HOLT" run --rm --network none one
	[[ $output == *"HOLT_STORAGE_DRIVER is 'zfs'"* ]]
}

@test "where attributes can't be had the image is copied, and that is said" {
	load_both
	run -0 look_around
	run -0 --separate-stderr strace -qq -o /dev/null -e trace=fsetxattr \
		-e inject=fsetxattr:error=EOPNOTSUPP "$HOLT" run --rm --network none one
	expect_output 'one /work 33'
	[[ $stderr == *'the image is copied for each container'* ]]
	run -0 --separate-stderr strace -qq -o /dev/null -e trace=fsetxattr \
		-e inject=fsetxattr:error=EOPNOTSUPP:when=1 "$HOLT" run --rm --network none one
	expect_output 'one /work 33'
	[[ $stderr == *'held in memory'* ]]
}

@test "an image's volumes are mounts, with what the image has there" {
	with_volumes vol /data /new /link/below '/with space' /proc
	run -0 "$HOLT" run --rm --network none --read-only vol sh -c '
		busybox cat /data/kept && echo " $(busybox stat -c %a:%u /data /new | busybox tr "\n" " ")"
		for one in data new data/below; do
			busybox grep -q " /$one " /proc/mounts && echo x >"/$one/x" && echo ok
		done
		echo x >"/with space/x" && echo ok
		echo x >/x || busybox ls /data'
	expect_output $'kept 711:0 755:0 \nok\nok\nok\nok\nsh: can\'t create /x: Read-only file system\nbelow\ngone\nkept\nx'
	run -0 "$HOLT" run --rm --network none vol sh -c 'busybox grep -c " /data " /proc/mounts
		busybox grep -o " /data .*nosuid,nodev" /proc/mounts | busybox cut -d" " -f2
		echo y >/data/y; echo $(busybox ls /data)'
	expect_output $'1\n/data\nbelow gone kept y'
	run -0 "$HOLT" run --rm --network none --image-volume tmpfs --read-only vol sh -c 'busybox ls /data; echo >/data/x && echo ok'
	expect_output $'below\nok'
	run -1 "$HOLT" run --rm --network none --image-volume ignore vol sh -c 'busybox grep " /data " /proc/mounts || busybox ls -d /new'
	[[ $output == *'No such file or directory'* ]]
	mkdir "$BATS_TEST_TMPDIR/mine"
	run -0 "$HOLT" run --rm --network none -v "$BATS_TEST_TMPDIR/mine:/data" vol sh -c 'busybox ls /data'
	expect_output ''
	echo mine >"$BATS_TEST_TMPDIR/mine/file"
	run -0 "$HOLT" run --rm --network none -v "$BATS_TEST_TMPDIR/mine:/data/deep" vol \
		sh -c 'echo $(busybox ls /data) $(busybox cat /data/deep/file)'
	expect_output 'below deep gone kept mine'
}

@test "an image's volumes lead nowhere" {
	local path

	for path in /../../etc // / /a/../.. /proc/self /data/../../etc; do
		with_volumes bad "$path" || continue
		run -125 "$HOLT" run --rm --network none bad true
		[[ $output == *"mount on "* ]] || [[ $output == *olume* ]] || differs "$path"
	done
	ln -s /proc "$BATS_TEST_TMPDIR/root/toproc"
	with_volumes bad /toproc/sys
	run -125 "$HOLT" run --rm --network none bad true
	expect_output 'holt: mount on /toproc/sys: a symlink leads to /proc'
}

@test "the upper layer hides, keeps and adds" {
	load_both
	run -0 "$HOLT" run --rm --network none -u 0 --entrypoint ls one /data
	[ "$output" = $'kept\nnew' ]
}

@test "names are taken and given" {
	load_both
	"$HOLT" untag one one:other
	run -1 "$HOLT" image exists one:other
	run -0 "$HOLT" image exists one
	run -0 "$HOLT" rmi one
	[[ ${lines[0]} == 'Untagged: localhost/one:latest' && ${lines[1]} == Deleted:* ]]
	run -1 "$HOLT" rmi one
	[[ $output == *'one: image not known'* ]]
	run -0 "$HOLT" rmi -i one
	run -0 "$HOLT" run --rm --network none two
	run -0 "$HOLT" rmi --all
	run -0 find "$STORE"/{blobs/sha256,images,tags,layers} -mindepth 1
	expect_output ''
}

@test "an image with several names goes by its id with force alone" {
	load_both
	id=$("$HOLT" images -q one:latest)
	run -125 "$HOLT" rmi "$id"
	[[ $output == *'it has several names'* ]]
	run -0 "$HOLT" rmi -f "$id"
	run -1 "$HOLT" image exists "$id"
}

@test "an image in use is kept until its container has ended" {
	load_both
	"$HOLT" untag one one:other
	"$HOLT" run --rm --network none --entrypoint sleep one 30 &
	runs=$!
	await_container
	run -2 "$HOLT" rmi one
	[[ $output == *'uses it: stop that first'* ]]
	run -125 "$HOLT" system reset -f
	[[ $output == *'stop it first'* ]]
	kill "$runs"
	wait "$runs" || :
	run -0 "$HOLT" rmi one
}

@test "what killed ones have left is swept by the next container" {
	load_both
	"$HOLT" run --rm --network none --entrypoint sleep one 30 &
	runs=$!
	await_container
	kill -KILL "$runs"
	wait "$runs" || :
	[ -n "$(ls "$STORE/containers")" ]
	mkdir -p "$STORE"/trash/tmp.1/a/b "$STORE"/staging/half
	run -0 "$HOLT" run --rm --network none one
	run -0 find "$STORE"/{containers,staging,trash} -mindepth 1
	expect_output ''
}

@test "damage is found, and removed" {
	load_both
	blob=$(find "$STORE/blobs" -type f -size +2k | head -n 1)
	chmod u+w "$blob"
	printf x | dd of="$blob" bs=1 seek=100 conv=notrunc status=none
	run -125 "$HOLT" system check
	[[ $output == *"blob ${blob##*/} is damaged"* ]]
	run "$HOLT" system check --repair --force
	run -0 "$HOLT" system check
}

@test "df says what du says" {
	load_both
	run -0 "$HOLT" run --rm --network none -v kept:/data one
	whole=$("$HOLT" system df --format json | jq 'map(.RawSize) | add')
	du=$(unshare --map-root-user --map-auto du -s --block-size=1 \
		"$STORE"/{blobs,layers,images,tags,containers,volumes,ingest,staging,trash} |
		awk '{ sum += $1 } END { print sum }')
	[ "$whole" -eq "$du" ]
}

@test "what unpacks has given up other files before it reads" {
	mkdir "$BATS_TEST_TMPDIR"/{in,out}
	echo text >"$BATS_TEST_TMPDIR/in/file"
	tar --owner=0 --group=0 -cf "$BATS_TEST_TMPDIR/layer" -C "$BATS_TEST_TMPDIR/in" .
	digest=$(sha256sum <"$BATS_TEST_TMPDIR/layer")
	printf '{"diffId":"sha256:%s"}' "${digest%% *}" >"$BATS_TEST_TMPDIR/request"
	# shellcheck disable=SC2016 # for the shell in there
	run -0 unshare --map-root-user --map-auto strace -f -qq -o "$BATS_TEST_TMPDIR/trace" \
		-e trace=landlock_restrict_self,prctl,read bash -c \
		'exec "$1" unpack <"$2/request" 3<"$2/layer" 4<"$2/out"' \
		bash "${HOLT_IMAGE:-$(dirname "$HOLT")/holt-image}" "$BATS_TEST_TMPDIR"
	expect_text '"report":"done"'
	[ "$(<"$BATS_TEST_TMPDIR/out/file")" = text ]
	run -0 grep -oE 'PR_SET_NO_NEW_PRIVS, 1|landlock_restrict_self\(.*= 0|read\(3, "\./' \
		"$BATS_TEST_TMPDIR/trace"
	[[ ${lines[0]} == PR_SET_NO_NEW_PRIVS* && ${lines[1]} == landlock_restrict_self* ]]
	[[ ${lines[2]} == 'read(3'* ]]
}

@test "an image of more layers than one option of a mount can name runs" {
	python3 "$BATS_TEST_DIRNAME/../lib/make_image.py" "$BATS_TEST_TMPDIR/many" \
		--layers 90 --size 100 --busybox "$(command -v busybox)"
	id=$("$HOLT" load -q -i "$BATS_TEST_TMPDIR/many" | grep -oE '[0-9a-f]{64}|[^ ]+$' | tail -n 1)
	run -0 "$HOLT" run --rm --network none "$id" /bin/sh -c 'echo up'
	expect_output up
}

@test "on a terminal the first start shows what is unpacked" {
	load_both
	run -0 env TERM=xterm script -qec "$HOLT run --rm --network none one" /dev/null
	expect_text unpacked
	expect_text 'one /work 33'
	run -0 env TERM=xterm script -qec "$HOLT run --rm --network none one" /dev/null
	expect_no_text unpacked
	run -0 env TERM=xterm script -qec "$HOLT run -q --rm --network none two" /dev/null
	expect_no_text unpacked
}
