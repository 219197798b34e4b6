#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The options of holt run: what each does, and how each refuses what it can't.

load ../lib/helpers

setup_file()
{
	setup_busybox_root
}

teardown()
{
	expect_nothing_left
}

# Run in the busybox of the host's, without a network of its own.
box()
{
	run "$HOLT" run --network none "$@"
}

# The option given here is refused by a line that names it and has $1 in it.
refuses()
{
	local text=$1

	shift
	run "$HOLT" run "$@" busybox true
	expect_refusal "${1%%=*}"
	expect_text "$text"
}

# --- what runs ---

@test "-e sets a variable" {
	box -e A=1 -e B='x  =y' -e C= busybox sh -c 'echo "$A,$B,${C-unset}"'
	expect_output '1,x  =y,'
}

@test "-e takes our own value of a bare name, and of all that match NAME*" {
	HOLT_X_1=one HOLT_X_2='two three' HOLT_Y=no \
		box -e HOLT_X_1 -e HOLT_NOT_THERE busybox env
	expect_line HOLT_X_1=one
	expect_no_text HOLT_NOT_THERE
	HOLT_X_1=one HOLT_X_2='two three' HOLT_Y=no box -e 'HOLT_X*' busybox env
	expect_line HOLT_X_1=one
	expect_line 'HOLT_X_2=two three'
	expect_no_text HOLT_Y
}

@test "-e: the last one counts; nothing else of ours goes in" {
	HOLT_SECRET=1 box -e A=1 -e A=2 busybox env
	expect_line A=2
	expect_no_text A=1
	expect_no_text HOLT_SECRET
	expect_no_text XDG_RUNTIME_DIR
	expect_line container=holt
	expect_line HOME=/root
	expect_match '(^|'$'\n'')PATH=/usr/local/sbin:'
}

@test "-e refuses a variable without a name" {
	refuses '=x' --env==x
}

@test "--env-file sets what its lines say" {
	printf '%s\n' '# comment' '' 'A=1' '  B=two words' 'HOLT_OWN' $'C=cr\r' \
		>"$BATS_TEST_TMPDIR/env"
	HOLT_OWN=mine box --env-file "$BATS_TEST_TMPDIR/env" -e A=over busybox env
	expect_line A=over
	expect_line 'B=two words'
	expect_line HOLT_OWN=mine
	expect_line C=cr
}

@test "--env-file refuses what it can't read" {
	refuses /nonexistent --env-file=/nonexistent
	mkfifo "$BATS_TEST_TMPDIR/fifo"
	refuses fifo --env-file="$BATS_TEST_TMPDIR/fifo"
	echo '=x' >"$BATS_TEST_TMPDIR/env"
	refuses '=x' --env-file="$BATS_TEST_TMPDIR/env"
}

@test "-w: the command starts there, and it is made if missing" {
	box -w /usr/bin busybox pwd
	expect_output /usr/bin
	box -w /new/place busybox sh -c 'pwd; stat -c %a:%U .'
	expect_output $'/new/place\n755:root'
}

@test "-w refuses a relative path, and a file" {
	refuses relative --workdir=relative
	box -w /etc/passwd busybox true
	expect_refusal /etc/passwd
}

@test "--entrypoint goes before the command" {
	box --entrypoint echo busybox a b
	expect_output 'a b'
	box --entrypoint '["printf","%s-%s","x y"]' busybox z
	expect_output 'x y-z'
	box --entrypoint '' busybox echo plain
	expect_output plain
}

@test "--entrypoint refuses what is no array of strings" {
	refuses '[1]' --entrypoint='[1]'
	refuses '["a"' --entrypoint='["a"'
	refuses '["a"]x' --entrypoint='["a"]x'
}

@test "--init: PID 1 is holt-init, which reaps orphans" {
	# Whoever isn't reaped stays in /proc.
	box --init busybox sh -c 'cat /proc/1/comm; (sleep 0.1 & echo $! >/tmp/orphan; exec true) &
		wait; orphan=/proc/$(cat /tmp/orphan); i=0
		while [ -e "$orphan" ] && [ $((i += 1)) -lt 100 ]; do sleep 0.1; done
		[ ! -e "$orphan" ] || cat "$orphan/status"'
	expect_output holt-init
}

@test "--init=false: PID 1 is the command" {
	box --init=false busybox sh -c 'echo $$'
	expect_output 1
}

