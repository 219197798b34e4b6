# SPDX-License-Identifier: Apache-2.0
# For bats files about containerd, after helpers and engines: a daemon of the
# file's, below the private /run, and a namespace of containerd's that no one else
# has, for it names the cgroups. Only root can have all that.
# shellcheck shell=bash

export CONTAINERD_ADDRESS=/run/containerd/containerd.sock
CONTAINERD_NAMESPACE=holt-$(stat -Lc %i /proc/self/ns/pid)
export CONTAINERD_NAMESPACE

# For setup_file: the daemon, and the image "box".
setup_containerd()
{
	setup_busybox_root
	setup_engine
	cat >"$ENGINE/containerd.toml" <<-END
	version = 2
	root = "$ENGINE/containerd"
	disabled_plugins = [ "io.containerd.grpc.v1.cri" ]
	END
	start_containerd
	make_archive "$ENGINE/box.tar" '{ "Env": [ "PATH=/bin" ], "Cmd": [ "/bin/sh" ] }'
	ctr image import "$ENGINE/box.tar"
}

start_containerd()
{
	containerd --config "$ENGINE/containerd.toml" \
		>>"$ENGINE/containerd.log" 2>&1 3>&- 4>&- &
	echo "$!" >"$ENGINE/containerd.pid"
	eventually ctr version >"$ENGINE/version" 2>&1 || {
		tail "$ENGINE/containerd.log" >&2
		return 1
	}
}

stop_containerd()
{
	local pid

	pid=$(<"$ENGINE/containerd.pid")
	kill "$pid"
	eventually is_gone "$pid"
}

# For teardown_file.
remove_containerd()
{
	stop_containerd
	remove_cgroups "$CONTAINERD_NAMESPACE"
}
