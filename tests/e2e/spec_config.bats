#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# config.json: what isn't quite as the specification has it, and what the
# machine around us doesn't let us do as it is written.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
	change '.process.args = ["true"]'
}

teardown()
{
	expect_nothing_left
}

# The bundle as it is now: a warning, and with --strict an error.
expect_deviation()
{
	in_runtime --log-level=warning
	expect_status 0
	expect_line "holt-runtime: warning: $1"
	in_runtime
	expect_status 0
	expect_output ''
	in_runtime --strict
	expect_status 1
	expect_output "holt-runtime: $1 (--strict)"
}

@test "ociVersion: 1.x, as semver.org has it" {
	local version

	for version in 1.0.0 1.2.0 1.3.0-rc.1 1.0.2-dev 1.2.3+meta 1.2.3-a.b+c; do
		change '.ociVersion = $v' --arg v "$version"
		in_runtime --strict
		expect_status 0
	done
	for version in 1.0 v1.0.0 01.0.0 1.0.0- 1.0.0+ 1.0.0-a..b '1.0.0 ' ''; do
		change '.ociVersion = $v' --arg v "$version"
		in_runtime
		expect_status 1
		expect_text "/ociVersion: \"$version\" is no version, such as 1.2.0"
	done
	for version in 2.0.0 0.6.0 10.0.0; do
		change '.ociVersion = $v' --arg v "$version"
		in_runtime
		expect_status 1
		expect_text "/ociVersion: version $version of the specification is not supported, 1.x is"
	done
}

@test "ociVersion may be missing, with a warning" {
	change 'del(.ociVersion)'
	expect_deviation 'config: ociVersion is missing, taken as 1.0.0'
}

@test "a relative destination begins at the root, with a warning" {
	change '.mounts += [{ destination: "tmp/here", type: "tmpfs" }]'
	expect_deviation '/mounts/2/destination: "tmp/here" is taken as "/tmp/here"'
	script 'grep -c " /tmp/here tmpfs" /proc/self/mounts'
	in_runtime
	expect_output 1
}

@test "net and mnt are names of namespaces, with a warning" {
	change '.linux.namespaces += [{ type: "net" }]'
	expect_deviation 'config: namespace "net" is called "network"'
	reset_config
	change '.process.args = ["true"] | .linux.namespaces |=
		map(if .type == "mount" then .type = "mnt" else . end)'
	expect_deviation 'config: namespace "mnt" is called "mount"'
}

@test "what is warned of at create is not said again later" {
	local name=test-$BATS_TEST_NUMBER-$$

	change 'del(.ociVersion) | .process.args = ["sleep", "100"] |
		.hooks.poststop = [{ path: "/bin/true" }]'
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" run --detach \
		--bundle "$bundle" "$name" 3>&- >/dev/null 2>&1 </dev/null
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" \
		--log-level=warning exec "$name" true
	expect_output ''
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" \
		--log-level=warning delete --force "$name"
	expect_output ''
}

@test "the root has to be a directory" {
	change '.root.path = "config.json"'
	in_runtime
	expect_status 1
	expect_output "holt-runtime: the root $bundle/config.json: Not a directory"
}

@test "a file goes onto a file, a directory onto a directory" {
	change '.mounts += [{ destination: "/tmp", source: "/etc/passwd", options: ["bind"] }]'
	in_runtime
	expect_status 1
	expect_output "holt-runtime: mount on /tmp: /etc/passwd can't be mounted onto a directory: Not a directory"
	change '.mounts[2] = { destination: "/etc/passwd", source: "/etc", options: ["bind"] }'
	in_runtime
	expect_status 1
	expect_text 'mount on /etc/passwd: '
	expect_text 'Not a directory'
}

# The bundle where parts of /proc and /sys are covered, as in a container.
in_covered()
{
	run unshare -Urm sh -c 'mount -t tmpfs cover /proc/fs &&
		mount -t tmpfs cover /sys/firmware && exec "$@"' - \
		"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" "$@" \
		run --bundle "$bundle" "test-$BATS_TEST_NUMBER-$$"
}

@test "under covers, the /proc and /sys outside stand in, with the covers" {
	change '.linux.namespaces += [{ type: "network" }] | .mounts += [
		{ destination: "/sys", type: "sysfs", source: "sysfs" }] |
		.process.args = ["sh", "-c",
			"ls -d /proc/self/fd/0; ls /proc/fs /sys/firmware; grep /sys/firmware /proc/self/mounts; touch /sys/x"]'
	in_covered --log-level=warning
	expect_line 'holt-runtime: warning: mount on /proc: the /proc outside is partly covered, so the kernel refuses a new one: that outside stands in for it, and shows processes that are not the container'"'s"
	expect_line /proc/self/fd/0
	expect_match 'cover /sys/firmware tmpfs ro'
	expect_text "touch: /sys/x: Read-only file system"
	in_covered --strict
	expect_status 1
	expect_text 'mount on /proc: mount a new proc: the /proc outside is partly covered'
}

@test "a device has the path it is given, whatever the host calls it" {
	change '.linux.devices = [
		{ path: "/dev/nothing", type: "c", major: 1, minor: 3 },
		{ path: "/dev/deep/down/dice", type: "c", major: 1, minor: 8 }] |
		.process.args = ["sh", "-c", "echo x >/dev/nothing &&
			head -c 4 /dev/deep/down/dice | wc -c"]'
	in_runtime
	expect_status 0
	expect_output 4
	change '.linux.devices = [{ path: "/dev/x", type: "c", major: 99, minor: 99 }]'
	in_runtime
	expect_status 1
	expect_output "holt-runtime: mount on /dev/x: device 99:99 can't be made in a user namespace, and the host has no node of it at /dev/x to be bound"
	change '.linux.devices = [{ path: "/etc/passwd", type: "c", major: 99, minor: 99 }]'
	in_runtime
	expect_status 1
	expect_output 'holt-runtime: mount on /etc/passwd: /etc/passwd is not device 99:99'
}

@test "the domain name may be a sysctl" {
	change '.linux.namespaces += [{ type: "uts" }] |
		.linux.sysctl = { "kernel.domainname": "some.where" } |
		.process.args = ["cat", "/proc/sys/kernel/domainname"]'
	in_runtime
	expect_status 0
	expect_output some.where
	change '.linux.namespaces |= map(select(.type != "uts"))'
	in_runtime
	expect_status 1
	expect_text "kernel.domainname needs the container's own uts namespace"
}