@test "--init refuses what is neither yes nor no" {
	refuses perhaps --init=perhaps
}

@test "switches take yes and no, and no other word" {
	for name in rm interactive tty privileged read-only; do
		refuses perhaps --$name=perhaps
		box --$name=false busybox true
		expect_status 0
	done
	box --read-only=yes --rm=true busybox touch /x
	expect_status 1
}

# --- users ---

@test "-u: by name, uid, uid:gid, name:group" {
	local root=(--rootfs "$BUSYBOX_ROOT")

	box "${root[@]}" -u app id
	expect_output 'uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)'
	box "${root[@]}" -u 1000 id
	expect_output 'uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)'
	box "${root[@]}" -u 1000:0 id
	expect_output 'uid=1000(app) gid=0(root) groups=0(root)'
	box "${root[@]}" -u app:extra id
	expect_output 'uid=1000(app) gid=2000(extra) groups=2000(extra)'
	box "${root[@]}" -u 77:88 id
	expect_output 'uid=77 gid=88 groups=88'
	box "${root[@]}" -u 77 id
	expect_output 'uid=77 gid=0(root) groups=0(root)'
}

@test "-u sets HOME to that of the user" {
	box --rootfs "$BUSYBOX_ROOT" -u app sh -c 'echo $HOME'
	expect_output /home/app
	box --rootfs "$BUSYBOX_ROOT" -u app -e HOME=/x sh -c 'echo $HOME'
	expect_output /x
	box --rootfs "$BUSYBOX_ROOT" -u 77 sh -c 'echo $HOME'
	expect_output /
}

@test "-u refuses unknown names and what is no id" {
	refuses nosuch --user=nosuch
	refuses nogrp --user=0:nogrp
	for word in 4294967295 4294967296 0x1 +1 -1 1e3 ' 1' '' : 0: :0 ::; do
		refuses "'" --user="$word" || refuses "$word" --user="$word"
	done
}

@test "-u: digits are an id, whatever names there are" {
	cp -r "$BUSYBOX_ROOT" "$BATS_TEST_TMPDIR/root"
	echo '1000:x:0:0::/:/bin/sh' >"$BATS_TEST_TMPDIR/root/etc/passwd"
	echo '1000:x:0:' >"$BATS_TEST_TMPDIR/root/etc/group"
	box --rootfs "$BATS_TEST_TMPDIR/root" -u 1000:1000 id -u
	expect_output 1000
	box --rootfs "$BATS_TEST_TMPDIR/root" -u 01000 id -u
	expect_output 1000
	box --rootfs "$BATS_TEST_TMPDIR/root" -u 0:1000 id -g
	expect_output 1000
}

@test "-u refuses an id that isn't mapped" {
	box -u 200000 busybox true
	expect_refusal '200000 is not mapped'
}

@test "--userns host: root inside is the caller outside" {
	mkdir "$BATS_TEST_TMPDIR/d"
	box --userns host -v "$BATS_TEST_TMPDIR/d:/d" busybox touch /d/x
	expect_status 0
	[ "$(stat -c %u "$BATS_TEST_TMPDIR/d/x")" = "$(id -u)" ]
}

@test "--userns keep-id: the caller is himself" {
	mkdir "$BATS_TEST_TMPDIR/d"
	box --userns keep-id -v "$BATS_TEST_TMPDIR/d:/mnt" host sh -c 'touch /mnt/x; id -u; id -g; id -un'
	expect_status 0
	expect_output "$(id -u; id -g; id -un)"
	[ "$(stat -c %u "$BATS_TEST_TMPDIR/d/x")" = "$(id -u)" ]
	box --userns keep-id -u 0 busybox sh -c 'id -u; cat /proc/self/uid_map'
	expect_line 0
	expect_match "$(id -u) +$(id -u) +1"'($|'$'\n'')'
}

@test "--userns keep-id:uid=,gid=: the caller is who they say" {
	mkdir "$BATS_TEST_TMPDIR/d"
	box --userns keep-id:uid=5,gid=6 -v "$BATS_TEST_TMPDIR/d:/d" busybox \
		sh -c 'touch /d/x; id -u; id -g'
	expect_output $'5\n6'
	[ "$(stat -c %u:%g "$BATS_TEST_TMPDIR/d/x")" = "$(id -u):$(id -g)" ]
}

