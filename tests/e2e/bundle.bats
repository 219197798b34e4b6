#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt run --bundle: OCI bundles as other tools write them.

load ../lib/helpers

setup_file()
{
	setup_busybox_root
}

setup()
{
	bundle=$BATS_TEST_TMPDIR/bundle
	mkdir "$bundle"
	cp -al "$BUSYBOX_ROOT" "$bundle/rootfs"
	spec >"$bundle/config.json"
}

teardown()
{
	expect_nothing_left
}

# What "runc spec --rootless" writes for the caller, less what no test is about.
spec()
{
	cat <<-EOF
	{
		"ociVersion": "1.0.2-dev",
		"process": {
			"terminal": true,
			"user": { "uid": 0, "gid": 0 },
			"args": [ "sh" ],
			"env": [
				"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
				"TERM=xterm"
			],
			"cwd": "/",
			"capabilities": {
				"bounding": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE" ],
				"effective": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE" ],
				"permitted": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE" ],
				"ambient": [ "CAP_AUDIT_WRITE", "CAP_KILL", "CAP_NET_BIND_SERVICE" ]
			},
			"rlimits": [ { "type": "RLIMIT_NOFILE", "hard": 1024, "soft": 1024 } ],
			"noNewPrivileges": true
		},
		"root": { "path": "rootfs", "readonly": true },
		"hostname": "runc",
		"mounts": [
			{ "destination": "/proc", "type": "proc", "source": "proc" },
			{ "destination": "/dev", "type": "tmpfs", "source": "tmpfs",
			  "options": [ "nosuid", "strictatime", "mode=755", "size=65536k" ] },
			{ "destination": "/dev/pts", "type": "devpts", "source": "devpts",
			  "options": [ "nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620" ] },
			{ "destination": "/dev/shm", "type": "tmpfs", "source": "shm",
			  "options": [ "nosuid", "noexec", "nodev", "mode=1777", "size=65536k" ] },
			{ "destination": "/dev/mqueue", "type": "mqueue", "source": "mqueue",
			  "options": [ "nosuid", "noexec", "nodev" ] },
			{ "destination": "/sys", "type": "none", "source": "/sys",
			  "options": [ "rbind", "nosuid", "noexec", "nodev", "ro" ] },
			{ "destination": "/sys/fs/cgroup", "type": "cgroup", "source": "cgroup",
			  "options": [ "nosuid", "noexec", "nodev", "relatime", "ro" ] }
		],
		"linux": {
			"uidMappings": [ { "containerID": 0, "hostID": $(id -u), "size": 1 } ],
			"gidMappings": [ { "containerID": 0, "hostID": $(id -g), "size": 1 } ],
			"namespaces": [ { "type": "pid" }, { "type": "ipc" }, { "type": "uts" },
				{ "type": "mount" }, { "type": "cgroup" }, { "type": "user" } ],
			"maskedPaths": [ "/proc/acpi", "/proc/asound", "/proc/kcore", "/proc/keys",
				"/proc/latency_stats", "/proc/timer_list", "/proc/timer_stats",
				"/proc/sched_debug", "/sys/firmware", "/proc/scsi" ],
			"readonlyPaths": [ "/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys",
				"/proc/sysrq-trigger" ]
		}
	}
	EOF
}

# The command of the bundle is the shell script $1, without a terminal.
script()
{
	change '.process.terminal = false | .process.args = ["sh", "-c", $ARGS.positional[0]]' \
		--args "$1"
}

# Change config.json by the words of a jq command.
change()
{
	jq "$@" <"$bundle/config.json" >"$bundle/new.json"
	mv "$bundle/new.json" "$bundle/config.json"
}

in_bundle()
{
	run "$HOLT" run --bundle "$bundle" "$@"
}

@test "a bundle of runc spec --rootless runs as it is" {
	script 'id -u; hostname; pwd; cat /proc/sys/kernel/domainname; ulimit -n; grep -E "NoNew|CapEff|CapAmb" /proc/self/status'
	in_bundle
	expect_status 0
	expect_line runc
	expect_line 1024
	expect_line $'NoNewPrivs:\t1'
	expect_line $'CapEff:\t0000000020000420'
	expect_line $'CapAmb:\t0000000000000000' || expect_line $'CapAmb:\t0000000020000420'
}

