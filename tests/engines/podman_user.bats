#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime under podman: what is special for an ordinary user.

load ../lib/helpers
load ../lib/engines
load ../lib/client
load ../lib/podman

setup_file()
{
	setup_podman
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return # conmon may leave a file
}

teardown()
{
	remove_containers
}

teardown_file()
{
	remove_podman
}

@test "--userns keep-id: a user inside is who he is outside" {
	mkdir "$BATS_TEST_TMPDIR/data"
	once --userns keep-id -v "$BATS_TEST_TMPDIR/data:/data" box sh -c 'id -u; touch /data/mine'
	expect_status 0
	expect_output "$(id -u)"
	[ "$(stat -c %u "$BATS_TEST_TMPDIR/data/mine")" -eq "$(id -u)" ]
	start_box --userns keep-id
	pod exec --user root box id -u
	expect_output 0
}

@test "--group-add keep-groups leaves the caller's groups" {
	once --group-add keep-groups box sh -c 'grep ^Groups: /proc/self/status'
	expect_status 0
	before=$(grep ^Groups: /proc/self/status | wc -w)
	[ "$(wc -w <<<"$output")" -ge "$before" ] || differs 'groups are gone'
}

@test "the default network reaches no more than it should, and ports work" {
	podman run -d --name box --publish 127.0.0.1:18080:80 box \
		sh -c 'echo hello >/index.html; exec httpd -f -p 80 -h /'
	eventually curl -sS -o "$BATS_TEST_TMPDIR/page" http://127.0.0.1:18080/
	[ "$(<"$BATS_TEST_TMPDIR/page")" = hello ]
	pod exec box ip -o link
	expect_text tap0
}

# Both ways that podman has to publish ports: by its own program, and by the API.
@test "holt-net is podman's slirp4netns, if it has that name" {
	local handler helper="$BATS_TEST_TMPDIR/slirp4netns"

	ln -s "$HOLT_NET" "$helper"
	for handler in rootlesskit slirp4netns; do
		podman --network-cmd-path "$helper" run -d --name box --publish 127.0.0.1:18081:80 \
			--network "slirp4netns:port_handler=$handler,enable_ipv6=true" box \
			sh -c 'echo hello >/index.html; exec httpd -f -p 80 -h /'
		eventually curl -sS -o "$BATS_TEST_TMPDIR/page" http://127.0.0.1:18081/
		[ "$(<"$BATS_TEST_TMPDIR/page")" = hello ]
		rm "$BATS_TEST_TMPDIR/page"
		# One of a pair, where slirp4netns itself makes a tap device.
		pod exec box sh -c 'ip -o link show dev tap0; ip -o addr show dev tap0; cat /etc/resolv.conf'
		expect_text 'tap0@'
		expect_text 'inet 10.0.2.100/24'
		expect_text 'inet6 fd00:'
		expect_text 'nameserver 10.0.2.3'
		podman rm -ft 0 box
		eventually eval '! pgrep -x slirp4netns'
	done
}

@test "a limit that can't be had is podman's to drop: the container runs" {
	once --memory 100m box echo hi
	expect_status 0
	expect_line hi
}

@test "crun's name: holt-runtime may be called like another runtime" {
	mkdir "$BATS_TEST_TMPDIR/bin"
	ln -s "$HOLT_RUNTIME" "$BATS_TEST_TMPDIR/bin/crun"
	run podman --runtime "$BATS_TEST_TMPDIR/bin/crun" run --rm --network none \
		--cgroups disabled box echo hi
	expect_status 0
	expect_output hi
}