@test "--userns nomap: the caller is nobody inside" {
	mkdir -m 0777 "$BATS_TEST_TMPDIR/d"
	touch "$BATS_TEST_TMPDIR/d/own"
	box --userns nomap -v "$BATS_TEST_TMPDIR/d:/d" busybox \
		sh -c 'id -u; stat -c %u /d/own; touch /d/x'
	expect_status 0
	expect_output $'0\n65534'
	[ "$(stat -c %u "$BATS_TEST_TMPDIR/d/x")" != "$(id -u)" ]
	"$HOLT" run --network none -v "$BATS_TEST_TMPDIR/d:/d" busybox rm /d/x
}

@test "--userns refuses other words" {
	refuses nosuch --userns=nosuch
	refuses uid=x --userns=keep-id:uid=x
	refuses foo=1 --userns=keep-id:foo=1
}

# --- files ---

@test "-v shows a directory and a file of the host" {
	mkdir "$BATS_TEST_TMPDIR/d"
	echo text >"$BATS_TEST_TMPDIR/d/f"
	box -v "$BATS_TEST_TMPDIR/d:/data/deep" busybox sh -c 'cat /data/deep/f; echo new >/data/deep/g'
	expect_output text
	[ "$(cat "$BATS_TEST_TMPDIR/d/g")" = new ]
	box -v "$BATS_TEST_TMPDIR/d/f:/etc/profile" busybox cat /etc/profile
	expect_output text
}

@test "-v takes a relative source that begins with a dot" {
	cd "$BATS_TEST_TMPDIR"
	echo text >f
	box -v ./f:/f busybox cat /f
	expect_output text
}

@test "-v ...:ro can't be written" {
	mkdir "$BATS_TEST_TMPDIR/d"
	box -v "$BATS_TEST_TMPDIR/d:/d:ro" busybox touch /d/x
	expect_status 1
	expect_text 'Read-only file system'
	box -v "$BATS_TEST_TMPDIR/d:/d:rw" busybox touch /d/x
	expect_status 0
}

@test "-v ...:ro covers what is mounted below, and can't be undone" {
	mkdir -p "$BATS_TEST_TMPDIR/d/sub"
	run unshare -Urm sh -c 'mount -t tmpfs t "$1/d/sub" && touch "$1/d/sub/x" &&
		"$HOLT" run --network none -v "$1/d:/d:ro" busybox \
			sh -c "ls /d/sub; touch /d/sub/y; mount -o remount,rw /d/sub; touch /d/sub/y"' \
		sh "$BATS_TEST_TMPDIR"
	expect_line x
	expect_text "touch: /d/sub/y: Read-only file system"
	[ "$(grep -c 'Read-only file system' <<<"$output")" -eq 2 ]
	expect_no_text "can't find"
}

@test "-v keeps its mounts private unless told otherwise" {
	mkdir "$BATS_TEST_TMPDIR/d"
	box -v "$BATS_TEST_TMPDIR/d:/d" busybox grep ' /d ' /proc/self/mountinfo
	expect_status 0
	expect_no_text shared:
	expect_no_text master:
	box -v "$BATS_TEST_TMPDIR/d:/d:noexec,nosuid,nodev" busybox grep ' /d ' /proc/self/mountinfo
	expect_text nosuid,nodev,noexec
}

@test "-v refuses what it can't show" {
	refuses /nonexistent --volume=/nonexistent:/x
	refuses relative --volume=/etc:relative
	refuses '/a/../b' --volume=/etc:/a/../b
	refuses 'nor the name of a volume' --volume='na me:/x'
	refuses nosuch --volume=/etc:/x:nosuch
	refuses "'U' is not supported" --volume=/etc:/x:U
	refuses "'O' is not supported" --volume=/etc:/x:O
	refuses "'idmap' is not supported" --volume=/etc:/x:idmap
}

@test "-v onto a place the host doesn't have is refused with the remedy" {
	box -v /etc:/no/such/place host true
	expect_refusal 'mount on /no/such/place'
	expect_text 'such as /tmp'
	box -v /etc:/tmp/place host ls /tmp/place/passwd
	expect_status 0
}

@test "-v may not cover /proc nor the root" {
	for target in /proc /proc/self /; do
		box -v /tmp:$target busybox true
		expect_refusal "mount on"
		expect_text "$target"
	done
}

