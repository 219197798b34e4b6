#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime under containerd, as root.
# as-user: --user root

load ../lib/helpers
load ../lib/engines
load ../lib/containerd
load ../lib/terminal

IMAGE=docker.io/library/box:latest

setup_file()
{
	setup_containerd
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
	of_runtime=(--runtime io.containerd.runc.v2 --runc-binary "$HOLT_RUNTIME")
}

teardown()
{
	[ -z "${tmux:-}" ] || close_terminal
	remove_containers
}

teardown_file()
{
	remove_containerd
}

remove_containers()
{
	local id

	for id in $(ctr containers ls --quiet); do
		ctr task rm --force "$id" || :
		ctr containers rm "$id"
	done 3>&-
	eventually nothing_left
}

nothing_left()
{
	[ -z "$(list --quiet)" ] && [ -z "$(cgroups_of '*')" ]
}

cgroups_of()
{
	find /sys/fs/cgroup -type d -path "*/$CONTAINERD_NAMESPACE/$1"
}

# What holt-runtime has there for containerd.
list()
{
	"$HOLT_RUNTIME" --root "/run/containerd/runc/$CONTAINERD_NAMESPACE" list "$@"
}

c()
{
	run ctr "$@" 3>&- 4>&-
}

# Run a container "box" with the options and the command given, until it ends.
once()
{
	of_box --rm "$@"
}

# Run a container "box" that stays.
start_box()
{
	of_box --detach "$@"
	expect_status 0
}

# Options, and after -- the command.
of_box()
{
	local options=()

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	c run "${of_runtime[@]}" "${options[@]}" "$IMAGE" box "$@"
}

# Run the command in "box".
inside_box()
{
	c task exec --exec-id "x$((execs += 1))" box "$@"
}

task_status()
{
	ctr task ls | awk '$1 == "box" { print $3 }'
}

has_status()
{
	[ "$(task_status)" = "$1" ]
}

task_pid()
{
	ctr task ls | awk '$1 == "box" { print $2 }'
}

# A command that says it is ready and does as it is told by signals.
listen='trap "echo usr1; exit 6" USR1; touch /ready; while :; do sleep 0.05; done'

start_listening()
{
	start_box "$@" -- sh -c "$listen"
	eventually ctr task exec --exec-id "r$RANDOM" box test -e /ready 3>&-
}

@test "ctr runs a command with holt-runtime, and nothing is left" {
	once -- echo hi
	expect_status 0
	expect_output hi
	c containers ls --quiet
	expect_output ''
}

@test "the exit status is the command's" {
	once -- sh -c 'exit 3'
	expect_status 3
	once -- sh -c 'echo out; echo err >&2; sh -c "kill -9 \$\$"; exit $?'
	expect_status 137
	expect_line out
	expect_line err
}

@test "what can't be run is told" {
	once -- nosuch
	expect_status 1
	expect_text 'OCI runtime create failed'
	expect_text 'exec: "nosuch": executable file not found in $PATH'
	once -- /etc
	expect_status 1
	expect_text 'exec: "/etc": permission denied'
	once --cwd /etc/passwd -- true
	expect_status 1
	expect_text '/etc/passwd'
	c containers ls --quiet
	expect_output ''
}

@test "standard input is the command's" {
	# ctr forgets the end of an input that ended before the command ran.
	mkfifo in out
	ctr run "${of_runtime[@]}" --rm "$IMAGE" box cat <in >out 3>&- 4>&- &
	exec 8>in 9<out
	echo first >&8
	read -r -u 9 line
	[ "$line" = first ]
	echo second >&8
	exec 8>&-
	read -r -u 9 line
	[ "$line" = second ]
	wait "$!"
}

