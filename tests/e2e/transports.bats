#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt pull, push and run of images in files and directories, to and from skopeo.

load ../lib/helpers

setup_file()
{
	cd "$BATS_FILE_TMPDIR" || return
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../lib/make_image.py" layout --layers 2 --size 3000 \
		--busybox "$(command -v busybox)"
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../lib/make_image.py" other --size 2000 --seed other
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../lib/make_image.py" list --size 1000 --list
	copy oci:layout docker-archive:docker.tar:me/app:1
	copy oci:layout oci-archive:oci.tar:me/app:1
	copy oci:layout dir:dir
}

setup()
{
	export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data
	cp -r "$BATS_FILE_TMPDIR"/{layout,other,list,dir,*.tar} "$BATS_TEST_TMPDIR"
	cd "$BATS_TEST_TMPDIR" || return
}

copy()
{
	skopeo --insecure-policy copy --quiet "$@"
}

pull()
{
	run --separate-stderr "$HOLT" pull "$@"
}

push()
{
	run --separate-stderr "$HOLT" push "$@"
}

# The names that images have here.
names()
{
	"$HOLT" images --format '{{.Repository}}:{{.Tag}}' | sort
}

id_of()
{
	skopeo --insecure-policy inspect --raw --config "$1" | sha256sum | cut -d' ' -f1
}

# skopeo reads the image $1, all of it, and it is that of $2.
same_image()
{
	[ "$(id_of "$1")" = "$(id_of "$2")" ] || differs "$1 is not $2"
	rm -rf copied
	copy "$1" dir:copied
}

@test "pull: what skopeo wrote, by the names it has" {
	local id

	id=$(id_of oci:layout)
	for from in docker-archive:docker.tar docker-archive:docker.tar:me/app:1 oci-archive:oci.tar \
		oci-archive:oci.tar:me/app:1 oci:layout oci:layout:latest "oci:$PWD/layout" dir:dir; do
		rm -rf "$XDG_DATA_HOME"
		pull "$from"
		expect_status 0
		expect_output "$id"
		grep -q '^Reading ' <<<"$stderr" || differs
		case $from in
		docker-archive:*) name=docker.io/me/app:1 ;;
		oci-archive:*) name=localhost/me/app:1 ;;
		oci:/*) name=localhost$PWD/layout:latest ;;
		oci:*) name=localhost/layout:latest ;;
		dir:*) name='<none>:<none>' ;;
		esac
		# A directory with capitals makes no name.
		[ "$(names)" = "$name" ] || [[ $name == *[A-Z]*layout* && $(names) = '<none>:<none>' ]] ||
			differs "$from: $(names)"
	done
	pull --quiet oci:layout dir:dir
	expect_output "$id
$id"
	[ -z "$stderr" ] || differs
}

@test "pull: of several the one that is named, of a list the one for the platform" {
	copy oci:other oci:layout:two
	pull oci:layout
	expect_status 125
	[[ $stderr == *'there are 2 images in it: say which by :NAME'* ]] || differs
	[ -z "$(names)" ]
	pull oci:layout:two
	expect_output "$(id_of oci:other)"
	for architecture in arm64 amd64; do
		pull --quiet --arch "$architecture" oci:list
		expect_status 0
		[ "$("$HOLT" inspect --format '{{.Architecture}}' "$output")" = "$architecture" ] || differs
	done
}

@test "pull: a name that was another image's is the new one's, as with registries" {
	pull -q oci:layout
	rm -r layout
	mv other layout
	pull oci:layout
	expect_status 0
	[[ $stderr != *warning* ]] || differs
	[ "$("$HOLT" inspect --format '{{.Id}}' layout)" = "$(id_of oci:layout)" ]
}

@test "run: an image in a file or directory, and what it has now" {
	for from in docker-archive:docker.tar oci-archive:oci.tar:me/app:1 oci:layout dir:dir; do
		run --separate-stderr "$HOLT" run -q --rm --pull=never "$from" sh -c 'echo /file*'
		expect_status 0
		expect_output '/file0 /file1'
	done
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../lib/make_image.py" new --layers 3 --size 10 --busybox "$(command -v busybox)"
	rm -r layout
	mv new layout
	run --separate-stderr "$HOLT" run -q --rm oci:layout sh -c 'echo /file*'
	expect_output '/file0 /file1 /file2'
	run "$HOLT" run -q --rm oci:none sh
	expect_refusal 'open none: No such file or directory'
}

@test "push: skopeo reads every form of it" {
	local digest

	pull -q docker-archive:docker.tar
	for to in docker-archive:new/no docker-archive:d.tar docker-archive:named.tar:h.test/x/y:2 \
		oci-archive:o.tar oci-archive:on.tar:some/tag:3 oci:made/for/us oci:tagged:v1 dir:directory/here; do
		mkdir -p new
		push --digestfile digest me/app:1 "$to"
		expect_status 0
		expect_output ''
		grep -q '^Writing ' <<<"$stderr" || differs
		same_image "$to" oci:layout
		digest=$(cat digest)
		[[ $digest =~ ^sha256:[0-9a-f]{64}$ ]]
		[[ $to = docker-archive:* ]] || [ "$(skopeo inspect --format '{{.Digest}}' "$to")" = "$digest" ]
	done
	[ "$(tar -xOf d.tar manifest.json | jq -c '.[].RepoTags')" = '["docker.io/me/app:1"]' ]
	[ "$(tar -xOf named.tar manifest.json | jq -c '.[].RepoTags')" = '["h.test/x/y:2"]' ]
	push -q me/app:1 dir:quiet
	expect_status 0
	[ -z "$stderr" ] || differs
	# Nothing but what was asked for.
	[ -z "$(find . -name '*part*' -o -name '*.tar.*')" ]
}

# The names in the layout $1, and how many images it lists.
listed()
{
	jq -c '[(.manifests | length), (.manifests | map(.annotations["org.opencontainers.image.ref.name"] // "-"))]' \
		"$1/index.json"
}

@test "push: one more image into a layout" {
	pull -q oci:layout
	pull -q oci:other
	push -q layout oci:both:one
	push -q other oci:both:two
	expect_status 0
	[ "$(listed both)" = '[2,["one","two"]]' ] || differs "$(listed both)"
	same_image oci:both:one oci:layout
	same_image oci:both:two oci:other
	# Another name of it; the same again; and a name that moves.
	push -q layout oci:both:more
	push -q layout oci:both:more
	push -q layout oci:both
	[ "$(listed both)" = '[3,["one","two","more"]]' ] || differs "$(listed both)"
	push -q other oci:both:more
	[ "$(listed both)" = '[4,["one","two","-","more"]]' ] || differs "$(listed both)"
	same_image oci:both:more oci:other
	# What skopeo began we go on with, and it with ours.
	push -q other oci:layout:two
	same_image oci:layout:latest oci:"$BATS_FILE_TMPDIR"/layout
	same_image oci:layout:two oci:other
	copy oci:list oci:both:three
	same_image oci:both:one oci:"$BATS_FILE_TMPDIR"/layout
	# A blob that was cut short is written anew.
	blob=both/blobs/sha256/$(jq -r '.layers[0].digest[7:]' dir/manifest.json)
	truncate -s 100 "$blob"
	push -q layout oci:both:one
	[ "$(sha256sum <"$blob")" = "${blob##*/}  -" ]
}