@test "--mount type=bind" {
	mkdir "$BATS_TEST_TMPDIR/d"
	box --mount "type=bind,src=$BATS_TEST_TMPDIR/d,dst=/d" busybox touch /d/x
	expect_status 0
	box --mount "type=bind,source=$BATS_TEST_TMPDIR/d,target=/d,readonly" busybox touch /d/y
	expect_status 1
	box --mount "type=bind,source=$BATS_TEST_TMPDIR/d,destination=/d,ro=true" busybox touch /d/y
	expect_status 1
	box --mount "type=bind,source=$BATS_TEST_TMPDIR/d,destination=/d,ro=false,bind-propagation=rslave" busybox touch /d/y
	expect_status 0
}

@test "--mount type=tmpfs" {
	box --mount type=tmpfs,dst=/t,tmpfs-size=64k,tmpfs-mode=0750 busybox \
		sh -c 'stat -c %a /t; df -k /t | tail -n 1 | tr -s " " | cut -d" " -f2'
	expect_output $'750\n64'
	box --mount type=tmpfs,dst=/t busybox stat -c %a /t
	expect_output 1777
}

@test "--mount type=devpts" {
	box --mount type=devpts,dst=/other busybox ls /other
	expect_output ptmx
}

@test "--mount refuses what it doesn't know" {
	refuses 'no target' --mount=type=tmpfs
	refuses 'no source' --mount=type=bind,dst=/x
	refuses "type 'nosuch'" --mount=type=nosuch,dst=/x
	refuses "'nosuch'" --mount=type=tmpfs,dst=/x,nosuch=1
	refuses "'nosuch'" --mount=type=tmpfs,dst=/x,nosuch
	refuses relative --mount=type=tmpfs,dst=relative
	refuses perhaps --mount=type=tmpfs,dst=/x,ro=perhaps
	box --mount type=bind,src=/etc,dst=/x,tmpfs-size=1 busybox true
	expect_refusal "mount on /x: option 'size=1'"
}

@test "--tmpfs mounts an empty one, with options" {
	box --tmpfs /t busybox sh -c 'touch /t/x; stat -c %a /t; grep " /t " /proc/self/mountinfo'
	expect_line 1777
	expect_text nosuid,nodev,noexec
	box --tmpfs /t:size=1m,mode=0700,exec busybox sh -c 'stat -c %a /t; grep " /t " /proc/self/mountinfo'
	expect_line 700
	expect_text size=1024k
	expect_no_text noexec
	box --tmpfs /t:uid=5,gid=6 busybox stat -c %u:%g /t
	expect_output 5:6
}

@test "--tmpfs with tmpcopyup begins with what lies under it" {
	box --tmpfs /etc:tmpcopyup busybox sh -c \
		'ln -s a /etc/l; stat -c %a /etc /etc/passwd; head -n1 /etc/passwd; df /etc | tail -n1'
	expect_status 0
	expect_line 755
	expect_line 644
	expect_text 'root:x:0:0'
	expect_text tmpfs
	box --tmpfs /bin:tmpcopyup,ro,exec --rootfs "$BUSYBOX_ROOT" sh -c '[ -x /bin/busybox ] && touch /bin/x'
	expect_status 1
	expect_text 'Read-only file system'
}

@test "--tmpfs refuses bad targets and options" {
	refuses relative --tmpfs=relative
	box --tmpfs /t:nosuch=1 busybox true
	expect_refusal nosuch
	box --tmpfs /t:size=x busybox true
	expect_refusal size
}

@test "--read-only: the root can't be written, /tmp and /run can" {
	box --read-only busybox touch /x
	expect_status 1
	expect_text 'Read-only file system'
	box --read-only busybox sh -c 'touch /tmp/x /run/x /var/tmp/x /dev/shm/x'
	expect_status 0
	box --read-only --tmpfs /home busybox touch /home/x
	expect_status 0
}

@test "--shm-size is the size of /dev/shm" {
	local size='df -k /dev/shm | tail -n 1 | tr -s " " | cut -d" " -f2'

	box busybox sh -c "$size"
	expect_output 65536
	box --shm-size 1m busybox sh -c "$size"
	expect_output 1024
	refuses 1x --shm-size=1x
	box --shm-size 1m --ipc host busybox true
	expect_refusal --shm-size
}

@test "--device shows a node of the host's" {
	box --device /dev/net/tun busybox stat -c %t:%T /dev/net/tun
	expect_output a:c8
	box --device /dev/zero:/dev/nothing busybox sh -c 'head -c 3 /dev/nothing | wc -c; stat -c %t:%T /dev/nothing'
	expect_output $'3\n1:5'
	box --device /dev/zero:/dev/nothing:r busybox stat -c %t:%T /dev/nothing
	expect_output 1:5
}

