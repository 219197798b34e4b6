#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime exec and ps: coming into a container that runs.

load ../lib/helpers
load ../lib/box

setup_file()
{
	setup_busybox_root
	setup_runtime
}

setup()
{
	make_bundle
}

teardown()
{
	remove_box
}

@test "a command runs in every namespace of the container" {
	start_box
	rt exec box sh -c 'for ns in user mnt pid net ipc uts cgroup; do
		[ "$(readlink /proc/self/ns/$ns)" = "$(readlink /proc/1/ns/$ns)" ] &&
			echo "$ns"
	done; hostname; ls /'
	expect_status 0
	for ns in user mnt pid net ipc uts cgroup; do
		expect_line "$ns"
		[ "$("$RUNTIME" exec box readlink "/proc/self/ns/$ns")" != \
			"$(readlink "/proc/self/ns/$ns")" ] ||
			[ "$ns" = cgroup ] || differs "$ns is the host's"
	done
	expect_line box
	expect_line inside
}

@test "it is no child of the container's init, and has no more than it needs" {
	start_box
	rt exec box grep PPid /proc/self/status
	expect_output "PPid:	0"
	rt exec box /inside descriptors
	expect_output "0
1
2"
}

@test "its status is ours, and a signal counts 128 more" {
	start_box
	rt exec box sh -c 'exit 7'
	expect_status 7
	rt exec box sh -c 'kill -9 $$'
	expect_status 137
}

@test "a signal for the runtime is one for the command" {
	start_box
	"$RUNTIME" exec box sh -c 'trap "echo hurt; exit 3" TERM; touch /here
		while :; do sleep 0.1; done' >out 3>&- &
	pid=$!
	eventually [ -e "$bundle/rootfs/here" ]
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	output=$(<out)
	expect_status 3
	expect_output hurt
}

# What was brought in stays as a zombie, for its parent doesn't care.
exec_by_careless_parent()
{
	start_box
	python3 - "$RUNTIME" <<-'EOF' >parent.out 3>&- &
	import ctypes, subprocess, sys, time
	ctypes.CDLL(None).prctl(36, 1)  # PR_SET_CHILD_SUBREAPER
	subprocess.run([sys.argv[1], "exec", "--detach", "box", "sleep", "98763"],
	               stdin=subprocess.DEVNULL, check=True)
	print("there", flush=True)
	time.sleep(1000)
	EOF
	parent=$!
	eventually grep -q there parent.out
}

is_stopped()
{
	[[ $("$RUNTIME" state box) == *'"status": "stopped"'* ]]
}

@test "#20 a container is stopped, and deleted, whoever fails to reap what exec brought in" {
	exec_by_careless_parent
	rt kill box KILL
	expect_status 0
	eventually is_stopped
	rt state box
	[ "$(jq -c '[.status, .pid]' <<<"$output")" = '["stopped",0]' ] || differs
	rt kill box KILL
	expect_status 1
	expect_text 'container not running'
	rt delete box
	expect_status 0
	kill "$parent"

	exec_by_careless_parent
	SECONDS=0
	rt delete --force box
	expect_status 0
	[ "$SECONDS" -lt 8 ] || differs "it took $SECONDS s"
	kill "$parent"
}

@test "a command that isn't there is told as every runtime tells it" {
	start_box
	rt exec box nosuch
	expect_failure 'exec: "nosuch": executable file not found in $PATH'
	rt exec box /no/such
	expect_failure 'exec: "/no/such": no such file or directory'
	rt exec box /etc
	expect_failure 'exec: "/etc": permission denied'
	rt exec box /etc/passwd
	expect_failure 'exec: "/etc/passwd": permission denied'
	rt exec box ''
	expect_failure "name is empty"
	rt exec box
	expect_failure "process args cannot be empty"
}

@test "PATH is the container's; without one, the usual" {
	change '.process.env = ["COLOUR=red"]'
	start_box
	rt exec box true
	expect_status 0
	rt exec --env PATH=/usr box true
	expect_failure "not found in \$PATH"
}

