#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# as-user: --user root
# What config.json can ask for where the caller is the machine's root: cgroup
# v1 mounts, device nodes, propagation.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	[ "$(id -u)" -eq 0 ] || skip_unless_strict 'this needs root'
	make_bundle
}

teardown()
{
	expect_nothing_left
}

is_v2()
{
	[ "$(stat -f -c %T /sys/fs/cgroup)" = cgroup2fs ]
}

with_cgroups()
{
	change '.mounts += [
		{ destination: "/sys", type: "sysfs", source: "sysfs", options: ["ro"] },
		{ destination: "/sys/fs/cgroup", type: "cgroup", source: "cgroup",
		  options: ["nosuid", "noexec", "nodev", "relatime", "ro"] }]'
	script 'grep " /sys/fs/cgroup" /proc/self/mountinfo | cut -d" " -f4,5,6,9; mkdir /sys/fs/cgroup/x
		grep memory /proc/self/cgroup; head -n1 /sys/fs/cgroup/memory/tasks'
}

# bats test_tags=cgroup1
@test "cgroup v1 shows the container's own cgroup of each controller" {
	! is_v2 || skip 'this machine has cgroup v2'
	with_cgroups
	in_runtime
	expect_status 0
	expect_match '/ /sys/fs/cgroup ro,nosuid,nodev,noexec'
	expect_match '/[a-z0-9].* /sys/fs/cgroup/memory ro,nosuid,nodev,noexec.* cgroup'
	expect_text 'Read-only file system'
	expect_line 1
}

# bats test_tags=cgroup1
@test "a cgroup namespace begins at the container's own cgroup" {
	! is_v2 || skip 'this machine has cgroup v2'
	change '.linux.namespaces += [{ type: "cgroup" }]'
	with_cgroups
	in_runtime
	expect_status 0
	expect_match '/ /sys/fs/cgroup/memory ro,nosuid,nodev,noexec.* cgroup'
	expect_match '[0-9]+:memory:/'$'\n1$'
}

# bats test_tags=cgroup1
@test "cgroups can be written where that is asked for" {
	! is_v2 || skip 'this machine has cgroup v2'
	with_cgroups
	change '.mounts[-1].options = ["rw"]'
	script 'mkdir /sys/fs/cgroup/memory/x && ls /sys/fs/cgroup/memory/x/tasks && rmdir /sys/fs/cgroup/memory/x'
	in_runtime
	expect_output /sys/fs/cgroup/memory/x/tasks
}

# bats test_tags=cgroup1
@test "cgroups.path: an absolute one is below the mount; what is made on the way is removed, others stay" {
	! is_v2 || skip 'this machine has cgroup v2'
	local name=holt-way-$$

	script "ls -d /sys/fs/cgroup/memory/$name/a/b"
	change --arg path "/$name/a/b" '.linux.cgroupsPath = $path
		| .mounts += [{ destination: "/sys/fs/cgroup", type: "bind",
			source: "/sys/fs/cgroup", options: ["rbind", "ro"] }]'
	in_runtime
	expect_output "/sys/fs/cgroup/memory/$name/a/b"
	[ -z "$(find /sys/fs/cgroup -name "$name")" ] || differs 'cgroups are left'
	mkdir "/sys/fs/cgroup/memory/$name"
	in_runtime
	expect_status 0
	rmdir "/sys/fs/cgroup/memory/$name"
	[ -z "$(find /sys/fs/cgroup -name "$name")" ] || differs 'cgroups are left'
	change '.linux.cgroupsPath = "/a/../b"'
	in_runtime
	expect_status 1
	expect_text "linux.cgroupsPath /a/../b: '..' is not allowed"
}

@test "cgroups.same: the same path is the same place" {
	local path first

	change '.process.args = ["cat", "/proc/self/cgroup"]'
	for path in "/holt-same-$$/a" "holt-same-$$/a"; do
		change --arg path "$path" '.linux.cgroupsPath = $path'
		in_runtime
		expect_status 0
		expect_text "holt-same-$$/a"
		first=$output
		in_runtime
		expect_output "$first"
	done
}

@test "cgroups.devices: rules are applied as they are listed" {
	local rule='{ type: "c", major: 240, minor: 7, access: "rw" }'

	# No driver has it: who may open it is told so.
	change '.linux.devices = [{ path: "/dev/none", type: "c", major: 240, minor: 7 }]'
	script 'cat /dev/none'
	change ".linux.resources.devices = [{ allow: false }, $rule + { allow: true }, $rule + { allow: false }]"
	in_runtime
	expect_output "cat: can't open '/dev/none': Operation not permitted"
	change '.linux.resources.devices[1:] |= reverse'
	in_runtime
	expect_output "cat: can't open '/dev/none': No such device or address"
}

