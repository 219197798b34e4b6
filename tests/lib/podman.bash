# SPDX-License-Identifier: Apache-2.0
# For bats files about podman, after helpers, engines and client.
# shellcheck shell=bash

CLIENT=podman

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

# Run podman. With -127 first that is the status it is to have.
pod()
{
	client "$@"
}