@test "what the container's own process has is what it has, unless told else" {
	start_box
	rt exec box sh -c 'echo $COLOUR; pwd; umask; ulimit -n; ulimit -Hn
		cat /proc/self/oom_score_adj; grep -E "Cap|NoNew" /proc/self/status'
	expect_status 0
	expect_output "red
/
0022
90
100
500
CapInh:	0000000000000000
CapPrm:	0000000000000020
CapEff:	0000000000000020
CapBnd:	0000000000000020
CapAmb:	0000000000000000
NoNewPrivs:	0"
	rt exec --env COLOUR=blue -e SIZE=1=2 --cwd /home/app --no-new-privs \
		--cap CAP_NET_ADMIN -c sys_chroot box sh -c 'echo $COLOUR $SIZE
		pwd; grep -E "Cap|NoNew" /proc/self/status'
	expect_status 0
	expect_output "blue 1=2
/home/app
CapInh:	0000000000000000
CapPrm:	0000000000041020
CapEff:	0000000000041020
CapBnd:	0000000000041020
CapAmb:	0000000000000000
NoNewPrivs:	1"
}

@test "CVE-2025-27612, 2022-29162: --cap gives what it says and nothing more" {
	change 'del(.process.capabilities)'
	start_box
	rt exec --cap CAP_KILL box grep Cap /proc/self/status
	expect_output "CapInh:	0000000000000000
CapPrm:	0000000000000020
CapEff:	0000000000000020
CapBnd:	0000000000000020
CapAmb:	0000000000000000"
	rt exec --cap CAP_NONSENSE box true
	expect_failure "unknown capability 'CAP_NONSENSE'"
}

@test "HOME is set: what /etc/passwd says of the user, or /" {
	map_ranges
	change '.process.args = ["sh", "-c", "echo $HOME; exec sleep 1000"]'
	start_box
	eventually grep -qx /root box.out
	rt exec box sh -c 'echo $HOME'
	expect_output /root
	rt exec --user 1000 box sh -c 'echo $HOME'
	expect_output /home/app
	rt exec --user 77 box sh -c 'echo $HOME'
	expect_output /
	rt exec --env HOME=/tmp box sh -c 'echo $HOME'
	expect_output /tmp
	rm "$bundle/rootfs/etc/passwd"
	mkfifo "$bundle/rootfs/etc/passwd"
	rt exec box sh -c 'echo $HOME'
	expect_output /
}

@test "--user and --additional-gids are numbers of the container" {
	map_ranges
	start_box
	rt exec --user 1000:2000 -g 3000 -g 4000 box id
	expect_output "uid=1000(app) gid=2000(extra) groups=3000,4000"
	rt exec -u 1000 box id
	expect_output "uid=1000(app) gid=0(root)"
	rt exec --user 4000000 box id
	expect_failure "uid 4000000 is not mapped in the container's user namespace"
	rt exec --user 0:4000000 box id
	expect_failure "gid 4000000 is not mapped in the container's user namespace"
}

@test "CVE-2026-30892: a --user that isn't a number is no user" {
	start_box
	for user in app 1: :5 0x1 +1 ' 1' 1e3 -1 '' 1:2:3 4294967295 4294967296; do
		rt exec --user="$user" box id
		expect_failure "--user: '$user' is not"
	done
	rt exec --user 01 box id
	expect_failure "uid 1 is not mapped"
}

@test "with a single id there are no other groups" {
	start_box
	rt exec --additional-gids 5 box id
	expect_failure "additional groups can't be set"
}

@test "--cwd has to exist: nothing is made in a container that runs" {
	start_box
	rt exec --cwd /no/where box pwd
	expect_failure "enter the working directory /no/where: No such file"
	[ ! -e "$bundle/rootfs/no" ]
	rt exec --cwd tmp box pwd
	expect_failure "'tmp' must be an absolute path"
}