# A container whose root is uid 100000, and a volume of root's and uid 5's.
with_users()
{
	mkdir -p "$BATS_TEST_TMPDIR/volume"
	touch "$BATS_TEST_TMPDIR/volume/"{root,five}
	chown 5:5 "$BATS_TEST_TMPDIR/volume/five"
	chmod 755 "$BATS_TEST_TMPDIR" "$BATS_FILE_TMPDIR" "$BATS_RUN_TMPDIR"
	change --arg source "$BATS_TEST_TMPDIR/volume" '
		.linux.namespaces += [{ type: "user" }] |
		.linux.uidMappings = [{ containerID: 0, hostID: 100000, size: 1000 }] |
		.linux.gidMappings = .linux.uidMappings |
		.mounts += [{ destination: "/tmp", type: "bind", source: $source, options: ["rbind", "rprivate"] }]'
	script 'stat -c "%n %u %g" /tmp/*; touch /tmp/new'
}

@test "idmap: a volume keeps its owners in a container with other ids" {
	with_users
	in_bundle
	expect_line '/tmp/root 65534 65534'
	expect_text "can't create" || expect_text denied
	change '.mounts[-1].options += ["idmap"]'
	in_bundle
	expect_status 0
	expect_line '/tmp/root 0 0'
	expect_line '/tmp/five 5 5'
	[ "$(stat -c %u:%g "$BATS_TEST_TMPDIR/volume/new")" = 0:0 ] || differs 'the new file has another owner'
}

@test "idmap: mappings are the mount's own, or those of the option" {
	with_users
	change '.mounts[-1] += { uidMappings: [{ containerID: 5, hostID: 100007, size: 1 }],
		gidMappings: [{ containerID: 5, hostID: 100008, size: 1 }] }'
	script 'stat -c "%n %u %g" /tmp/*'
	in_bundle
	expect_status 0
	expect_line '/tmp/five 7 8'
	expect_line '/tmp/root 65534 65534'
	change 'del(.mounts[-1].uidMappings, .mounts[-1].gidMappings) |
		.mounts[-1].options = ["rbind", "ridmap=uids=@5-9-1#0-100000-1;gids=5-100003-1"]'
	in_bundle
	expect_status 0
	expect_line '/tmp/five 9 3'
	expect_line '/tmp/root 0 65534'
	change '.mounts[-1].options = ["bind", "idmap=uids=5"]'
	in_bundle
	expect_refusal 'idmap=uids=5 is not of the form'
}

@test "idmap: without any mapping it is refused" {
	with_users
	change 'del(.linux.uidMappings, .linux.gidMappings, .linux.namespaces[-1]) | .mounts[-1].options = ["bind", "idmap"]'
	in_bundle
	expect_refusal 'idmap needs mappings'
}

@test "idmap: in a user namespace the host's file systems are refused by name" {
	with_users
	change 'del(.linux.uidMappings, .linux.gidMappings, .linux.namespaces[-1]) |
		.mounts[-1].options = ["bind", "idmap=uids=0-0-1;gids=0-0-1"]'
	run unshare --user --map-root-user --mount "$HOLT" run --bundle "$bundle"
	expect_refusal "idmapped mounts need a filesystem owned by this user namespace (source $BATS_TEST_TMPDIR/volume is not)"
}

@test "device nodes are made as they are described" {
	change '.linux.devices = [
		{ path: "/dev/zwei", type: "c", major: 1, minor: 5, fileMode: 420, uid: 7, gid: 8 },
		{ path: "/dev/pipe", type: "p", fileMode: 432 }]'
	script 'stat -c "%n %F %a %t:%T %u:%g" /dev/zwei /dev/pipe'
	in_bundle
	expect_status 0
	expect_match '/dev/zwei character special file 644 1:5 7:8'
	expect_match '/dev/pipe fifo 660 0:0 0:0'
}

@test "the host's /dev/ptmx is left out: the container has its own" {
	change '.linux.devices = [{ path: "/dev/ptmx", type: "c", major: 5, minor: 2 }]'
	script 'readlink /dev/ptmx'
	in_bundle
	expect_status 0
	expect_output pts/ptmx
}

@test "devices.other: a device that is there and another is refused" {
	change '.linux.devices = [{ path: "/dev/null", type: "c", major: 1, minor: 5 }]'
	in_bundle
	expect_refusal '/dev/null'
	reset_config
	echo >"$bundle/rootfs/node"
	change '.linux.devices = [{ path: "/node", type: "c", major: 1, minor: 5 }]'
	in_bundle
	expect_refusal '/node exists and is not the device asked for'
}