@test "what runc itself writes runs too" {
	command -v runc >/dev/null || skip_unless_strict 'there is no runc'
	rm "$bundle/config.json"
	(cd "$bundle" && runc spec --rootless)
	script 'echo ran; exit 5'
	in_bundle
	expect_status 5
	expect_output ran
}

@test "terminal: true gives a terminal of the console size" {
	change '.process.args = ["sh", "-c", "tty; stty size"]'
	in_bundle
	expect_status 0
	expect_match '/dev/(pts/0|console)'
	change '.process.consoleSize = { height: 33, width: 77 }'
	run bash -c '"$HOLT" run --bundle "$1" </dev/null' - "$bundle"
	expect_text '33 77'
}

@test "a network namespace of its own has just a loopback" {
	change '.linux.namespaces += [{ type: "network" }]'
	script 'ls /proc/sys/net/ipv4/conf; ip -o link show lo'
	in_bundle
	expect_status 0
	expect_text LOOPBACK,UP
	expect_no_text tap0
	script 'readlink /proc/self/ns/net'
	in_bundle
	expect_status 0
	[ "$output" != "$(readlink /proc/self/ns/net)" ]
}

@test "a network namespace that isn't asked for is the host's" {
	script 'readlink /proc/self/ns/net'
	in_bundle
	expect_output "$(readlink /proc/self/ns/net)"
}

@test "--network slirp gives a bundle a network" {
	script 'ip -o addr show dev tap0'
	in_bundle --network slirp
	expect_text 10.0.2.100
}

@test "COMMAND takes the place of process.args" {
	change '.process.terminal = false'
	in_bundle echo other words
	expect_status 0
	expect_output 'other words'
}

@test "the command is PID 1 unless --init says otherwise" {
	script 'echo $$'
	in_bundle
	expect_output 1
	in_bundle --init
	expect_output 2
}

@test "options of the command line go over the bundle's" {
	script 'echo "$A $TERM"; hostname; pwd'
	in_bundle -e A=1 -e TERM=dumb -h other -w /usr
	expect_status 0
	expect_output $'1 dumb\nother\n/usr'
	script 'touch /x'
	in_bundle
	expect_status 1
	expect_text 'Read-only file system'
}

@test "the bundle's id maps are taken; --userns contradicts them" {
	script 'cat /proc/self/uid_map'
	in_bundle
	expect_match "^ +0 +$(id -u) +1$"
	in_bundle --userns keep-id
	expect_refusal --userns
}

@test "without id maps ours are taken" {
	change 'del(.linux.uidMappings, .linux.gidMappings)'
	script 'wc -l </proc/self/uid_map'
	in_bundle
	expect_status 0
	expect_output 2
}

@test "an unmapped user is refused by its id" {
	change '.process.user.uid = 5'
	in_bundle
	expect_refusal 'uid 5 is not mapped'
}

@test "additional groups with a single id are refused" {
	change '.process.user.additionalGids = [0]'
	in_bundle
	expect_refusal 'additional groups'
}

@test "the root's path is the bundle's or absolute" {
	script 'ls /bin/busybox'
	change --arg root "$bundle/rootfs" '.root.path = $root'
	in_bundle
	expect_output /bin/busybox
	cd "$bundle"
	run "$HOLT" run --bundle .
	expect_output /bin/busybox
}

