#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# What has been broken elsewhere: each published hole that concerns starting a
# container, tried on holt. The host is a tree of canaries that has to stay as
# it is to the last bit, and whose secret must not be seen.

load ../lib/helpers

setup_file()
{
	setup_busybox_root
}

setup()
{
	canary=$BATS_TEST_TMPDIR/canary
	root=$BATS_TEST_TMPDIR/root
	secret=secret-$RANDOM$RANDOM$RANDOM
	mkdir -p "$canary"/{dir/pts,dir/shm,dir/mqueue,dir/self}
	for name in file dir/null dir/console dir/ptmx dir/passwd dir/sched; do
		echo "$secret" >"$canary/$name"
	done
	cp -al "$BUSYBOX_ROOT" "$root"
	rm "$root"/etc/* # not shared with other tests
	cp "$BUSYBOX_ROOT"/etc/* "$root/etc"
	before=$(snapshot)
}

teardown()
{
	[ "$before" = "$(snapshot)" ] || diff <(echo "$before") <(snapshot)
	expect_nothing_left
}

# Everything about the canaries that could change.
snapshot()
{
	find "$canary" -printf '%y %m %U:%G %s %T@ %n %p %l\n' | sort
	find "$canary" -type f -exec sha256sum {} + | sort
}

# Not 127: that would be a program that isn't there, and prove nothing.
box()
{
	run "$HOLT" run --network none "$@"
	[ "$status" -ne 127 ] || differs "nothing ran"
	expect_no_text "$secret"
}

# Put a symlink to $2 at $1 of the root, whatever was there.
plant()
{
	rm -rf "${root:?}$1"
	mkdir -p "$root${1%/*}"
	ln -s "$2" "$root$1"
}

# A bundle at $BATS_TEST_TMPDIR with our root and the jq changes of $1.
make_bundle()
{
	jq -n '{ ociVersion: "1.0.2", root: { path: "root" },
		process: { terminal: false, user: { uid: 0, gid: 0 }, cwd: "/",
			args: ["true"], env: ["PATH=/bin"] },
		mounts: [{ destination: "/proc", type: "proc", source: "proc" }],
		linux: { namespaces: [{ type: "pid" }, { type: "mount" }],
			maskedPaths: ["/proc/keys", "/proc/interrupts", "/proc/acpi"],
			readonlyPaths: ["/proc/sys"] } }'" | $1" \
		>"$BATS_TEST_TMPDIR/config.json"
}

bundle()
{
	run "$HOLT" run --network none --bundle "$BATS_TEST_TMPDIR" "$@"
	[ "$status" -ne 127 ] || differs "nothing ran"
	expect_no_text "$secret"
}

# How a root can point outside: as it is, up through "..", at nothing yet.
targets()
{
	echo "$1" "../../../../../../../../../../..$1" "$1-new" \
		"../../../../../../../../../../..$1-new"
}

# --- symlinks in the root ---

@test "CVE-2015-3627, CVE-2025-24965: symlinks where holt writes files" {
	for path in /etc/hosts /etc/hostname /etc/resolv.conf /etc/passwd /etc/group; do
		for target in $(targets "$canary/file"); do
			plant "$path" "$target"
			box --rootfs "$root" cat "$path"
			box -u app --rootfs "$root" true
			[ "$before" = "$(snapshot)" ]
		done
		rm "$root$path"
		[ ! -e "$BUSYBOX_ROOT$path" ] || cp "$BUSYBOX_ROOT$path" "$root$path"
	done
}

@test "CVE-2026-41579, CVE-2026-47766: /dev and what is in it are symlinks" {
	for path in /dev /dev/pts /dev/shm /dev/mqueue; do
		for target in $(targets "$canary/dir"); do
			rm -rf "${root:?}/dev"
			plant "$path" "$target"
			box -t --rootfs "$root" sh -c 'ls -l /dev/ /dev/pts/'
			make_bundle .
			bundle
			make_bundle '.process.terminal = true | .mounts += [{ destination: "/dev/pts",
				type: "devpts", source: "devpts", options: ["newinstance"] }]'
			bundle
			[ "$before" = "$(snapshot)" ]
		done
	done
}

@test "the canaries do show it: a runc with CVE-2026-41579 changes them" {
	# A runc that has been mended proves nothing, and is no fault of ours.
	command -v runc >/dev/null || skip_unless_strict 'there is no runc'
	[[ $(runc --version) == *'version 1.1.5+'* ]] ||
		skip 'this runc is not the one that is known to fall'
	plant /dev "$canary/dir"
	make_bundle ".linux.namespaces += [{ type: \"user\" }] |
		.linux.uidMappings = [{ containerID: 0, hostID: $(id -u), size: 1 }] |
		.linux.gidMappings = [{ containerID: 0, hostID: $(id -g), size: 1 }]"
	bundle
	[ "$before" = "$(snapshot)" ]
	run runc --root "$BATS_TEST_TMPDIR/state" run --bundle "$BATS_TEST_TMPDIR" bitten
	[ "$before" != "$(snapshot)" ]
	before=$(snapshot)
}

@test "CVE-2026-88264, CVE-2025-52565: /dev/console, /dev/ptmx and pts are symlinks" {
	for path in /dev/console /dev/ptmx /dev/pts/0 /dev/pts/ptmx; do
		for target in $(targets "$canary/dir/console"); do
			rm -rf "${root:?}/dev"
			plant "$path" "$target"
			for filter in . '.root.readonly = true' \
				'.mounts += [{ destination: "/dev", type: "bind", source: "root/dev", options: ["rbind"] }]'; do
				make_bundle ".process.terminal = true | $filter | .mounts += [{
					destination: \"/dev/pts\", type: \"devpts\",
					source: \"devpts\", options: [\"newinstance\"] }]"
				bundle
				[ "$before" = "$(snapshot)" ]
			done
		done
	done
}

@test "CVE-2025-31133, CVE-2026-88265: /dev/null is somebody else's file" {
	rm -rf "${root:?}/dev"
	mkdir "$root/dev"
	for target in $(targets "$canary/dir/null") /proc/sys/kernel/core_pattern; do
		plant /dev/null "$target"
		make_bundle '.mounts += [{ destination: "/dev", type: "bind",
			source: "'"$root/dev"'", options: ["rbind"] }] |
			.process.args = ["sh", "-c", "wc -c </proc/interrupts; cat /proc/keys"]'
		bundle
		expect_status 0
		expect_output 0
		[ "$before" = "$(snapshot)" ]
	done
}

@test "CVE-2019-19921, CVE-2023-27561, CVE-2023-28642: /proc or /sys is a symlink" {
	for path in /proc /sys; do
		for target in $(targets "$canary/dir") /evil ../evil; do
			rm -rf "${root:?}$path" "$root/evil"
			mkdir "$root/evil"
			plant "$path" "$target"
			box --rootfs "$root" true
			expect_refusal "mount on $path"
			expect_text 'ordinary directory'
		done
		rm "$root$path"
		mkdir "$root$path"
	done
	box --rootfs "$root" true
	expect_status 0
}

@test "CVE-2019-18837, CVE-2021-30465: a symlink at a mount's target" {
	mkdir "$BATS_TEST_TMPDIR/data"
	touch "$BATS_TEST_TMPDIR/data/x"
	for target in $(targets "$canary/dir"); do
		plant /m "$target"
		box --rootfs "$root" -v "$BATS_TEST_TMPDIR/data:/m" --tmpfs /m/sub true
		box --rootfs "$root" -v "$BATS_TEST_TMPDIR/data/x:/m/new/file" true
		box --rootfs "$root" --mount type=tmpfs,dst=/m/other/deep true
		[ "$before" = "$(snapshot)" ]
	done
	[ ! -e "$canary-new" ]
}

@test "CVE-2026-87766: no host directory is reached while the root is filled" {
	for name in oldroot old_root .old newroot put_old; do
		ln -s "/$name$canary/dir" "$root/link-$name"
		box --rootfs "$root" --tmpfs "/link-$name/a" -w "/link-$name/b" true
	done
}

@test "CVE-2021-30465, CVE-2024-45310: a mount's target is swapped while it is made" {
	local swap

	mkdir -p "$root/v/d/sub" "$BATS_TEST_TMPDIR/data"
	touch "$BATS_TEST_TMPDIR/data/x"
	ln -s ../../../../../../../../..$canary/dir "$root/v/e"
	"$INSIDE" swap "$root/v/d" "$root/v/e" &
	swap=$!
	for i in {1..40}; do
		run "$HOLT" run --network none --rootfs "$root" \
			-v "$BATS_TEST_TMPDIR/data:/v/d/new$i" --tmpfs "/v/d/tmp$i" \
			-v "$BATS_TEST_TMPDIR/data/x:/v/d/sub/file$i" -w "/v/d/work$i" true
		[[ $status -eq 0 || $status -eq 125 ]] || differs "neither ran nor refused"
		expect_no_text "$secret"
	done
	kill "$swap"
	wait "$swap" || :
	[ "$before" = "$(snapshot)" ]
}

@test "benign twin: links that stay in the root are followed there" {
	mv "$root/run" "$root/real-run"
	mkdir -p "$root/var"
	ln -s ../real-run "$root/var/run"
	ln -s /real-run "$root/run"
	box --rootfs "$root" --tmpfs /var/run/deep sh -c 'touch /real-run/deep/x; ls /var/run/deep /run/deep'
	expect_status 0
	[ "$(grep -cx x <<<"$output")" -eq 2 ]
}

# --- descriptors and working directory ---

@test "CVE-2024-21626: the working directory through a leaked descriptor" {
	exec 7<"$canary/dir" 9</ 17<"$HOME"
	for word in {3..20}; do
		box -w "/proc/self/fd/$word" --rootfs "$root" sh -c 'pwd; ls ../../..'
		[[ $status -eq 125 || $output == /* ]]
		[ "$status" -ne 0 ] || expect_no_text "$(basename "$canary")"
		ln -sfn "/proc/self/fd/$word" "$root/w"
		box -w /w --rootfs "$root" ls ../../..
		[ "$status" -ne 0 ] || expect_line bin
	done
	for word in /proc/1/fd/7 /proc/thread-self/cwd/.. /proc/self/cwd/../.. \
		/proc/1/root/.. /proc/self/root; do
		box -w "$word" --rootfs "$root" ls ../../..
		[ "$status" -ne 0 ] || expect_line real || expect_line bin
	done
	exec 7<&- 9<&- 17<&-
}

@test "CVE-2024-21626: the command through a leaked descriptor" {
	exec 7</ 9</bin/sh
	for word in {3..20}; do
		run -127 "$HOLT" run --network none --rootfs "$root" \
			"/proc/self/fd/$word/bin/sh" -c 'echo out'
		output=$("$HOLT" run --network none --rootfs "$root" \
			"/proc/self/fd/$word" -c 'echo out' 2>&1) || :
		[[ $output == "holt: exec: "* ]] || differs "it ran"
	done
	exec 7<&- 9<&-
}

@test "CVE-2024-21626: nothing but 0, 1 and 2 is open in the container" {
	exec 7</ 9</bin/sh 100<"$HOME"
	for option in --init --init=false --tty --network=slirp; do
		run "$HOLT" run $option -v "${INSIDE%/*}:/x" busybox /x/inside descriptors
		output=${output//$'\r'/}
		expect_output $'0\n1\n2'
	done
	exec 7<&- 9<&- 100<&-
}

@test "nothing of the host is seen through /proc of init" {
	box -v "${INSIDE%/*}:/x" --cap-add sys_ptrace busybox sh -c 'for f in exe root cwd fd/0 ns/mnt; do
		readlink /proc/1/$f; done; cat /proc/1/environ /proc/1/maps; ls /proc/1/fd; cat /proc/1/mem'
	expect_no_text /holt
	expect_no_text "$HOME"
	expect_text 'Permission denied'
}

# --- users and groups ---

@test "CVE-2016-3697, CVE-2026-46680: a number is never looked up as a name" {
	echo '1000:x:0:0::/:/bin/sh' >"$root/etc/passwd"
	echo '1000:x:0:' >"$root/etc/group"
	for word in 1000 01000 1000:1000; do
		box -u "$word" --rootfs "$root" id -u
		expect_output 1000
	done
}

@test "CVE-2024-40635, CVE-2026-30892: ids that wrap, and odd ways to write one" {
	for word in 4294967295 4294967296 2147483648 -1 +1 0x1 1e3 ' 1' '1 ' 1: :1 '' \
		18446744073709551616 00000000000000000000000000000000001x; do
		box -u "$word" --rootfs "$root" id -u
		expect_status 125
	done
	box -u 00000000000000000000001 --rootfs "$root" id -u
	expect_output 1
}

@test "CVE-2026-47262, CVE-2024-9676: a passwd that is huge, endless or a trap" {
	# AddressSanitizer needs terabytes of addresses.
	limit='ulimit -v 500000;'
	[ -z "${HOLT_SANITIZED:-}" ] || limit=
	for name in passwd group; do
		rm "$root/etc/$name"
		truncate -s 8G "$root/etc/$name"
		run bash -c "$limit"' exec timeout 10 "$@"' - \
			"$HOLT" run --network none -u app --rootfs "$root" true
		expect_refusal "/etc/$name"
		rm "$root/etc/$name"
		mkfifo "$root/etc/$name"
		run timeout 10 "$HOLT" run --network none -u app --rootfs "$root" true
		expect_refusal 'not a regular file'
		rm "$root/etc/$name"
		mkdir "$root/etc/$name"
		run timeout 10 "$HOLT" run --network none -u app --rootfs "$root" true
		expect_refusal 'not a regular file'
		rmdir "$root/etc/$name"
		mkfifo "$BATS_TEST_TMPDIR/$name"
		ln -s "$BATS_TEST_TMPDIR/$name" "$root/etc/$name"
		run timeout 10 "$HOLT" run --network none -u app --rootfs "$root" true
		[ "$status" -ne 124 ]
		rm "$root/etc/$name"
		cp "$BUSYBOX_ROOT/etc/$name" "$root/etc/$name"
	done
}

@test "CVE-2022-2989: the own group is among the groups, so files shut it out" {
	box -u 1000:2000 --rootfs "$root" id -G
	expect_output 2000
	box --rootfs "$root" sh -c 'echo x >/tmp/f; chown 0:2000 /tmp/f; chmod 0604 /tmp/f'
	box -u app --rootfs "$root" cat /tmp/f
	expect_status 1
	box -u 1000:2000 --rootfs "$root" cat /tmp/f
	expect_status 1
	box -u 1000:1000 --rootfs "$root" cat /tmp/f
	expect_output x
}

@test "CVE-2022-29162, CVE-2022-27650: no inheritable or ambient capability" {
	for user in 0 1000; do
		box -u $user busybox grep -E 'Cap(Inh|Amb)' /proc/self/status
		expect_output $'CapInh:\t0000000000000000\nCapAmb:\t0000000000000000'
	done
	box -u 1000 busybox grep -E 'Cap(Prm|Eff)' /proc/self/status
	expect_output $'CapPrm:\t0000000000000000\nCapEff:\t0000000000000000'
}

# --- /proc and /sys ---

@test "CVE-2019-16884, CVE-2025-52881: nothing but a procfs is at /proc" {
	for mount in "{ type: \"bind\", source: \"$canary/dir\", options: [\"rbind\"] }" \
		'{ type: "tmpfs", source: "tmpfs" }' \
		"{ source: \"$canary/dir\", options: [\"bind\"] }"; do
		for path in /proc /proc/self/attr /proc/sys /proc/1 /proc/; do
			make_bundle ".mounts += [$mount + { destination: \"$path\" }]"
			bundle
			expect_refusal 'mount on /proc'
		done
	done
	make_bundle ".mounts += [{ type: \"bind\", source: \"$canary/dir\",
		destination: \"/x/../proc\", options: [\"bind\"] }]"
	bundle
	expect_status 125
}

@test "CVE-2025-52881: a symlink in the root can't bring a mount onto /proc" {
	ln -s /proc "$root/p"
	ln -s . "$root/dot"
	for path in /p /dot/proc /p/sys /p/1 //proc /dot/dot/p/sys/kernel; do
		make_bundle ".mounts += [{ type: \"bind\", source: \"$canary/dir\",
			destination: \"$path\", options: [\"bind\"] }] |
			.process.args = [\"true\"]"
		bundle
		expect_refusal 'a symlink leads to /proc'
	done
	make_bundle ".mounts += [{ type: \"tmpfs\", source: \"tmpfs\", destination: \"/p/sys\" }]"
	bundle
	expect_refusal 'a symlink leads to /proc'
}

@test "CVE-2025-52881: a symlink in the root can't turn a sysctl into something else" {
	plant /etc/hostname /proc/sys/kernel/msgmax
	box --rootfs "$root" --sysctl kernel.msgmax=4321 sysctl -n kernel.msgmax
	[ "$status" -ne 0 ] || expect_output 4321
	rm "$root/etc/hostname"
	box --rootfs "$root" --sysctl kernel.msgmax=4321 sysctl -n kernel.msgmax
	expect_output 4321
}

@test "masked and read-only paths hold, also against root inside" {
	box --cap-add net_admin,dac_override,sys_ptrace,mknod host sh -c '
		for f in /proc/kcore /proc/keys /proc/timer_list /proc/sched_debug /proc/interrupts; do
			[ ! -e $f ] || [ $(head -c 10 $f 2>/dev/null | wc -c) = 0 ] || echo $f can be read
		done
		for d in /proc/acpi /proc/asound /proc/scsi /sys/firmware /sys/dev/block /sys/devices/virtual/powercap; do
			[ -z "$(ls -A $d 2>/dev/null)" ] || echo $d can be read
		done
		for f in /proc/sys/kernel/core_pattern /proc/sysrq-trigger /proc/sys/vm/swappiness; do
			(echo x >$f) 2>/dev/null && echo $f can be written
		done
		for d in /proc/bus /proc/fs /proc/irq /proc/sys; do
			[ ! -e $d ] || grep -q " $d .*ro," /proc/self/mountinfo || echo $d is no mount
		done
		umount /proc/sys 2>/dev/null && echo /proc/sys can be uncovered
		umount /proc/keys 2>/dev/null && echo /proc/keys can be uncovered
		mount -o remount,rw /proc/sys 2>/dev/null && echo x 2>/dev/null >/proc/sys/kernel/core_pattern && echo rw
		true'
	expect_status 0
	expect_output ''
}

@test "CVE-2023-25809: no cgroup can be written" {
	for option in --init --pid=host --network=host; do
		box --cap-add all --cap-drop sys_admin $option host sh -c 'find /sys/fs/cgroup -type d | while read -r d; do
			mkdir $d/holt-test 2>/dev/null && echo $d; done
			grep -E " /sys(/[^ ]*)? " /proc/self/mountinfo | grep -v " ro," | cut -d" " -f5'
		expect_output ''
	done
	make_bundle '.mounts += [{ destination: "/sys", type: "bind", source: "/sys",
		options: ["rbind", "rro"] }] | .process.args = ["sh", "-c",
		"find /sys/fs/cgroup -type d | while read -r d; do mkdir $d/holt-test && echo $d; done"]'
	bundle
	expect_no_text $'\n/sys'
}

@test "CVE-2026-115521: a read-only root is one" {
	make_bundle '.root.readonly = true | .process.args = ["sh", "-c",
		"touch /x /etc/x; mount -o remount,rw /; touch /y"]'
	rm -rf "${root:?}/proc"
	mkdir -p "$root/proc/self/fd"
	for n in {3..20}; do ln -s /tmp "$root/proc/self/fd/$n"; done
	bundle
	[ ! -e "$root/x" ]
	[ ! -e "$root/etc/x" ]
	[ ! -e "$root/y" ]
}

# --- the host's programs ---

@test "CVE-2019-5736: holt can't be overwritten from inside" {
	local sums

	mkdir "$BATS_TEST_TMPDIR/bin"
	cp "$HOLT" "${HOLT%/*}/holt-net" "$BATS_TEST_TMPDIR/bin"
	sums=$(sha256sum "$BATS_TEST_TMPDIR/bin"/*)
	cp "$INSIDE" "$root/bin/inside"
	printf '#!/proc/self/exe\n' >"$root/bin/trap"
	chmod 0755 "$root/bin/trap"
	HOLT=$BATS_TEST_TMPDIR/bin/holt
	run -127 "$HOLT" run --network none --rootfs "$root" /bin/trap
	run -127 "$HOLT" run --init=false --rootfs "$root" /bin/trap run host true
	box --rootfs "$root" --cap-add all inside write-exe 1
	expect_output 'written 0'
	box --rootfs "$root" --cap-add all --privileged --pid host --init=false \
		sh -c 'exec inside write-exe $PPID'
	expect_output 'written 0'
	run "$HOLT" run --rootfs "$root" --cap-add all --privileged --pid host \
		sh -c 'for p in $(pidof holt holt-net holt-init); do inside write-exe $p; done'
	expect_no_text 'written 1'
	[ "$sums" = "$(sha256sum "$BATS_TEST_TMPDIR/bin"/*)" ]
}

@test "CVE-2019-5736: a holt of the user's own runs from a sealed copy" {
	local from line holt

	mkdir "$BATS_TEST_TMPDIR/bin"
	cp "$HOLT" "$BATS_TEST_TMPDIR/bin"
	exec {from}< <(exec "$BATS_TEST_TMPDIR/bin/holt" run --network none busybox \
		sh -c 'echo ready; env; exec sleep 60')
	holt=$!
	read -r -u "$from" line
	[[ $(readlink "/proc/$holt/exe") == /memfd:* ]]
	kill "$holt"
	wait "$holt" || :
	! grep _HOLT <&"$from"
}

# --- what the kernel is asked ---

@test "CVE-2021-41133, CVE-2019-10063, CVE-2026-123876: the filter's verdicts" {
	box -v "${INSIDE%/*}:/x" --init=false --rootfs "$root" /x/inside calls
	expect_status 0
	for name in add_key bpf clone-newuser fsopen fsmount init_module io_uring_setup \
		ioctl-tiocsti ioctl-tiocsti-high ioctl-tioclinux kexec_load keyctl mount \
		mount_setattr move_mount open_by_handle_at open_tree perf_event_open \
		personality-high pivot_root quotactl reboot request_key setns swapon \
		syslog umount2 unshare-newns unshare-newuser userfaultfd socket-alg \
		socket-alg-high socket-key socket-packet socket-rxrpc socket-vsock \
		socket-vsock-high socket-xdp socket-audit-high; do
		expect_line "$name EPERM"
	done
	expect_line 'socket-audit EINVAL'
	expect_line 'clone3 ENOSYS'
	expect_line 'unknown ENOSYS'
	expect_line 'x32-getpid ENOSYS'
	expect_line 'i386-getpid ENOSYS'
	for name in socket-inet socket-inet6 socket-route socket-unix; do
		expect_line "$name allowed"
	done
}

@test "the filter lets through what a capability asks for" {
	box -v "${INSIDE%/*}:/x" --cap-add sys_admin --rootfs "$root" /x/inside calls
	expect_line 'unshare-newns allowed'
	expect_line 'unshare-newuser allowed'
	expect_line 'mount EFAULT'
	expect_line 'socket-alg EPERM'
	expect_line 'ioctl-tiocsti EPERM'
}

@test "the keys of our session are not the container's" {
	run "$INSIDE" with-key holt-test-key "$INSIDE" find-key holt-test-key
	expect_output found
	for option in --init --init=false; do
		run "$INSIDE" with-key holt-test-key "$HOLT" run --network none $option \
			--security-opt seccomp=unconfined -v "${INSIDE%/*}:/x" busybox \
			/x/inside find-key holt-test-key
		expect_output ENOKEY
	done
}

@test "CVE-2021-43784: texts of every length and with odd bytes" {
	local long

	long=$(printf 'x%.0s' {1..65})
	box -h "$long" busybox true
	expect_status 125
	for size in 65535 65536 65537 130000; do
		long=$(head -c "$size" /dev/zero | tr '\0' x)
		box -e "A=$long" busybox sh -c 'echo ${#A}; readlink /proc/self/ns/user'
		expect_status 0
		[ "${lines[0]}" = "$size" ]
		[ "${lines[1]}" != "$(readlink /proc/self/ns/user)" ]
		box -w "/$long" busybox true
		expect_status 125
		box --tmpfs "/t:$long" busybox true
		expect_status 125
		box --add-host "$long:1.2.3.4" busybox true
		expect_status 125
	done
	for text in $'a\nb' $'a\rb' 'a b' 'a:b' 'a/b'; do
		box -h "$text" busybox true
		expect_status 125
		box --add-host "$text:1.2.3.4" busybox true
		expect_status 125
		box --dns "$text" busybox true
		expect_status 125
	done
}

@test "bwrap #304: a runtime directory of somebody else's is not used" {
	mkdir "$BATS_TEST_TMPDIR/run"
	ln -s "$canary/dir" "$BATS_TEST_TMPDIR/run/holt"
	XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run box --name a busybox true
	expect_refusal "$BATS_TEST_TMPDIR/run/holt"
	rm "$BATS_TEST_TMPDIR/run/holt"
	mkdir -m 0777 "$BATS_TEST_TMPDIR/run/holt"
	XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run box --name a busybox true
	expect_refusal "$BATS_TEST_TMPDIR/run/holt"
	chmod 0700 "$BATS_TEST_TMPDIR/run/holt"
	mkdir -m 0700 "$BATS_TEST_TMPDIR/run/holt/names"
	ln -s "$canary/file" "$BATS_TEST_TMPDIR/run/holt/names/a"
	XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run box --name a busybox true
	expect_status 125
}

@test "once the root is opened nothing of it is named by a path of the host's" {
	local trace=$BATS_TEST_TMPDIR/trace

	run unshare -Ur strace -f -qq -s 500 -o "$trace" "$HOLT" run --network none \
		--rootfs "$root" -w /new/dir -v "$canary:/m" --tmpfs /t true
	expect_status 0
	# From the copy of the tree on: by descriptor only. What is opened must be
	# closed at execve.
	run awk -v root="$root" 'index($0, "open_tree(") && index($0, root) { seen = 1; next }
		seen && index($0, "\"" root) { print }
		END { if (!seen) print "the root was never opened" }' "$trace"
	expect_output ''
	run awk '/ execve\("\/bin\/true"/ { exit } / openat?\(/ && !/O_CLOEXEC/ && !/= -1/ &&
		!/"\/dev\/null", O_RDWR\)/ { print }' "$trace"
	expect_output ''
	# Inside the root: only below it, and never by a magic link.
	run grep -E 'openat2\(' "$trace"
	while read -r line; do
		[[ $line == *RESOLVE_NO_MAGICLINKS* && $line == *RESOLVE_IN_ROOT* ]] ||
			differs "$line"
	done <<<"$output"
	# In order: the root is entered, the old one let go, then ids and filter.
	run bash -c 'grep -oE " (pivot_root|umount2|capset|setresuid|seccomp|close_range)\(" "$1" | tr -d " (" | uniq' - "$trace"
	expect_match $'pivot_root\numount2'
}
