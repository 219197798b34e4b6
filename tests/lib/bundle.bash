# SPDX-License-Identifier: Apache-2.0
# For bats files about bundles, after helpers: a bundle in $bundle with the
# root BUSYBOX_ROOT, and words to change its config.json.

# Make $bundle, or one at $1.
make_bundle()
{
	bundle=${1:-$BATS_TEST_TMPDIR/bundle}
	mkdir -p "$bundle"
	cp -al "$BUSYBOX_ROOT" "$bundle/rootfs"
	small_config >"$bundle/config.json"
}

# What most containers have, and nothing that a test would have to know.
small_config()
{
	cat <<-EOF
	{
		"ociVersion": "1.3.0",
		"process": {
			"user": { "uid": 0, "gid": 0 },
			"args": [ "sh" ],
			"env": [ "PATH=/bin" ],
			"cwd": "/"
		},
		"root": { "path": "rootfs" },
		"mounts": [
			{ "destination": "/proc", "type": "proc", "source": "proc" },
			{ "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
			  "options": [ "nosuid", "mode=755" ] }
		],
		"linux": {
			"namespaces": [ { "type": "pid" }, { "type": "mount" }$(
				[ "$(id -u)" -eq 0 ] || echo ', { "type": "user" }') ]
		}
	}
	EOF
}

# Change config.json by the words of a jq command.
change()
{
	jq "$@" <"$bundle/config.json" >"$bundle/new.json"
	mv "$bundle/new.json" "$bundle/config.json"
}

# The command of the bundle is the shell script $1.
script()
{
	change '.process.args = ["sh", "-c", $ARGS.positional[0]]' --args "$1"
}

# Begin anew.
reset_config()
{
	small_config >"$bundle/config.json"
}

in_bundle()
{
	run "$HOLT" run --bundle "$bundle" "$@"
}

# Run the bundle with a command that sleeps. $first is then its process.
start_first()
{
	change '.process.args = ["sleep", "60"]'
	"$HOLT" run --bundle "$bundle" 3>&- &
	first_holt=$!
	eventually find_first
}

find_first()
{
	first=$(pgrep --parent "$first_holt" -x sleep)
}

stop_first()
{
	kill -KILL "$first"
	wait "$first_holt" || :
}

# The same by holt-runtime, where the machine's root has a cgroup of its own.
in_runtime()
{
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" "$@" \
		run --bundle "$bundle" "test-$BATS_TEST_NUMBER-$$"
}

# Each jq program of the pairs $@ makes of the bundle one that is refused for the
# place, or whatever else comes second.
expect_refused_for()
{
	cp "$bundle/config.json" "$bundle/kept.json"
	while [ $# -gt 0 ]; do
		change "$1"
		in_runtime
		[ "$status" -eq 1 ] || differs "wanted an error of $1"
		expect_text "/config.json: $2" || differs "$1"
		cp "$bundle/kept.json" "$bundle/config.json"
		shift 2
	done
}
