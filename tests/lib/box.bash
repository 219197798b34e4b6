# SPDX-License-Identifier: Apache-2.0
# For bats files about holt-runtime exec: load ../lib/box, after helpers. One
# container, "box", of the bundle $bundle, which sleeps until it is killed.
# shellcheck shell=bash

RUNTIME=$BATS_FILE_TMPDIR/runtime # with a state directory of its own

# For setup_file.
setup_runtime()
{
	local program=${HOLT_RUNTIME:-$BATS_TEST_DIRNAME/../../build/holt-runtime}

	printf '#!/bin/sh\nexec "%s" --root "%s" "$@"\n' "$program" \
		"$BATS_FILE_TMPDIR/state" >"$RUNTIME"
	chmod +x "$RUNTIME"
}

# For setup.
make_bundle()
{
	bundle=$BATS_TEST_TMPDIR/bundle
	mkdir "$bundle"
	cp -a "$BUSYBOX_ROOT" "$bundle/rootfs"
	cp "$INSIDE" "$bundle/rootfs/inside"
	spec >"$bundle/config.json"
	cd "$BATS_TEST_TMPDIR" || return
}

# For teardown.
remove_box()
{
	"$RUNTIME" delete --force box
	[ -z "$("$RUNTIME" list --quiet)" ]
	expect_nothing_left
}

# A container that does nothing, with one id, and with time to be joined in.
spec()
{
	cat <<-EOF
	{
		"ociVersion": "1.3.0",
		"process": {
			"user": { "uid": 0, "gid": 0 },
			"args": [ "sleep", "1000" ],
			"env": [ "PATH=/bin", "COLOUR=red" ],
			"cwd": "/",
			"capabilities": {
				"bounding": [ "CAP_KILL" ],
				"effective": [ "CAP_KILL" ],
				"permitted": [ "CAP_KILL" ]
			},
			"rlimits": [ { "type": "RLIMIT_NOFILE", "hard": 100, "soft": 90 } ],
			"oomScoreAdj": 500
		},
		"root": { "path": "rootfs" },
		"hostname": "box",
		"mounts": [
			{ "destination": "/proc", "type": "proc", "source": "proc" },
			{ "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
			  "options": [ "nosuid", "mode=755", "size=64k" ] },
			{ "destination": "/dev/pts", "type": "devpts", "source": "devpts",
			  "options": [ "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620" ] }
		],
		"linux": {
			"uidMappings": [ { "containerID": 0, "hostID": $(id -u), "size": 1 } ],
			"gidMappings": [ { "containerID": 0, "hostID": $(id -g), "size": 1 } ],
			"namespaces": [ { "type": "pid" }, { "type": "network" },
				{ "type": "ipc" }, { "type": "uts" }, { "type": "mount" },
				{ "type": "user" }, { "type": "cgroup" } ]
		}
	}
	EOF
}

# Change config.json by a jq program.
change()
{
	jq "$@" "$bundle/config.json" >"$bundle/new"
	mv "$bundle/new" "$bundle/config.json"
}

# Map what the user has been given, so that there are several ids.
map_ranges()
{
	change 'del(.linux.uidMappings, .linux.gidMappings)'
}

# No user namespace: the container's root is the machine's.
drop_user_namespace()
{
	change 'del(.linux.uidMappings, .linux.gidMappings) |
		.linux.namespaces |= map(select(.type != "user"))'
}

# As the machine's root: the container's root is uid 100000, who has to get there.
map_others()
{
	change '.linux.namespaces += [{ type: "user" }] |
		.linux.uidMappings = [{ containerID: 0, hostID: 100000, size: 1000 }] |
		.linux.gidMappings = .linux.uidMappings'
	chmod go+rx "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR" "$BATS_SUITE_TMPDIR"
}

start_box()
{
	"$RUNTIME" run --detach --bundle "$bundle" box 3>&- </dev/null \
		>"$BATS_TEST_TMPDIR/box.out" 2>&1 || differs "$(<box.out)"
}

rt()
{
	run "$RUNTIME" "$@"
}

# As "run" does, but with output in a file, which containers that stay may hold
# open.
run_apart()
{
	status=0
	"$@" 3>&- </dev/null >"$BATS_TEST_TMPDIR/apart" 2>&1 || status=$?
	output=$(<"$BATS_TEST_TMPDIR/apart")
}

# The runtime refused: status 255 and a line that has $1 in it.
expect_failure()
{
	expect_status 255
	[ "$(wc -l <<<"$output")" -eq 1 ] || differs "wanted one line"
	[[ $output == "holt-runtime: "* ]] || differs "wanted a line of the runtime's"
	expect_text "$1"
}