@test "push: a directory and an OCI archive are replaced, others left alone" {
	local before

	pull -q oci:layout
	pull -q oci:other
	/usr/bin/python3 "$BATS_TEST_DIRNAME/../lib/make_image.py" large --layers 4 --size 10
	pull -q oci:large
	push -q large dir:out
	push -q other dir:out
	expect_status 0
	same_image dir:out oci:other
	[ "$(find out -type f | wc -l)" -eq 5 ] || differs "$(ls out)"
	push -q layout oci-archive:o.tar
	push -q other oci-archive:o.tar
	expect_status 0
	same_image oci-archive:o.tar oci:other
	before=$(sha256sum docker.tar)
	push layout docker-archive:docker.tar
	expect_status 125
	[[ $stderr == *"is there already, and docker's archives can't be added to"* ]] || differs
	[ "$(sha256sum docker.tar)" = "$before" ]
	mkdir mine
	echo precious >mine/file
	for to in oci:mine dir:mine; do
		push layout "$to"
		expect_status 125
		[[ $stderr == *'the directory has other things than images'* ]] || differs
	done
	[ "$(ls mine)" = file ]
	push layout oci:docker.tar
	expect_status 125
	# What fails leaves the archive that was there.
	echo old >old
	rm "$XDG_DATA_HOME"/holt/blobs/sha256/"$(jq -r '.layers[0].digest[7:]' dir/manifest.json)"
	push layout oci-archive:old
	expect_status 125
	[ "$(cat old)" = old ]
	[ -z "$(find . -name 'old.*')" ]
}

@test "push: two at a time into one layout lose nothing" {
	local pids=() lock

	pull -q oci:layout
	push -q layout oci:shared:first
	exec {lock}<shared
	flock "$lock"
	for tag in a b c; do
		"$HOLT" push -q layout oci:shared:"$tag" {lock}<&- 3>&- &
		pids+=($!)
	done
	sleep 0.5
	[ "$(listed shared)" = '[1,["first"]]' ] || differs "$(listed shared)"
	exec {lock}<&-
	wait "${pids[@]}"
	[ "$(jq -c '.manifests | map(.annotations["org.opencontainers.image.ref.name"]) | sort' shared/index.json)" = \
		'["a","b","c","first"]' ] || differs "$(listed shared)"
}

@test "what is no way of ours is refused by name" {
	pull -q oci:layout
	for word in containers-storage:layout docker-daemon:layout:1 ostree:x sif:x tarball:x; do
		run "$HOLT" pull "$word"
		expect_refusal "the transport ${word%%:*}: is not supported"
		run "$HOLT" push layout "$word"
		expect_refusal "the transport ${word%%:*}: is not supported"
		run "$HOLT" run "$word" sh
		expect_refusal "the transport ${word%%:*}: is not supported"
	done
	run "$HOLT" pull oci:
	expect_refusal 'oci: needs a path behind it'
	run "$HOLT" pull --all-tags oci:layout
	expect_refusal '--all-tags is for registries'
	for word in oci:nowhere oci-archive:nowhere docker-archive:nowhere dir:nowhere; do
		run "$HOLT" pull -q "$word"
		expect_refusal 'open nowhere: No such file or directory'
	done
	run "$HOLT" pull -q oci-archive:oci.tar:nope
	expect_refusal 'there is no image called nope in it'
	run "$HOLT" pull -q docker-archive:docker.tar:nope
	expect_refusal 'there is no image called'
	run "$HOLT" pull -q oci-archive:docker.tar
	expect_refusal ''
	run "$HOLT" pull -q docker-archive:oci.tar
	expect_refusal ''
}