@test "--process replaces the process; what it doesn't speak of stays" {
	start_box
	cat >process.json <<-'EOF'
	{ "args": [ "sh", "-c", "echo $A-$COLOUR; pwd; ulimit -n; grep CapEff /proc/self/status" ],
	  "env": [ "PATH=/bin", "A=1" ], "cwd": "/home" }
	EOF
	rt exec --process process.json box
	expect_status 0
	expect_output "1-
/home
90
CapEff:	0000000000000020"
	jq '.capabilities = { bounding: ["CAP_CHOWN"] } | .rlimits = []' \
		process.json >other.json
	rt exec -p other.json box
	expect_status 0
	expect_line "CapEff:	0000000000000001"
	expect_no_text 90
}

@test "--process with what is wrong is refused by name" {
	start_box
	rt exec --process nosuch.json box
	expect_failure "--process: open nosuch.json: No such file"
	echo '{ "args": [ "id" ], "cwd": 5 }' >process.json
	rt exec --process process.json box
	expect_failure "--process process.json: /cwd: expected string, got number"
	echo '{ "args": [], "cwd": "/" }' >process.json
	rt exec --process process.json box
	expect_failure "/args: no command"
	echo '{ "args": [ "id" ], "cwd": "/" }' >process.json
	rt exec --process process.json box id
	expect_failure "the process is given twice"
}

@test "options end at the container's name, and one dash is as good as two" {
	start_box
	rt exec -env A=1 box sh -c 'echo $A $0 $1' --env -d
	expect_status 0
	expect_output "1 --env -d"
}

@test "-t gives a terminal of the container's own, and relays it" {
	start_box
	# An input that never ends: its end would be typed, and perhaps echoed.
	run script -qec "stty rows 33 cols 44; '$RUNTIME' exec -t box sh -c 'tty; stty size; /inside descriptors; exit 6'" /dev/null <> <(:)
	expect_status 6
	output=${output//$'\r'/}
	expect_output "/dev/pts/0
33 44
0
1
2"
}

@test "a terminal goes to the console socket, with its name" {
	start_box
	python3 "$BATS_TEST_DIRNAME/../lib/receive_fd.py" "$PWD/console" tty \
		"$PWD/seen" 3>&- &
	eventually [ -S console ]
	jq -n '{ args: ["sh", "-c", "tty; stty size"], cwd: "/", terminal: true,
		env: ["PATH=/bin"], consoleSize: { height: 12, width: 34 } }' >p.json
	rt exec --process p.json --tty --detach --console-socket "$PWD/console" \
		--pid-file "$PWD/pid" box
	expect_status 0
	wait
	output=$(<seen)
	expect_output "name /dev/ptmx
/dev/pts/0
12 34"
}

@test "a console socket may lie deep" {
	start_box
	deep=$PWD/$(printf 'd%.0s' {1..120})
	mkdir "$deep"
	python3 "$BATS_TEST_DIRNAME/../lib/receive_fd.py" "$deep/console" tty \
		"$PWD/seen" 3>&- &
	eventually [ -S "$deep/console" ]
	rt exec -t --console-socket "$deep/console" box echo deep
	expect_status 0
	wait
	output=$(<seen)
	expect_line deep
}

@test "terminals and console sockets go together" {
	start_box
	rt exec -t -d box true
	expect_failure "cannot allocate tty if we will detach without setting console socket"
	rt exec --console-socket /nowhere box true
	expect_failure "cannot use console socket if we will not allocate tty"
	rt exec -t --console-socket /nowhere box true
	expect_failure "/nowhere"
}

@test "a terminal needs the container's own devpts" {
	change 'del(.mounts[2])'
	start_box
	rt exec -t box true
	expect_failure "/dev/pts"
	change '.mounts[1] = { destination: "/dev/pts", type: "tmpfs", source: "t" }'
	"$RUNTIME" delete --force box
	start_box
	rt exec -t box true
	expect_failure "a terminal needs a devpts mount"
}

