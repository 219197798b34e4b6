#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Images between podman and holt: by archives, directories and a registry.

load ../lib/helpers
load ../lib/engines
load ../lib/client
load ../lib/podman
load ../lib/registry

setup_file()
{
	setup_podman
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
}

teardown_file()
{
	stop_registries
	remove_podman
}

# With a store of the test's own; podman keeps its.
holt()
{
	XDG_DATA_HOME=$BATS_TEST_TMPDIR/data "$HOLT" "$@"
}

# What containers of the image $1 get, as podman has it.
config()
{
	podman image inspect "$1" | jq -cS '.[0] | [.Id, .Config, .RootFS, .Architecture]'
}

@test "what podman saves holt loads, and saves for podman" {
	local before

	before=$(config box)
	for format in docker-archive oci-archive; do
		podman save --format "$format" --output "theirs.$format" box
		run holt load --input "theirs.$format"
		expect_output 'Loaded image: localhost/box:latest'
		holt save --format "$format" --output "ours.$format" localhost/box
		podman tag box other
		podman untag box
		run podman load --quiet --input "ours.$format"
		expect_status 0
		expect_output 'Loaded image: localhost/box:latest'
		[ "$(config box)" = "$before" ] || differs "$(config box)"
	done
}

@test "what podman makes a directory of holt loads" {
	for format in oci-dir docker-dir; do
		podman save --format "$format" --output "$format" box
		run holt load --input "$format"
		expect_status 0
		[[ $output = 'Loaded image: '* ]] || differs "$output"
	done
}

@test "several images of podman's in one archive" {
	podman tag box one
	podman save --multi-image-archive --output many localhost/one localhost/box
	run holt load --input many
	expect_status 0
	for name in one box; do
		[[ $output == *"Loaded image: localhost/$name:latest"* ]] || differs "$output"
	done
}

@test "import makes of a root what podman does" {
	local theirs ours

	tar -C "$BUSYBOX_ROOT" -cf root.tar .
	podman import --quiet --change ENV=A=b --change 'CMD ["/bin/sh"]' --change 'EXPOSE 80' root.tar theirs
	holt import --change ENV=A=b --change 'CMD ["/bin/sh"]' --change 'EXPOSE 80' root.tar ours
	holt save localhost/ours | podman load
	theirs=$(podman image inspect theirs | jq -cS '.[0] | [.Config, .RootFS.Layers, .Architecture, .Os]')
	ours=$(podman image inspect ours | jq -cS '.[0] | [.Config, .RootFS.Layers, .Architecture, .Os]')
	[ "$theirs" = "$ours" ] || differs "$theirs $ours"
}

@test "what podman pushes holt pulls and runs, and pushes for podman" {
	local before digest

	before=$(config box)
	start_registry </dev/null
	podman push --quiet --tls-verify=false --digestfile theirs box "$REGISTRY/box:theirs"
	run -0 holt pull --quiet "$REGISTRY/box:theirs"
	run -0 holt run --rm --network none "$REGISTRY/box:theirs" echo "it runs"
	expect_output 'it runs'
	run -0 holt tag "$REGISTRY/box:theirs" "$REGISTRY/box:ours"
	run -0 holt push --quiet --digestfile ours "$REGISTRY/box:ours"
	# The same image, byte by byte.
	cmp theirs ours
	digest=$(<ours)
	podman untag box
	podman pull --quiet --tls-verify=false "$REGISTRY/box@$digest"
	podman tag "$REGISTRY/box@$digest" box
	[ "$(config box)" = "$before" ] || differs "$(config box)"
	run -0 holt system reset --force
	run -0 holt pull --quiet "$REGISTRY/box@$digest"
	run -0 holt image inspect --format '{{.Id}}' "$REGISTRY/box@$digest"
	[ "${output#sha256:}" = "$(jq -r '.[0]' <<<"$before" | sed 's/^sha256://')" ] || differs "$before"
}
