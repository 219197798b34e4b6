# SPDX-License-Identifier: Apache-2.0
# For bats files about engines, after helpers: podman and buildah with settings,
# images and a state of their own, and holt-runtime as their runtime. An ordinary
# user has them in a home of the file's; root, who has a mount namespace of his own
# (as-user), below /run and /var/lib, and in a network namespace of the file's.
# shellcheck shell=bash

ENGINE=$BATS_FILE_TMPDIR/engine

is_root()
{
	[ "$(id -u)" -eq 0 ]
}

# In the tests, programs of $ENGINE/bin come first.
PATH=$ENGINE/bin:$PATH
export CONTAINERS_STORAGE_CONF=$ENGINE/storage.conf TMPDIR=$ENGINE/tmp
if ! is_root; then
	export HOME=$ENGINE/home
	unset "${!XDG_CONFIG@}" "${!XDG_DATA@}"
fi

# For setup_file, after setup_busybox_root.
setup_engine()
{
	mkdir -p "$ENGINE"/{bin,home,tmp,graph}
	cat >"$ENGINE/storage.conf" <<-END
	[storage]
	driver = "overlay"
	graphroot = "$ENGINE/graph"
	runroot = "${XDG_RUNTIME_DIR:-/run}/storage"
	END
	cp "$INSIDE" "$BUSYBOX_ROOT/inside"
	if is_root; then
		hide_state
		make_netns
		configure /etc/containers/containers.conf.d
	else
		configure "$HOME/.config/containers/containers.conf.d"
	fi
}

# The directories in which engines of root keep state, to ourselves.
hide_state()
{
	mkdir -p "$ENGINE"/{etc,lib,lib.work}
	cp -a /etc/containers/. "$ENGINE/etc"
	mount --bind "$ENGINE/etc" /etc/containers
	mount -t overlay -o \
		"lowerdir=/var/lib,upperdir=$ENGINE/lib,workdir=$ENGINE/lib.work" \
		overlay /var/lib
	mount -t tmpfs tmpfs /run
	mkdir -p "$XDG_RUNTIME_DIR" /run/lock
}

make_netns()
{
	ip netns add engine
	ip -n engine link set lo up
}

# What is shipped, at $1, with our program in place of an installed one; and, for
# machines that don't let us have more of everything, the limits there are.
configure()
{
	mkdir -p "$1"
	sed "s|$HOLT_BINDIR/|$(dirname "$HOLT_RUNTIME")/|" "$HOLT_CONTAINERS_CONF" \
		>"$1/holt.conf"
	cat >"$1/tests.conf" <<-END
	[containers]
	default_ulimits = [ "nofile=$(ulimit -Hn):$(ulimit -Hn)", "nproc=$(ulimit -Hu):$(ulimit -Hu)" ]
	END
}

# Make the command $1, which is the program $1 with the further words first. What
# it leaves in the background is not to keep bats' own descriptors, unless the test
# gives away some itself.
engine_command()
{
	local into=''

	! is_root || into='nsenter --net=/run/netns/engine'
	cat >"$ENGINE/bin/$1" <<-END
	#!/bin/sh
	[ -n "\$KEEP_FDS" ] || exec 3>&- 4>&-
	exec $into /usr/bin/$* "\$@"
	END
	chmod +x "$ENGINE/bin/$1"
}

# Make an archive at $1, as docker saves it, of the image "box:latest", which has
# BUSYBOX_ROOT and the settings of the JSON object $2.
make_archive()
{
	local image=$ENGINE/image layer

	mkdir "$image"
	tar -C "$BUSYBOX_ROOT" -cf "$image/layer.tar" .
	layer=sha256:$(sha256sum <"$image/layer.tar" | cut -d ' ' -f 1)
	jq -n --arg layer "$layer" --argjson settings "$2" \
		'{ architecture: "amd64", os: "linux", config: $settings,
		rootfs: { type: "layers", diff_ids: [ $layer ] } }' >"$image/config.json"
	echo '[ { "Config": "config.json", "RepoTags": [ "box:latest" ],
		"Layers": [ "layer.tar" ] } ]' >"$image/manifest.json"
	tar -C "$image" -cf "$1" .
	rm -r "$image"
}

# For teardown_file: files that aren't ours to remove, and the process that keeps
# an ordinary user's namespace.
remove_engine()
{
	local program=$1 pause=$XDG_RUNTIME_DIR/libpod/tmp/pause.pid

	is_root || {
		"$program" unshare rm -rf "$HOME/.local"
		[ ! -e "$pause" ] || kill "$(<"$pause")" || :
	}
}

# What engines of root leave in the hierarchies of cgroups.
remove_cgroups()
{
	! is_root ||
		find /sys/fs/cgroup -depth -type d -path "*/$1*" -exec rmdir {} + || :
}

# Is there no process $1?
is_gone()
{
	[ ! -d "/proc/$1" ]
}

# A command that counts in the file /count, which can be seen to stand still or not,
# and what is seen: that the file $1 doesn't say $2.
# shellcheck disable=SC2016 # for the container's shell
COUNTING='i=0; while :; do echo $((i += 1)) >/count; sleep 0.01; done'
goes_on()
{
	[ "$(<"$1")" != "$2" ]
}