@test "mounts on the host reach a slave in the container, and none comes back" {
	mkdir "$BATS_TEST_TMPDIR/volume"
	mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR/volume"
	mount --make-shared "$BATS_TEST_TMPDIR/volume"
	mkdir "$BATS_TEST_TMPDIR/volume/"{host,container}
	change --arg source "$BATS_TEST_TMPDIR/volume" '.mounts += [{ destination: "/m", type: "bind",
		source: $source, options: ["rbind", "rslave"] }] |
		.process.capabilities = { bounding: ["CAP_SYS_ADMIN"], effective: ["CAP_SYS_ADMIN"], permitted: ["CAP_SYS_ADMIN"] } |
		.linux.rootfsPropagation = "rslave"'
	script 'mount -t tmpfs tmpfs /m/container && touch /m/container/inside; echo ready >/m/ready
		i=0; until [ -e /m/host/outside ] || [ $i -gt 50 ]; do i=$((i + 1)); sleep 0.1; done; ls /m/host'
	"$HOLT" run --bundle "$bundle" >"$BATS_TEST_TMPDIR/out" 2>&1 3>&- &
	wait_for_file "$BATS_TEST_TMPDIR/volume/ready"
	mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR/volume/host"
	touch "$BATS_TEST_TMPDIR/volume/host/outside"
	wait
	output=$(cat "$BATS_TEST_TMPDIR/out") status=0
	found=$(ls "$BATS_TEST_TMPDIR/volume/container")
	umount -R "$BATS_TEST_TMPDIR/volume"
	expect_output outside
	[ -z "$found" ] || differs "a mount came back: $found"
}

@test "a volume that is shared carries mounts of the container to the host" {
	mkdir "$BATS_TEST_TMPDIR/volume"
	mount -t tmpfs tmpfs "$BATS_TEST_TMPDIR/volume"
	mount --make-shared "$BATS_TEST_TMPDIR/volume"
	mkdir "$BATS_TEST_TMPDIR/volume/m"
	change --arg source "$BATS_TEST_TMPDIR/volume" '.mounts += [{ destination: "/m", type: "bind",
		source: $source, options: ["rbind", "rshared"] }] |
		.process.capabilities = { bounding: ["CAP_SYS_ADMIN"], effective: ["CAP_SYS_ADMIN"], permitted: ["CAP_SYS_ADMIN"] } |
		.linux.rootfsPropagation = "shared"'
	script 'mount -t tmpfs tmpfs /m/m && touch /m/m/inside'
	in_bundle
	found=$(ls "$BATS_TEST_TMPDIR/volume/m")
	umount -R "$BATS_TEST_TMPDIR/volume"
	expect_status 0
	[ "$found" = inside ] || differs 'the mount has not come through'
}

# Run the bundle in a network namespace with the interface va, which has two
# addresses and a peer vb. The words are unshare's.
among_devices()
{
	run unshare --net "$@" bash -c '
		export PATH=$PATH:/sbin:/usr/sbin
		ip link set lo up
		ip link add va mtu 1400 type veth peer name vb && ip link set vb up
		ip addr add 192.0.2.5/24 dev va
		ip addr add 2001:db8::5/64 dev va nodad
		ip addr add 198.51.100.6/24 dev va scope link
		"$1" run --bundle "$2"; status=$?; ip -o link show vb; ip -o link show va; exit $status' - \
		"$HOLT" "$bundle"
}

@test "#12 netDevices.move: with their addresses, under a new name, and up" {
	change '.linux.namespaces += [{ type: "network" }] | .linux.netDevices = { va: { name: "eth0" } }'
	script 'ip addr show dev eth0; ip -o link'
	among_devices
	expect_status 0
	expect_text 'inet 192.0.2.5/24'
	expect_text 'inet6 2001:db8::5/64'
	expect_no_text 198.51.100.6
	expect_match 'eth0.*UP.*mtu 1400'
	change '.linux.netDevices = { va: {} }'
	script 'ip addr show dev va'
	among_devices
	expect_status 0
	expect_text 'inet 192.0.2.5/24'
}

@test "netDevices of our own user namespace can be moved without root" {
	change '.linux.namespaces += [{ type: "network" }] | .linux.netDevices = { va: { name: "eth0" } }'
	script 'ip addr show dev eth0'
	among_devices --user --map-root-user --mount
	expect_status 0
	expect_text 'inet 192.0.2.5/24'
}

@test "netDevices.name: one that isn't there, or has no place, is named" {
	change '.linux.namespaces += [{ type: "network" }] | .linux.netDevices = { nosuch: {} }'
	in_bundle
	expect_refusal 'netDevices: nosuch: there is no such interface'
	change '.linux.netDevices = { va: { name: "lo" } }'
	among_devices
	expect_status 125
	expect_text 'netDevices: va: the container has an interface lo already'
	expect_match 'va@vb'
}
