# SPDX-License-Identifier: Apache-2.0
# For bats files about podman and docker, whose words are the same, after helpers and
# engines: $CLIENT is the one.
# shellcheck shell=bash

# Run it. With -127 first that is the status it is to have.
client()
{
	local check=()

	[ "$1" != -127 ] || {
		check=("$1")
		shift
	}
	run "${check[@]}" "$CLIENT" "$@"
}

# Run a container without network, with the options and command given.
once()
{
	local check=()

	[ "$1" != -127 ] || {
		check=("$1")
		shift
	}
	client "${check[@]}" run --rm --network none "$@"
}

# A container "box" that stays, with further options.
start_box()
{
	"$CLIENT" run -d --name box --network none "$@" box sleep 1000
}

has_logged()
{
	"$CLIENT" logs "$1" 2>&1 | grep -q "$2"
}

wait_for_log()
{
	eventually has_logged "$@"
}

# The container "box" has said $1 lines.
logged_lines()
{
	[ "$("$CLIENT" logs box | wc -l)" -eq "$1" ]
}