@test "--device refuses what is no device" {
	refuses /nonexistent --device=/nonexistent
	refuses 'not a device' --device=/etc/passwd
	refuses relative --device=relative
}

@test "--rootfs DIR is the root, and changes stay" {
	cp -r "$BUSYBOX_ROOT" "$BATS_TEST_TMPDIR/root"
	box --rootfs "$BATS_TEST_TMPDIR/root" sh -c 'echo hi >/etc/new; ls -d /home/app'
	expect_output /home/app
	[ "$(cat "$BATS_TEST_TMPDIR/root/etc/new")" = hi ]
}

@test "--rootfs DIR:O throws changes away" {
	cp -r "$BUSYBOX_ROOT" "$BATS_TEST_TMPDIR/root"
	box --rootfs "$BATS_TEST_TMPDIR/root:O" sh -c 'echo hi >/etc/new; rm -r /home;
		mkdir /etc/d; mv /bin/du /bin/dd /etc/d; cat /etc/new; ls /etc/d; ls /home'
	expect_line hi
	expect_line du
	expect_text '/home: No such file'
	[ ! -e "$BATS_TEST_TMPDIR/root/etc/new" ]
	[ -d "$BATS_TEST_TMPDIR/root/home/app" ]
	[ -e "$BATS_TEST_TMPDIR/root/bin/du" ]
}

@test "--rootfs takes odd names" {
	cp -r "$BUSYBOX_ROOT" "$BATS_TEST_TMPDIR/a:b,c d"
	box --rootfs "$BATS_TEST_TMPDIR/a:b,c d" ls -d /home/app
	expect_output /home/app
	box --rootfs "$BATS_TEST_TMPDIR/a:b,c d:O" ls -d /home/app
	expect_output /home/app
}

@test "--rootfs refuses what is no directory, and wants a command" {
	run "$HOLT" run --rootfs /nonexistent true
	expect_refusal /nonexistent
	run "$HOLT" run --rootfs /etc/passwd true
	expect_refusal /etc/passwd
	run "$HOLT" run --rootfs "$BUSYBOX_ROOT"
	expect_refusal 'no command'
}

# --- network names ---

@test "-h sets the host name" {
	box -h some-name busybox sh -c 'hostname; cat /etc/hostname; echo $HOSTNAME'
	expect_output $'some-name\nsome-name\nsome-name'
	refuses 'bad name' --hostname='bad name'
	refuses "''" --hostname=
	refuses $'a' --hostname=$'a\nb' || expect_status 125
	box -h x --uts host busybox true
	expect_refusal --hostname
}

@test "--add-host adds lines to /etc/hosts" {
	box --add-host a:1.2.3.4 --add-host 'b;c:fe80::1' busybox cat /etc/hosts
	expect_line $'1.2.3.4\ta'
	expect_line $'fe80::1\tb'
	expect_line $'fe80::1\tc'
	run "$HOLT" run --add-host gw:host-gateway busybox cat /etc/hosts
	expect_line $'10.0.2.2\tgw'
	refuses nocolon --add-host=nocolon
	refuses a:b --add-host=a:b
	refuses 'a b' --add-host='a b:1.2.3.4'
	refuses 'a' --add-host=$'a:1.2.3.4\n6.6.6.6 evil' || expect_status 125
}

@test "--dns is the name server that is asked" {
	box --dns 192.0.2.1 --dns 2001:db8::1 busybox cat /etc/resolv.conf
	expect_output $'nameserver 192.0.2.1\nnameserver 2001:db8::1'
	refuses nosuch --dns=nosuch
	run "$HOLT" run busybox grep nameserver /etc/resolv.conf
	expect_output 'nameserver 10.0.2.3'
}

@test "--dns-search and --dns-option take the place of the host's" {
	run "$HOLT" run --dns-search a.example --dns-search b.example --dns-option ndots:2 \
		--dns-opt edns0 busybox cat /etc/resolv.conf
	expect_output 'nameserver 10.0.2.3
search a.example b.example
options ndots:2 edns0'
	run "$HOLT" run --dns-search . --dns-option ndots:2 busybox cat /etc/resolv.conf
	expect_output 'nameserver 10.0.2.3
options ndots:2'
	run "$HOLT" run --network host --dns-search a.example --dns-option ndots:2 host cat /etc/resolv.conf
	expect_output "search a.example
options ndots:2$(sed -n 's/^nameserver /\n&/p' /etc/resolv.conf)"
	refuses "'a b' is not a word" --dns-search 'a b'
	run -125 "$HOLT" run --dns-option $'x\nnameserver 192.0.2.1' busybox true
	expect_match 'is not a word'
}