@test "--detach leaves the command behind, and its pid in a file" {
	start_box
	"$RUNTIME" exec --detach --pid-file "$PWD/pid" box sleep 500 >out 2>&1
	[ ! -s out ]
	[[ $(<pid) =~ ^[0-9]+$ ]]
	[ "$(wc -l <pid)" -eq 0 ] || differs "a newline in the pid file"
	[ "$(tr '\0' ' ' <"/proc/$(<pid)/cmdline")" = "sleep 500 " ]
	[ "$(awk '/PPid/ { print $2 }' "/proc/$(<pid)/status")" -ne "$$" ]
	rt exec box ps
	expect_text "sleep 500"
}

@test "a detached command is the child of the nearest subreaper" {
	start_box
	python3 - "$RUNTIME" <<-'EOF'
	import ctypes, os, subprocess, sys
	ctypes.CDLL(None).prctl(36, 1, 0, 0, 0)
	subprocess.run([sys.argv[1], "exec", "-d", "--pid-file", "pid", "box",
	                "sh", "-c", "exit 9"], check=True, close_fds=True)
	pid, status = os.waitpid(int(open("pid").read()), 0)
	assert os.waitstatus_to_exitcode(status) == 9, status
	EOF
}

@test "a command that can't be run leaves no pid file and no process" {
	start_box
	rt exec -d --pid-file "$PWD/pid" box nosuch
	expect_failure "executable file not found"
	[ ! -e pid ]
	rt exec -d --pid-file /no/such/pid box sleep 77 3>&-
	expect_failure "write the pid file /no/such/pid"
	rt exec box ps
	expect_no_text "sleep 77"
}

@test "--pidfd-socket gets a pidfd of the process" {
	start_box
	python3 "$BATS_TEST_DIRNAME/../lib/receive_fd.py" "$PWD/socket" pidfd \
		"$PWD/seen" 3>&- &
	eventually [ -S socket ]
	"$RUNTIME" exec -d --pidfd-socket "$PWD/socket" --pid-file "$PWD/pid" \
		box sleep 500 >out 2>&1
	eventually [ -s seen ]
	kill -KILL "$(<pid)"
	wait
	output=$(<seen)
	expect_output "pid $(<pid)
ended"
}

@test "descriptors are passed on as asked for, with holes" {
	start_box
	echo five >five
	run "$RUNTIME" exec box /inside descriptors 5<five
	expect_output "0
1
2"
	run "$RUNTIME" exec --preserve-fds 3 box sh -c '/inside descriptors; cat <&5' \
		3>&- 4>&- 5<five 6</
	expect_output "0
1
2
5
five"
}

@test "LISTEN_FDS: sockets are passed on, to the pid that the command has" {
	start_box
	echo three >three
	echo four >four
	LISTEN_FDS=1 LISTEN_PID=1 run "$RUNTIME" exec --preserve-fds 1 box \
		sh -c 'echo $LISTEN_FDS; [ $LISTEN_PID = $$ ] && echo own; cat <&3 <&4' \
		3<three 4<four
	expect_status 0
	expect_output "1
own
four"
	LISTEN_FDS=junk run "$RUNTIME" exec box sh -c 'echo =$LISTEN_FDS='
	expect_output "=="
}

@test "there is no coming into what isn't there, has ended or isn't named" {
	rt exec box true
	expect_failure 'container `box` does not exist'
	rt exec
	expect_failure "a word is missing"
	rt exec --nonsense box true
	expect_failure "--nonsense"
	start_box
	"$RUNTIME" kill box KILL
	eventually sh -c '"$1" state box | grep -q stopped' sh "$RUNTIME"
	rt exec box true
	expect_failure "cannot exec in a stopped container"
}

@test "a container that waits to be started can be come into" {
	"$RUNTIME" create --bundle "$bundle" box 3>&- </dev/null >/dev/null 2>&1
	rt exec box hostname
	expect_status 0
	expect_output box
	"$RUNTIME" start box
	rt exec box hostname
	expect_output box
}