@test "run -t and exec -t have a terminal of the container's" {
	open_terminal
	keys "clear; ctr run ${of_runtime[*]} -t $IMAGE box sh" Enter
	prompt '/ #'
	keys tty Enter
	see '^/dev/pts/0$'
	"${tmux[@]}" resize-window -x 101 -y 41
	keys 'clear; until stty size | grep -x "41 101"; do sleep 0.05; done' Enter
	see '^41 101$'
	keys 'clear; echo "asl"eep; sleep 1000' Enter
	see '^asleep$'
	keys C-c
	keys 'echo after $?' Enter
	see '^after 130$'
	keys 'exit 5' Enter
	prompt 'host>'
	keys 'echo status $?' Enter
	see '^status 5$'
	ctr containers rm box
	start_box -- sleep 1000
	keys 'clear; ctr task exec -t --exec-id one box sh' Enter
	prompt '/ #'
	keys 'tty; test -t 0 && test -t 1 && test -t 2 && echo three' Enter
	see '^/dev/pts/0$'
	see '^three$'
	keys 'exit 7' Enter
	prompt 'host>'
	keys 'echo status $?' Enter
	see '^status 7$'
}

@test "run -d, ls, ps" {
	start_listening
	[ "$(task_status)" = RUNNING ]
	c task ps box
	expect_line "$(printf '%s    -' "$(task_pid)")"
	run list --format json
	[ "$(jq -r '.[] | [.id, .status, .pid] | @tsv' <<<"$output")" = \
		"$(printf 'box\trunning\t%s' "$(task_pid)")" ] || differs 'not so'
}

@test "exec: status, user, directory, and what can't be run" {
	start_box --env COLOUR=red -- sleep 1000
	inside_box sh -c 'echo "$COLOUR"; exit 9'
	expect_status 9
	expect_output red
	c task exec --exec-id who --user 1000:2000 --cwd /usr box sh -c 'echo "$(id -u):$(id -g) $PWD"'
	expect_output '1000:2000 /usr'
	inside_box nosuch
	expect_status 1
	expect_text 'exec: "nosuch": executable file not found in $PATH'
	inside_box /etc
	expect_status 1
	expect_text 'exec: "/etc": permission denied'
	inside_box sh -c 'kill -TERM $$'
	expect_status 143
	c task exec --detach --exec-id later box sh -c 'touch /done; exec sleep 1000'
	eventually ctr task exec --exec-id "x$RANDOM" box test -e /done 3>&-
	c task ps box
	expect_text "ProcessDetails"
}

@test "pause stops every process, and resume lets them go on" {
	start_box -- sh -c "$COUNTING"
	count=/proc/$(task_pid)/root/count
	eventually test -s "$count"
	ctr task pause box
	[ "$(task_status)" = PAUSED ]
	[ "$(list --format json | jq -r '.[].status')" = paused ]
	before=$(<"$count")
	sleep 0.3
	[ "$(<"$count")" = "$before" ]
	inside_box true
	[ "$status" -ne 0 ] || differs 'a paused container took a command'
	ctr task resume box
	[ "$(task_status)" = RUNNING ]
	eventually goes_on "$count" "$before"
}

@test "kill sends what it should; delete tells the status" {
	start_listening
	ctr task kill --signal USR1 box
	eventually has_status STOPPED
	c task rm box
	expect_text 'exit with non-zero exit code 6'
	ctr containers rm box
	start_box -- sleep 1000
	c task rm box
	expect_status 1
	expect_text 'must be stopped before deletion'
	ctr task kill --all --signal KILL box
	eventually has_status STOPPED
	c task rm box
	expect_text 'exit with non-zero exit code 137'
}

@test "a killed container takes its other processes along" {
	start_box -- sleep 1000
	c task exec --detach --exec-id other box sleep 1001
	eventually pgrep -xf 'sleep 1001'
	ctr task kill --signal KILL box
	eventually has_status STOPPED
	eventually gone 'sleep 1001'
}

gone()
{
	! pgrep -xf "$1"
}

@test "metrics are those of the cgroup; limits are set there" {
	start_box --memory-limit 50003968 --cpu-quota 50000 --cpu-period 100000 -- sleep 1000
	c task metrics --format json box
	expect_status 0
	[ "$(jq '.memory.usage.limit // .memory.usage_limit' <<<"$output")" = 50003968 ] ||
		differs 'another limit'
	[ "$(jq '.pids.current' <<<"$output")" = 1 ] || differs 'other processes'
	mapfile -t dirs < <(cgroups_of box)
	grep -rqx -e 50000 -e '50000 100000' --include cpu.cfs_quota_us --include cpu.max "${dirs[@]}"
}