@test "--network none has just a loopback, which is up" {
	run "$HOLT" run --network none busybox sh -c 'ls /sys/class/net; ip -o link show lo'
	expect_line lo
	expect_text LOOPBACK,UP
}

@test "--network host is the host's" {
	run "$HOLT" run --network host host readlink /proc/self/ns/net
	expect_output "$(readlink /proc/self/ns/net)"
	run "$HOLT" run --network host host sh -c 'hostname; ls /sys/class/net | sort'
	expect_output "$(hostname; ls /sys/class/net | sort)"
}

@test "--network refuses other words" {
	refuses nosuch --network=nosuch
	refuses 'no option' --network=slirp:nosuch=1
	refuses mtu --network=slirp:mtu=1
	refuses perhaps --network=slirp:enable_ipv6=perhaps
	refuses "''" --network=
}

# --- isolation ---

@test "--cap-drop and --cap-add: what the command may have" {
	local show='grep -E "Cap(Bnd|Eff|Inh|Amb)" /proc/self/status'

	box --cap-drop all busybox sh -c "$show"
	expect_line $'CapBnd:\t0000000000000000'
	expect_line $'CapEff:\t0000000000000000'
	box --cap-drop ALL --cap-add CAP_CHOWN --cap-add net_admin busybox sh -c "$show"
	expect_line $'CapBnd:\t0000000000001001'
	expect_line $'CapEff:\t0000000000001001'
	expect_line $'CapInh:\t0000000000000000'
	expect_line $'CapAmb:\t0000000000000000'
	box --cap-drop chown,kill host sh -c "$show"
	expect_line $'CapBnd:\t00000000800405da'
}

@test "--cap-add all is all the kernel has" {
	box --cap-add all busybox sh -c 'grep CapEff /proc/self/status; cat /proc/sys/kernel/cap_last_cap'
	expect_line "$(printf 'CapEff:\t%016x' $(((2 << lines[1]) - 1)))"
	box --cap-add all --cap-drop sys_admin busybox sh -c 'grep CapEff /proc/self/status'
	expect_no_text 1ffffffffff
}

@test "--cap-add for another user is kept through execve" {
	box -u 5 --cap-add net_bind_service busybox grep Cap /proc/self/status
	expect_line $'CapEff:\t0000000000000400'
	expect_line $'CapAmb:\t0000000000000400'
	box -u 5 busybox grep Cap /proc/self/status
	expect_line $'CapEff:\t0000000000000000'
	expect_line $'CapPrm:\t0000000000000000'
}

@test "capabilities refuse names there are none of" {
	refuses nosuch --cap-add=nosuch
	refuses nosuch --cap-drop=chown,nosuch
	refuses "''" --cap-add=
}

@test "--privileged: all capabilities, no filter, no masks, your devices" {
	box --privileged busybox sh -c 'grep -E "CapEff|Seccomp:" /proc/self/status; ls /dev/net/tun
		cut -d" " -f5 /proc/self/mountinfo'
	expect_match $'CapEff:\t0000..ffffffffff'
	expect_line $'Seccomp:\t0'
	expect_line /dev/net/tun
	expect_line /proc
	expect_no_text /proc/
}

@test "--privileged and CAP_SYS_ADMIN don't go with the root host" {
	box --privileged host true
	expect_refusal "the root 'host' and CAP_SYS_ADMIN"
	box --cap-add sys_admin host true
	expect_refusal "the root 'host' and CAP_SYS_ADMIN"
	box --cap-add all --cap-drop sys_admin host true
	expect_status 0
}

@test "--security-opt no-new-privileges" {
	box --security-opt no-new-privileges busybox grep NoNewPrivs /proc/self/status
	expect_output $'NoNewPrivs:\t1'
	box busybox grep NoNewPrivs /proc/self/status
	expect_output $'NoNewPrivs:\t0'
	box --security-opt no-new-privileges=false busybox grep NoNewPrivs /proc/self/status
	expect_output $'NoNewPrivs:\t0'
	box --security-opt no-new-privileges -u 5 busybox grep Seccomp: /proc/self/status
	expect_output $'Seccomp:\t2'
}

