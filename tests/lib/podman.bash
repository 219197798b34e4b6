# SPDX-License-Identifier: Apache-2.0
# For bats files about podman, after helpers and engines.
# shellcheck shell=bash

# For setup_file: podman, and the image "box".
setup_podman()
{
	setup_busybox_root
	setup_engine
	engine_command podman --runtime holt-runtime
	tar -C "$BUSYBOX_ROOT" -c . |
		podman import --change ENV=PATH=/bin --change CMD=/bin/sh - box
}

# For teardown.
remove_containers()
{
	podman rm --all --force --time 0
	podman pod rm --all --force
	[ -z "$("$HOLT_RUNTIME" list --quiet)" ] ||
		differs "left: $("$HOLT_RUNTIME" list)"
}

# For teardown_file. What follows a container's end in the background has root's
# storage mounted, and bats could not remove its directories.
remove_podman()
{
	! is_root || {
		eventually no_podman
		! mountpoint --quiet "$ENGINE/graph/overlay" || umount "$ENGINE/graph/overlay"
	}
	remove_engine podman
	remove_cgroups libpod_parent
}

no_podman()
{
	! pgrep -x 'podman|conmon'
}

# A container "box" that stays, with further options.
start_box()
{
	podman run -d --name box --network none "$@" box sleep 1000
}

# Run podman. With -127 first that is the status it is to have.
pod()
{
	local check=()

	[ "$1" != -127 ] || {
		check=("$1")
		shift
	}
	run "${check[@]}" podman "$@"
}

# Run a container without network, with the options and command given.
once()
{
	local check=()

	[ "$1" != -127 ] || {
		check=("$1")
		shift
	}
	pod "${check[@]}" run --rm --network none "$@"
}

has_logged()
{
	podman logs "$1" | grep -q "$2"
}

wait_for_log()
{
	eventually has_logged "$@"
}