@test "events: create, start, exec, pause, oom, exit, delete" {
	ctr events >events 3>&- 4>&- &
	eventually heard_namespace
	start_box --memory-limit 20000000 -- sleep 1000
	inside_box true
	ctr task pause box
	ctr task resume box
	inside_box sh -c 'x=a; until [ ${#x} -gt 300000000 ]; do x=$x$x; done'
	expect_status 137
	ctr task kill --signal KILL box
	eventually has_status STOPPED
	ctr task rm box || :
	for topic in create start exec-added exec-started paused resumed oom exit delete; do
		eventually grep -q " /tasks/$topic " events
	done
	kill "$!"
}

# ctr events is there once it shows what happens.
heard_namespace()
{
	ctr namespaces label "$CONTAINERD_NAMESPACE" tried="$RANDOM"
	[ -s events ]
}

@test "checkpoint fails, says why, and leaves the container running" {
	start_box -- sleep 1000
	c task checkpoint box
	expect_status 1
	expect_text 'holt-runtime has no checkpoints (CRIU)'
	[ "$(task_status)" = RUNNING ]
	inside_box echo on
	expect_output on
}

@test "capabilities, seccomp, read-only, privileged" {
	once --cap-drop CAP_CHOWN --cap-add CAP_SYS_PTRACE --allow-new-privs -- \
		grep -E 'CapEff|NoNewPrivs' /proc/self/status
	expect_line 'CapEff:	00000000a80c25fa'
	expect_line 'NoNewPrivs:	0'
	once --seccomp --read-only -- sh -c 'grep -E "Seccomp:|NoNewPrivs" /proc/self/status; touch /x'
	expect_line 'Seccomp:	2'
	expect_line 'NoNewPrivs:	1'
	expect_text 'Read-only file system'
	once --device /dev/fuse -- stat -c '%t %T' /dev/fuse
	expect_output 'a e5'
}

@test "--mount, --env, --net-host, --with-ns, --rootfs" {
	mkdir data
	echo old >data/old
	once --mount "type=bind,src=$PWD/data,dst=/data,options=rbind:ro" --env A=b -- \
		sh -c 'cat /data/old; echo $A; touch /data/new'
	expect_line old
	expect_line b
	expect_text 'Read-only file system'
	once --net-host -- readlink /proc/self/ns/net
	expect_output "$(readlink /proc/self/ns/net)"
	once --with-ns network:/run/netns/engine -- readlink /proc/self/ns/net
	expect_output "$(nsenter --net=/run/netns/engine readlink /proc/self/ns/net)"
	cp -a "$BUSYBOX_ROOT" root
	c run "${of_runtime[@]}" --rm --rootfs "$PWD/root" box /bin/echo from a directory
	expect_output 'from a directory'
}

@test "a user namespace" {
	once --uidmap 0:100000:65536 --gidmap 0:100000:65536 -- \
		sh -c 'cat /proc/self/uid_map; stat -c %u /bin/sh'
	expect_status 0
	expect_match '0 +100000 +65536
0'
}

@test "a shim that is killed leaves no container" {
	start_box -- sleep 1002
	shim=$(awk '$1 == "PPid:" { print $2 }' "/proc/$(task_pid)/status")
	[ "$(ps -o comm= -p "$shim")" = containerd-shim ]
	kill -KILL "$shim"
	eventually gone 'sleep 1002'
	eventually nothing_left
}

@test "a container outlives its daemon" {
	start_box -- sleep 1000
	stop_containerd
	start_containerd
	[ "$(task_status)" = RUNNING ]
	inside_box echo still here
	expect_output 'still here'
}

@test "a systemd cgroup that can't be had is refused by name" {
	once --runc-systemd-cgroup --cgroup "system.slice:holt:box" -- true
	expect_status 1
	expect_text systemd
}