@test "--security-opt seccomp" {
	box --security-opt seccomp=unconfined busybox grep Seccomp: /proc/self/status
	expect_output $'Seccomp:\t0'
	box busybox grep Seccomp: /proc/self/status
	expect_output $'Seccomp:\t2'
	echo '{"defaultAction":"SCMP_ACT_ALLOW","syscalls":[{"names":["mkdir","mkdirat"],
		"action":"SCMP_ACT_ERRNO","errnoRet":28}]}' >"$BATS_TEST_TMPDIR/filter.json"
	box --security-opt "seccomp=$BATS_TEST_TMPDIR/filter.json" busybox mkdir /x
	expect_status 1
	expect_text 'No space left'
}

@test "--security-opt mask and unmask" {
	box --security-opt mask=/proc/uptime:/home busybox sh -c 'cat /proc/uptime; touch /home/x'
	expect_status 1
	expect_text 'Read-only file system'
	[ "$(wc -l <<<"$output")" -eq 1 ]
	box busybox cat /proc/interrupts
	expect_output ''
	box --security-opt unmask=/proc/interrupts busybox cat /proc/interrupts
	[ -n "$output" ]
	box --security-opt unmask=ALL busybox cut -d' ' -f5 /proc/self/mountinfo
	expect_no_text /proc/
}

@test "--security-opt accepts leaving off what isn't on" {
	box --security-opt label=disable --security-opt apparmor=unconfined \
		--security-opt label:disable busybox true
	expect_status 0
}

@test "--security-opt refuses what there isn't" {
	refuses nosuch --security-opt=nosuch
	refuses AppArmor --security-opt=apparmor=profile
	refuses SELinux --security-opt=label=type:t
	refuses perhaps --security-opt=no-new-privileges=perhaps
	refuses /nonexistent --security-opt=seccomp=/nonexistent
	echo '{' >"$BATS_TEST_TMPDIR/broken.json"
	refuses broken.json --security-opt="seccomp=$BATS_TEST_TMPDIR/broken.json"
}

@test "--ulimit sets limits" {
	box --ulimit nofile=64:128 busybox sh -c 'ulimit -Sn; ulimit -Hn'
	expect_output $'64\n128'
	box --ulimit core=0 busybox sh -c 'ulimit -Sc; ulimit -Hc'
	expect_output $'0\n0'
	box --ulimit host busybox true
	expect_status 0
}

@test "--ulimit above our own hard limit: what there is, and a warning" {
	run --separate-stderr bash -c 'ulimit -n 500; "$HOLT" run --network none \
		--ulimit nofile=1000:2000 busybox sh -c "ulimit -Sn; ulimit -Hn"'
	expect_output $'500\n500'
	[[ $stderr == 'holt: warning: --ulimit nofile: 2000 is above your own hard limit'* ]]
}

@test "--ulimit refuses what is no limit" {
	refuses nosuch --ulimit=nosuch=1
	refuses nofile --ulimit=nofile
	refuses nofile=x --ulimit=nofile=x
	refuses nofile=-2 --ulimit=nofile=-2
	refuses 'above the hard' --ulimit=nofile=10:5
	refuses nofile=1:2:3 --ulimit=nofile=1:2:3
}

@test "--sysctl sets a parameter of the container's" {
	box --sysctl net.ipv4.ip_forward=1 --sysctl kernel.msgmax=1234 busybox \
		sysctl -n net.ipv4.ip_forward kernel.msgmax
	expect_output $'1\n1234'
	run "$HOLT" run --sysctl net.ipv4.ip_default_ttl=99 busybox sysctl -n net.ipv4.ip_default_ttl
	expect_output 99
}

@test "--sysctl refuses what would change the host" {
	refuses 'kernel.panic' --sysctl=kernel.panic=1
	refuses 'vm.swappiness' --sysctl=vm.swappiness=1
	refuses 'kernel.hostname' --sysctl=kernel.hostname=x
	refuses nosuch --sysctl=nosuch
	refuses '..' --sysctl=net.ipv4....kernel.panic=1
	refuses 'net/../kernel/panic' --sysctl=net/../kernel/panic=1
	box --ipc host --sysctl kernel.msgmax=1234 busybox true
	expect_refusal 'ipc namespace'
	run "$HOLT" run --network host --sysctl net.ipv4.ip_forward=1 busybox true
	expect_refusal 'network namespace'
	box --sysctl net.nosuch.parameter=1 busybox true
	expect_refusal net.nosuch.parameter
}