@test "config.values: wrong fields are named by their path" {
	local cases=(
		'.process.args = "sh"' /process/args
		'.process.args = []' /process/args
		'.process.args[0] = 5' /process/args/0
		'.process.cwd = "relative"' /process/cwd
		'del(.process.cwd)' /process/cwd
		'.process.user.uid = -1' /process/user/uid
		'.process.user.uid = "0"' /process/user/uid
		'.process.terminal = "yes"' /process/terminal
		'.process.rlimits[0].type = "RLIMIT_X"' /process/rlimits/0/type
		'.root.path = 5' /root/path
		'.root.readonly = 1' /root/readonly
		'.mounts[1].destination = 5' /mounts/1/destination
		'.mounts = {}' /mounts
		'.linux.namespaces[0].type = "nosuch"' /linux/namespaces/0/type
		'.linux.namespaces += [{ type: "pid" }]' /linux/namespaces/6
		'.linux.uidMappings[0].size = "1"' /linux/uidMappings/0/size
		'.linux.maskedPaths = "x"' /linux/maskedPaths
		'.hostname = 5' /hostname
		'.ociVersion = 1' /ociVersion
	)

	for ((i = 0; i < ${#cases[@]}; i += 2)); do
		spec >"$bundle/config.json"
		change "${cases[i]}"
		in_bundle
		expect_refusal "${cases[i + 1]}" || differs "${cases[i]}"
	done
}

@test "wrong mounts are named by their destination" {
	change '.mounts += [{ destination: "/x", type: "nosuchfs" }]'
	in_bundle
	expect_refusal 'mount on /x'
	spec >"$bundle/config.json"
	change '.mounts += [{ destination: "/x", type: "bind", source: "/nonexistent", options: ["rbind"] }]'
	in_bundle
	expect_refusal 'mount on /x: bind /nonexistent'
	spec >"$bundle/config.json"
	change '.mounts += [{ destination: "/x" }]'
	in_bundle
	expect_refusal 'mount on /x: no type'
	spec >"$bundle/config.json"
	change '.mounts += [{ destination: "/dev/x", type: "nosuchfs" }]'
	in_bundle
	expect_refusal 'mount on /dev/x: mount a new nosuchfs'
	spec >"$bundle/config.json"
	change '.mounts += [{ destination: "/dev/x", type: "bind", source: "/etc", options: ["bind", "idmap"] }]'
	in_bundle
	expect_refusal idmap
}

@test "config.file: what is no bundle is named" {
	run "$HOLT" run --bundle /nonexistent
	expect_refusal /nonexistent
	run "$HOLT" run --bundle "$BATS_TEST_TMPDIR"
	expect_refusal config.json
	echo '{' >"$bundle/config.json"
	in_bundle
	expect_refusal config.json
	rm "$bundle/config.json"
	mkfifo "$bundle/config.json"
	run timeout 5 "$HOLT" run --bundle "$bundle"
	expect_refusal config.json
}

@test "mount options are what they say" {
	change '.mounts += [
		{ destination: "/dev/a", type: "tmpfs", source: "t", options: ["noexec", "nosuid", "nodev", "noatime", "size=64k", "mode=700"] },
		{ destination: "/dev/b", type: "tmpfs", source: "t", options: ["ro"] },
		{ destination: "/dev/c", type: "bind", source: "/etc", options: ["rbind", "ro", "nosuid"] },
		{ destination: "/dev/d", type: "tmpfs", source: "t", options: ["ro", "rw", "noexec", "exec"] }]'
	script 'grep -E " /dev/[abcd] " /proc/self/mountinfo | cut -d" " -f5,6; stat -c %a /dev/a'
	in_bundle
	expect_status 0
	expect_match '/dev/a rw,nosuid,nodev,noexec,noatime'
	expect_match '/dev/b ro,'
	expect_match '/dev/c ro,nosuid,'
	expect_match '/dev/d rw,relatime'
	expect_line 700
}

@test "masked and read-only paths are the bundle's" {
	change '.linux.maskedPaths = ["/bin/ls", "/etc"] | .linux.readonlyPaths = ["/dev/shm"]'
	script 'wc -c </bin/ls; find /etc -mindepth 1; touch /dev/shm/x'
	in_bundle
	expect_line 0
	expect_text '/dev/shm/x: Read-only file system'
	expect_no_text /etc/
}

@test "devices of the bundle are there" {
	change '.linux.devices = [
		{ path: "/dev/zwei", type: "c", major: 1, minor: 5 },
		{ path: "/dev/pipe", type: "p", fileMode: 432 }]'
	script 'stat -c "%F %a" /dev/pipe; head -c 3 /dev/zwei | wc -c'
	in_bundle
	expect_output $'fifo 660\n3'
}

@test "limits that leave no room are the command's alone" {
	change '.process.rlimits = [{ type: "RLIMIT_NOFILE", soft: 3, hard: 3 },
		{ type: "RLIMIT_FSIZE", soft: 0, hard: 0 }]'
	script 'ulimit -n; ulimit -f; exec 5</etc/passwd'
	in_bundle
	expect_line 3
	expect_line 0
	expect_text 'Too many open files'
}
