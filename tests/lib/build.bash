# SPDX-License-Identifier: Apache-2.0
# Building, and who is to run what was built. Sourced by tests/check and
# tests/demo, after packages.bash.

# Configure the directory $1 with the further options, and build.
build()
{
	local log=$1.log

	if ! { meson setup "$@" --reconfigure || meson setup "$@"; } >"$log" 2>&1 ||
		! ninja -C "$1" >"$log" 2>&1; then
		cat "$log"
		echo "building $1 failed" >&2
		exit 1
	fi
	rm -f "$log"
}

# Who are the tests, or the demo, to be? Without subordinate ids they would show
# little.
choose_user()
{
	[ "$(id -u)" -ne 0 ] || return 0
	if ! grep -q "^$(id -un):" /etc/subuid || ! grep -q "^$(id -un):" /etc/subgid; then
		echo "$(id -un) has no subordinate ids: testing as holt-test"
		export HOLT_TEST_USER=holt-test
	fi
	[ -w /dev/net/tun ] || as_root chmod 0666 /dev/net/tun
}