@test "--pid host shows the host's processes" {
	box --pid host host readlink /proc/self/ns/pid
	expect_output "$(readlink /proc/self/ns/pid)"
	box --pid host host sh -c "ls -d /proc/$$"
	expect_output "/proc/$$"
	box --pid private busybox sh -c 'ls -d /proc/[0-9]* | wc -l'
	[ "$output" -lt 8 ]
	refuses nosuch --pid=nosuch
	box --pid ns:/proc/self/ns/pid busybox true
	expect_refusal 'join the pid namespace'
}

@test "--ipc host and --uts host share the host's" {
	box --ipc host host readlink /proc/self/ns/ipc
	expect_output "$(readlink /proc/self/ns/ipc)"
	box --uts host host sh -c 'readlink /proc/self/ns/uts; hostname'
	expect_output "$(readlink /proc/self/ns/uts; hostname)"
	for word in private shareable none; do
		box --ipc $word host readlink /proc/self/ns/ipc
		[ "$output" != "$(readlink /proc/self/ns/ipc)" ]
	done
	refuses nosuch --ipc=nosuch
	refuses nosuch --uts=nosuch
}

# --- the container ---

@test "--cidfile gets the id, and may not exist" {
	box --cidfile "$BATS_TEST_TMPDIR/id" busybox hostname
	expect_status 0
	[[ "$(cat "$BATS_TEST_TMPDIR/id")" =~ ^[0-9a-f]{64}$ ]]
	[[ "$(cat "$BATS_TEST_TMPDIR/id")" == "$output"* ]]
	refuses "$BATS_TEST_TMPDIR/id" --cidfile="$BATS_TEST_TMPDIR/id"
	refuses /nonexistent/id --cidfile=/nonexistent/id
	run -127 "$HOLT" run --network none --cidfile "$BATS_TEST_TMPDIR/other" busybox /nosuch
	[ ! -e "$BATS_TEST_TMPDIR/other" ]
}

@test "--preserve-fds passes descriptors on, and no others" {
	echo three >"$BATS_TEST_TMPDIR/3"
	run bash -c '"$HOLT" run --network none --preserve-fds 1 busybox cat <&- /proc/self/fd/3 3<"$1" 9<"$1"' \
		- "$BATS_TEST_TMPDIR/3"
	expect_output three
	run bash -c '"$HOLT" run --network none --preserve-fds 3 -v "${INSIDE%/*}:/mnt" \
		host /mnt/inside descriptors 3<"$1" 4<&- 5<"$1" 6<"$1" 9<"$1"' - "$BATS_TEST_TMPDIR/3"
	expect_status 0
	expect_output $'0\n1\n2\n3\n5'
	refuses -1 --preserve-fds=-1
	refuses x --preserve-fds=x
}

@test "--stop-signal takes a signal, and no other word" {
	box --stop-signal USR1 busybox true
	expect_status 0
	box --stop-signal SIGRTMIN+3 busybox true
	expect_status 0
	refuses nosuch --stop-signal=nosuch
	refuses 99 --stop-signal=99
}

@test "--name is one container's at a time" {
	local from line holt

	exec {from}< <(exec "$HOLT" run --network none --name one busybox sh -c 'echo ready; exec sleep 60')
	holt=$!
	read -r -u "$from" line
	box --name one busybox true
	expect_refusal 'the name "one" is already in use'
	box --name two busybox true
	expect_status 0
	kill "$holt"
	wait "$holt" || :
	box --name one busybox true
	expect_status 0
}

@test "--name is free again when its holder was killed" {
	local from line holt

	exec {from}< <(exec "$HOLT" run --network none --name one busybox sh -c 'echo ready; exec sleep 60')
	holt=$!
	read -r -u "$from" line
	kill -9 "$holt"
	wait "$holt" || :
	box --name one busybox true
	expect_status 0
}

@test "--name refuses what is no name" {
	for word in '' .x -x a/b 'a b' .. $'a\nb'; do
		refuses 'is not a name' --name="$word" || expect_status 125
	done
	refuses 'is not a name' --name="$(printf 'x%.0s' {1..129})"
}

@test "--bundle and --rootfs exclude each other" {
	run "$HOLT" run --bundle . --rootfs . true
	expect_status 125
	expect_text --bundle
	expect_text --rootfs
}
