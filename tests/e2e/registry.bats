#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Images from Debian's docker-registry, put there by skopeo.

load ../lib/helpers
load ../lib/registry

setup_file()
{
	start_registry </dev/null
	publish some/image:one --layers 3 --size 300000
	echo "$LAYOUT" >"$BATS_FILE_TMPDIR/one"
	publish some/list:1.0 --list
}

teardown_file()
{
	stop_registries
}

setup()
{
	empty_store
}

@test "an image comes with all its blobs, and is described" {
	local layout

	layout=$(cat "$BATS_FILE_TMPDIR/one")
	job fetch "$REGISTRY/some/image:one"
	expect_done
	expect_sound_store
	diff <(ls "$STORE/blobs/sha256") <(ls "$layout/blobs/sha256")
	[ "$(report '.[] | select(.report == "image").layers | length')" = 3 ]
	[ "$(report '.[] | select(.report == "image").names[0]')" = "$REGISTRY/some/image:one" ]
	[ "$(report '.[] | select(.report == "image").created')" = 2026-01-02T03:04:05Z ]
	# ChainID of image-spec config.md, computed by other means.
	local config chain='' diff_id
	config=$(report '.[] | select(.report == "image").config')
	for diff_id in $(jq -r '.rootfs.diff_ids[]' "$STORE/blobs/sha256/${config#*:}"); do
		[ -z "$chain" ] && chain=$diff_id ||
			chain=sha256:$(printf '%s %s' "$chain" "$diff_id" | sha256sum | cut -d' ' -f1)
	done
	[ "$(report '.[] | select(.report == "image").layers[2].chainId')" = "$chain" ]
	[ -z "$(ls "$STORE/ingest")" ]
}

@test "what is there isn't fetched again" {
	job fetch "$REGISTRY/some/image:one"
	expect_done
	job fetch "$REGISTRY/some/image:one"
	expect_done
	[ "$(report '[.[] | select(.report == "blob" and .state != "have")] | length')" = 0 ]
}

@test "by digest" {
	local digest

	job fetch "$REGISTRY/some/image:one"
	digest=$(report '.[] | select(.report == "resolved").digest')
	empty_store
	job fetch "$REGISTRY/some/image@$digest"
	expect_done
	[ "$(report '.[] | select(.report == "image").manifest')" = "$digest" ]
	job fetch "$REGISTRY/some/image@$(sed 's/.\{4\}$/0000/' <<<"$digest")"
	expect_failed 'no such thing (404)'
}

@test "of a list the one for the platform" {
	local platform

	for platform in amd64 arm64 arm; do
		empty_store
		job fetch "$REGISTRY/some/list:1.0" \
			".platform = {os: \"linux\", architecture: \"$platform\"}"
		expect_done
		config=$(report '.[] | select(.report == "image").config')
		[ "$(jq -r .architecture "$STORE/blobs/sha256/${config#*:}")" = $platform ]
	done
	job fetch "$REGISTRY/some/list:1.0" '.platform = {os: "linux", architecture: "s390x"}'
	expect_failed "isn't there for linux/s390x, but for: linux/amd64, linux/arm64, linux/arm/v7"
}

@test "an image of another platform is told" {
	job fetch "$REGISTRY/some/image:one" '.platform = {os: "linux", architecture: "arm64"}'
	expect_done
	[ "$(report '.[] | select(.report == "warning").text')" = \
		'the image is for linux/amd64, and not for linux/arm64' ]
}

@test "nothing newer, nothing done" {
	local digest

	job fetch "$REGISTRY/some/image:one"
	digest=$(report '.[] | select(.report == "resolved").digest')
	empty_store
	job fetch "$REGISTRY/some/image:one" ".ifNewerThan = \"$digest\""
	expect_done
	[ ! -e "$STORE/blobs" ]
}

@test "no such image, no such registry" {
	job fetch "$REGISTRY/some/image:two"
	expect_failed '127.0.0.1:'
	expect_failed 'no such thing (404): manifest unknown'
	job fetch "127.0.0.1:1/some/image:one" '.retries = 1'
	expect_failed '127.0.0.1:1:'
	job fetch "no-such-host.invalid/some/image:one" '.retries = 0'
	expect_failed "its name can't be resolved"
}

@test "a mirror that has it is enough, and one that hasn't no harm" {
	local other

	other=127.0.0.1:1
	job fetch "$REGISTRY/some/image:one" ".endpoints = [{host: \"$other\", path: \"some/image\"}] + .endpoints"
	expect_done
	[[ $(report '.[] | select(.report == "warning").text') == *"asking $REGISTRY" ]]
}