@test "a time namespace is entered with the others" {
	change '.linux.namespaces += [{ type: "time" }] |
		.linux.timeOffsets.boottime = { secs: 864000 }'
	start_box
	rt exec box sh -c '[ "$(cut -d. -f1 /proc/uptime)" -gt 864000 ] && echo later
		[ "$(readlink /proc/self/ns/time)" = "$(readlink /proc/1/ns/time)" ] &&
		echo the same'
	expect_status 0
	expect_output "later
the same"
}

@test "CPUs are those of execCPUAffinity" {
	change '.process.execCPUAffinity = { initial: "0", final: "1" }'
	[ "$(nproc)" -gt 1 ] || skip_unless_strict "a single CPU"
	start_box
	rt exec box grep Cpus_allowed_list /proc/self/status
	expect_output "Cpus_allowed_list:	1"
	change '.process.execCPUAffinity = { initial: "0" }'
	"$RUNTIME" delete --force box
	start_box
	rt exec box grep Cpus_allowed_list /proc/self/status
	expect_output "Cpus_allowed_list:	0"
}

@test "a security label that can't be had is an error" {
	start_box
	rt exec --apparmor some-profile box true
	expect_failure "AppArmor is not enabled"
	rt exec --process-label some_u:some_r:some_t:s0 box true
	expect_failure "SELinux is not enabled"
}

@test "the seccomp filter of the container holds for who comes in" {
	change '.linux.seccomp = { defaultAction: "SCMP_ACT_ALLOW",
		syscalls: [ { names: ["mkdir", "mkdirat"],
			action: "SCMP_ACT_ERRNO", errnoRet: 98 } ] }'
	start_box
	rt exec box mkdir /tmp/no
	expect_text "Address already in use"
	rt exec box grep Seccomp: /proc/self/status
	expect_output "Seccomp:	2"
	rm "$XDG_RUNTIME_DIR"/holt/seccomp/* # what is kept for the next one
}

@test "ps shows the processes of the container, with the pids that we see" {
	start_box
	"$RUNTIME" exec --detach --pid-file "$PWD/pid" box sleep 500 >out 2>&1
	init=$("$RUNTIME" state box | jq .pid)
	rt ps box
	expect_status 0
	[ "$(wc -l <<<"$output")" -eq 3 ] || differs "wanted three lines"
	expect_match '^UID +PID +PPID +C +STIME +TTY +TIME +CMD'
	expect_match "$(id -un) +$init +[0-9]+ +[0-9]+ +[0-9]+:[0-9]+ +\? +00:00:00 sleep 1000"
	expect_match "$(id -un) +$(<pid) .* sleep 500"
	rt ps --format json box
	expect_status 0
	expect_output "[$init,$(<pid)]"
	[ "$(jq -c 'sort | length' <<<"$output")" = 2 ]
}

@test "ps takes the words that engines give ps(1)" {
	start_box
	init=$("$RUNTIME" state box | jq .pid)
	rt ps box -o pid,ppid,comm,user=WHO
	expect_status 0
	expect_match "^ *PID +PPID COMMAND WHO"
	expect_match "$init +[0-9]+ sleep +$(id -un)"
	rt ps box -o pid= -o args=
	expect_output "$init sleep 1000"
	rt ps box aux
	expect_match '^USER +PID %CPU %MEM +VSZ +RSS TTY STAT START +TIME COMMAND'
	for style in -ef -e -efww; do
		rt ps box $style
		expect_match '^UID'
	done
	rt ps box --sort
	expect_status 1
	expect_text "'--sort' is not known here"
	rt ps box -o pid,colour
	expect_status 1
	expect_text "there is no column 'colour'"
}

@test "ps of what has ended is empty, of what isn't there an error" {
	rt ps box
	expect_status 1
	expect_text 'container `box` does not exist'
	start_box
	"$RUNTIME" kill box KILL
	eventually sh -c '"$1" state box | grep -q stopped' sh "$RUNTIME"
	rt ps -f json box
	expect_status 0
	expect_output "[]"
	rt ps box
	[ "$(wc -l <<<"$output")" -eq 1 ] || differs "wanted a line"
}
