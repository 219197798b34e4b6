# SPDX-License-Identifier: Apache-2.0
# For bats files about docker, after helpers, engines and client: a daemon of the file's, all
# in the private /run, with cgroups of a name that no one else has. It does without a
# bridge and rules of a firewall, which few machines for tests allow. Only root can
# have all that.
# shellcheck shell=bash

CLIENT=docker
export DOCKER_HOST=unix:///run/docker.sock DOCKER_CONFIG=$ENGINE/home
DOCKER_PARENT=holt-docker-$(stat -Lc %i /proc/self/ns/pid)

# For setup_file: the daemon, with our runtime as its default, and the image "box".
setup_docker()
{
	setup_busybox_root
	setup_engine
	engine_command docker
	jq -n --arg runtime "$HOLT_RUNTIME" --arg parent "/$DOCKER_PARENT" '{
		runtimes: { holt: { path: $runtime } }, "default-runtime": "holt",
		"data-root": "/run/docker-data", "storage-driver": "overlay2",
		"cgroup-parent": $parent, bridge: "none", iptables: false,
		ip6tables: false, experimental: true, "live-restore": true,
		"shutdown-timeout": 1 }' >"$ENGINE/docker.json"
	start_docker
	make_archive "$ENGINE/box.tar" '{ "Env": [ "PATH=/bin" ], "Cmd": [ "/bin/sh" ] }'
	docker load --input "$ENGINE/box.tar"
}

# Further words are options of dockerd's.
start_docker()
{
	dockerd --config-file "$ENGINE/docker.json" "$@" >>"$ENGINE/docker.log" 2>&1 3>&- 4>&- &
	echo "$!" >"$ENGINE/docker.pid"
	eventually docker version >"$ENGINE/version" 2>&1 || {
		tail "$ENGINE/docker.log" >&2
		return 1
	}
}

stop_docker()
{
	local pid

	pid=$(<"$ENGINE/docker.pid")
	kill "$pid"
	eventually is_gone "$pid"
}

# For teardown_file.
remove_docker()
{
	stop_docker
	remove_cgroups "$DOCKER_PARENT"
}

# Run docker. With -127 first that is the status it is to have.
d()
{
	client "$@"
}
