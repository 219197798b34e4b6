# SPDX-License-Identifier: Apache-2.0
# For bats files that test holt-net by itself. HOLT_NET is the program; NET_DRIVER
# plays the launcher.
# shellcheck shell=bash

lib="$BATS_TEST_DIRNAME/../lib"
export HOLT_NET
export NET_DRIVER="${NET_DRIVER:-${HOLT_NET%/*}/net_driver}"

require_tun()
{
	if [ ! -w /dev/net/tun ]; then
		[ -z "${HOLT_TEST_STRICT:-}" ] || return 1
		skip "/dev/net/tun can't be written"
	fi
}

# Run a script on a "host" of its own, see net_host.sh.
host()
{
	run "$lib/net_host.sh" "$@"
	echo "$output"
}
