#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime under podman, as an ordinary user and as root.

load ../lib/helpers
load ../lib/engines
load ../lib/client
load ../lib/podman
load ../lib/terminal

setup_file()
{
	setup_podman
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return # conmon may leave a file
}

teardown()
{
	[ -z "${tmux:-}" ] || close_terminal
	remove_containers
}

teardown_file()
{
	remove_podman
}

@test "podman runs a command with holt-runtime, and nothing is left" {
	pod run --rm box echo hi
	expect_status 0
	expect_output hi
	pod ps --all --quiet
	expect_output ''
}

@test "the exit status is the command's, or 125, 126, 127 as everywhere" {
	once box sh -c 'exit 3'
	expect_status 3
	once --init box sh -c 'kill -9 $$'
	expect_status 137
	once --no-such-option box true
	expect_status 125
	once box /etc
	expect_status 126
	expect_text 'exec: "/etc": permission denied'
	once -127 box nosuch
	expect_text 'exec: "nosuch": executable file not found in $PATH'
	once -127 box /no/such
	once --workdir /etc/passwd box true
	expect_status 126
}

@test "standard input, output and error are the command's own" {
	run --separate-stderr bash -c \
		'echo in | podman run -i --rm --network none box sh -c "cat; echo err >&2"'
	expect_status 0
	expect_output in
	[ "$stderr" = err ] || differs "wanted err"
}

@test "exec: environment, user, directory, input and status" {
	start_box --env COLOUR=red
	pod exec -e SHAPE=round -u 1000:2000 -w /usr box \
		sh -c 'echo "$COLOUR $SHAPE $(id -u):$(id -g) $PWD"; exit 9'
	expect_status 9
	expect_output 'red round 1000:2000 /usr'
	pod exec --user app box id -un
	expect_output app
	run bash -c 'echo in | podman exec -i box cat'
	expect_output in
	pod exec box sh -c 'kill -TERM $$'
	expect_status 143
	pod exec --privileged box grep CapEff /proc/self/status
	expect_match 'CapEff:	0*1ff'
	KEEP_FDS=1 pod exec --preserve-fds 1 box cat /proc/self/fd/3 3< <(echo from three)
	expect_output 'from three'
}

@test "exec: what can't be run is told" {
	start_box
	pod -127 exec box nosuch
	expect_text 'exec: "nosuch": executable file not found in $PATH'
	pod exec box /etc
	expect_status 126
	expect_text 'exec: "/etc": permission denied'
	pod -127 exec -w /no/such box true
	pod exec -u nobody-here box true
	[ "$status" -ne 0 ] || differs 'it ran'
}

@test "exec -d comes back at once, and its command goes on" {
	start_box
	pod exec -d box sh -c 'sleep 0.2; touch /done'
	expect_status 0
	pod exec box sh -c 'until [ -e /done ]; do sleep 0.05; done; echo done'
	expect_output "done"
}

@test "run -it and exec -it have a terminal of the container's" {
	open_terminal
	keys "clear; podman run -it --name box --network none box" Enter
	prompt '/ [#$]'
	keys 'tty; stty size' Enter
	see '^/dev/pts/0$'
	see '^30 90$'
	"${tmux[@]}" resize-window -x 101 -y 41
	keys 'clear; until stty size | grep -x "41 101"; do sleep 0.05; done' Enter
	see '^41 101$'
	keys 'sleep 1000' Enter
	see 'sleep 1000$'
	keys C-c
	keys 'echo after $?' Enter
	see '^after 130$'
	keys C-p # podman looks for one at a time
	sleep 0.2
	keys C-q
	see 'host>$'
	keys 'clear; podman exec -it box sh' Enter
	prompt '/ [#$]'
	keys 'tty; stty size' Enter
	see '^/dev/pts/1$'
	see '^41 101$'
	keys 'exit 7' Enter
	prompt 'host>'
	keys 'echo status $?' Enter
	see '^status 7$'
	keys 'clear; podman attach box' Enter
	keys Enter
	prompt '/ [#$]'
	keys 'exit 5' Enter
	see 'host>$'
	pod wait box
	expect_output 5
}

@test "run -t as another user: the terminal is his" {
	run podman run --rm -t --network none -u 1000 box sh -c 'stat -c %u $(tty)'
	expect_status 0
	expect_text 1000
}

@test "run -d, logs, wait" {
	podman run -d --name box --network none box sh -c 'echo out; echo err >&2; exit 4'
	pod wait box
	expect_output 4
	run --separate-stderr podman logs box
	expect_output out
	[ "$stderr" = err ] || differs "wanted err"
	pod inspect --format '{{.State.Status}} {{.State.ExitCode}} {{.OCIRuntime}}' box
	expect_output 'exited 4 holt-runtime'
}

@test "create, init, start, restart" {
	podman create --name box --network none box sh -c 'echo once; exec sleep 1000'
	podman init box
	pod inspect --format '{{.State.Status}}' box
	expect_output initialized
	podman start box
	pod inspect --format '{{.State.Status}}' box
	expect_output running
	podman restart --time 0 box
	pod logs box
	expect_output 'once
once'
	podman stop --time 0 box
	pod inspect --format '{{.State.Status}} {{.State.ExitCode}}' box
	expect_output 'exited 137'
	pod start --attach box &
	eventually logged_lines 3
	podman kill box
	wait
}

@test "stop and kill send what they should" {
	podman run -d --name box --network none --stop-signal USR1 box sh -c \
		'trap "echo usr1; exit 6" USR1; trap "echo hup" HUP; echo ready
		while :; do sleep 0.05; done'
	wait_for_log box ready
	podman kill --signal HUP box
	wait_for_log box hup
	podman stop box
	pod wait box
	expect_output 6
	pod kill box
	[ "$status" -ne 0 ] || differs 'it was killed'
}

@test "stop waits, and kills a command that doesn't listen" {
	podman run -d --name box --network none box sh -c \
		'trap "" TERM; echo ready; while :; do sleep 0.05; done'
	wait_for_log box ready
	podman stop --time 1 box
	pod wait box
	expect_output 137
}

@test "--init reaps what the command leaves" {
	podman run -d --name box --network none --init box sleep 1000
	pod exec box cat /proc/1/comm
	expect_match 'catatonit|podman-init|tini'
	# Whoever isn't reaped stays in /proc.
	podman exec box sh -c '(sleep 0.1 & echo "$!" >/orphan)'
	eventually podman exec box sh -c '[ ! -e "/proc/$(cat /orphan)" ]'
	podman stop --time 5 box
	pod wait box
	expect_output 143
}

@test "--volume: read-write, read-only, and what the image has there" {
	mkdir "$BATS_TEST_TMPDIR/data"
	echo old >"$BATS_TEST_TMPDIR/data/old"
	once -v "$BATS_TEST_TMPDIR/data:/data" box sh -c 'cat /data/old; echo new >/data/new'
	expect_status 0
	expect_output old
	[ "$(<"$BATS_TEST_TMPDIR/data/new")" = new ]
	once -v "$BATS_TEST_TMPDIR/data:/data:ro,noexec" box sh -c 'echo x >/data/new'
	expect_text 'Read-only file system'
	once -v vol:/etc box cat /etc/passwd
	expect_text /home/app
	once -v vol:/there:ro box cat /there/passwd
	expect_text /home/app
	podman volume rm vol
	once -v "$BATS_TEST_TMPDIR/data:/data:O" box sh -c 'rm /data/*; ls /data'
	expect_output ''
	[ -e "$BATS_TEST_TMPDIR/data/new" ]
	once --mount type=bind,src="$BATS_TEST_TMPDIR/data",dst=/data,bind-propagation=rslave \
		box grep ' /data ' /proc/self/mountinfo
	expect_status 0
}

@test "--tmpfs, --read-only, --shm-size" {
	once --tmpfs /cache:size=1m,mode=700 box df -k /cache
	expect_match 'tmpfs +1024'
	once --read-only box sh -c 'touch /x; touch /tmp/y /run/y /dev/shm/y && echo rest'
	expect_text 'Read-only file system'
	expect_text rest
	once --read-only --read-only-tmpfs=false box touch /run/y
	expect_text 'Read-only file system'
	once --shm-size 2m box df -k /dev/shm
	expect_match ' 2048 '
	once --tmpfs /etc box ls /etc/passwd
	expect_status 0
}

@test "--cap-add, --cap-drop, --privileged, no-new-privileges" {
	once --cap-drop all --cap-add CHOWN,KILL box grep Cap /proc/self/status
	expect_line 'CapEff:	0000000000000021'
	expect_line 'CapBnd:	0000000000000021'
	once --cap-add SYS_PTRACE -u 1000 box grep Cap /proc/self/status
	expect_line 'CapEff:	0000000000080000'
	expect_line 'CapAmb:	0000000000080000'
	once --privileged box sh -c 'grep Seccomp: /proc/self/status; mkdir /m
		mount -t tmpfs x /m && echo mounted'
	expect_output 'Seccomp:	0
mounted'
	once --security-opt no-new-privileges box grep NoNewPrivs /proc/self/status
	expect_output 'NoNewPrivs:	1'
}

@test "--security-opt seccomp, mask and unmask" {
	once box grep Seccomp: /proc/self/status
	expect_output 'Seccomp:	2'
	once --security-opt seccomp=unconfined box grep Seccomp: /proc/self/status
	expect_output 'Seccomp:	0'
	cat >"$BATS_TEST_TMPDIR/profile.json" <<-END
	{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{ "names": [ "mkdir", "mkdirat" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 28 } ] }
	END
	once --security-opt seccomp="$BATS_TEST_TMPDIR/profile.json" box mkdir /there
	expect_status 1
	expect_text 'No space left'
	once --security-opt mask=/etc --security-opt unmask=/proc/keys box \
		sh -c 'ls /etc; [ -f /proc/keys ] && echo seen'
	expect_output seen
}

@test "--user, --group-add, --umask, --workdir, --env, --hostname" {
	once --user app box id
	expect_output 'uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)'
	once --user 5:6 --group-add 77 box id
	expect_output 'uid=5(5) gid=6(6) groups=6(6),77'
	once --umask 0077 --workdir /usr --env A=b --hostname host1 box \
		sh -c 'umask; pwd; echo $A; hostname; cat /etc/hostname'
	expect_output '0077
/usr
b
host1
host1'
}

@test "--ulimit, --oom-score-adj, --sysctl, --device" {
	once --ulimit nofile=99:100 --ulimit core=0:0 --ulimit nproc=999:999 box sh -c 'ulimit -n; ulimit -Hn; ulimit -c'
	expect_output '99
100
0'
	once --oom-score-adj 700 box cat /proc/self/oom_score_adj
	expect_output 700
	once --sysctl net.ipv4.ip_forward=1 --sysctl kernel.shmmni=99 box \
		cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmni
	expect_output '1
99'
	once --sysctl kernel.panic=1 box true
	[ "$status" -ne 0 ] || differs 'it ran'
	once --device /dev/net/tun:/dev/tunnel box stat -c '%t %T' /dev/tunnel
	expect_output 'a c8'
	once --device /dev/no-such box true
	[ "$status" -ne 0 ] || differs 'it ran'
}

# Run something where podman makes its containers.
in_engine()
{
	if is_root; then
		nsenter --net=/run/netns/engine "$@"
	else
		podman unshare "$@"
	fi
}

# The option of podman's for the namespace $1.
ns_option()
{
	case $1 in
	net) echo --network ;;
	user | cgroup) echo "--${ns}ns" ;;
	*) echo "--$1" ;;
	esac
}

@test "namespaces of another container" {
	start_box
	for ns in pid ipc uts net; do
		pod run --rm "$(ns_option "$ns")=container:box" box readlink "/proc/self/ns/$ns"
		expect_status 0
		expect_output "$(podman exec box readlink "/proc/self/ns/$ns")"
	done
	pod run --rm --pid container:box box cat /proc/1/comm
	expect_output sleep
}

@test "namespaces of the host's" {
	for ns in pid uts net cgroup user; do
		pod run --rm "$(ns_option "$ns")=host" box readlink "/proc/self/ns/$ns"
		expect_status 0
		expect_output "$(in_engine readlink "/proc/self/ns/$ns")"
	done
}

@test "--pod: containers that share namespaces" {
	podman pod create --name pod --network none --hostname inpod
	podman run -d --pod pod --name one box sleep 1000
	podman run -d --pod pod --name two box sleep 1000
	for ns in net ipc uts; do
		[ "$(podman exec one readlink "/proc/self/ns/$ns")" = \
			"$(podman exec two readlink "/proc/self/ns/$ns")" ] ||
			differs "two of $ns"
	done
	pod exec one hostname
	expect_output inpod
	podman pod stop --time 0 pod
	pod pod inspect --format '{{.State}}' pod
	expect_output Exited
	podman pod start pod
	pod exec two echo again
	expect_output again
}

@test "--pod --share pid: one sees the other" {
	podman pod create --name pod --network none --share pid,ipc
	podman run -d --pod pod --name one box sleep 1234
	podman run -d --pod pod --name two box sleep 1000
	pod exec two ps -o args
	expect_line 'sleep 1234'
}

@test "play kube" {
	cat >"$BATS_TEST_TMPDIR/pod.yaml" <<-'END'
	apiVersion: v1
	kind: Pod
	metadata:
	  name: kube
	spec:
	  restartPolicy: Never
	  containers:
	  - name: one
	    image: localhost/box
	    command: [ "sh", "-c", "echo $COLOUR; cat /made/file; id -u; exec sleep 1000" ]
	    env: [ { name: COLOUR, value: blue } ]
	    securityContext: { runAsUser: 1000, readOnlyRootFilesystem: true }
	    volumeMounts: [ { name: made, mountPath: /made } ]
	  volumes:
	  - name: made
	    configMap: { name: files }
	---
	apiVersion: v1
	kind: ConfigMap
	metadata:
	  name: files
	data:
	  file: from the map
	END
	podman play kube --network none "$BATS_TEST_TMPDIR/pod.yaml"
	wait_for_log kube-one 1000
	pod logs kube-one
	expect_output 'blue
from the map1000'
	podman play kube --down "$BATS_TEST_TMPDIR/pod.yaml"
	pod ps --all --quiet
	expect_output ''
}

@test "healthcheck run" {
	podman run -d --name box --network none --health-cmd 'test -e /well' \
		--health-interval disable box sleep 1000
	pod healthcheck run box
	expect_status 1
	podman exec box touch /well
	pod healthcheck run box
	expect_status 0
	pod inspect --format '{{.State.Health.Status}}' box
	expect_output healthy
}

@test "top, cp, commit" {
	start_box
	pod top box
	expect_match 'sleep 1000'
	pod top box user pid args
	expect_match 'root +1 +sleep 1000'
	pod top box -o pid,args
	expect_match '1 sleep 1000'
	podman exec box touch /made
	echo copied >"$BATS_TEST_TMPDIR/file"
	podman cp "$BATS_TEST_TMPDIR/file" box:/etc/file
	pod exec box cat /etc/file
	expect_output copied
	podman commit box changed
	once changed ls /made
	expect_output /made
	podman rmi changed
}

@test "--sdnotify: the container says when it is ready" {
	local to=$BATS_TEST_TMPDIR/notify

	socat -u "UNIX-RECV:$to" "OPEN:$to.heard,creat" 3>&- &
	eventually test -S "$to"
	NOTIFY_SOCKET=$to podman run -d --name box --network none --sdnotify container \
		box sh -c 'sleep 0.2; /inside say "$NOTIFY_SOCKET" READY=1; exec sleep 1000'
	eventually grep -aqF READY=1 "$to.heard"
	kill "$!"
}

@test "--preserve-fds" {
	KEEP_FDS=1 pod run --rm --network none --preserve-fds 2 box sh -c 'cat <&3; cat <&4' \
		3< <(echo three) 4< <(echo four)
	expect_output 'three
four'
}

@test "--hooks-dir: hooks run with the state on their input" {
	mkdir "$BATS_TEST_TMPDIR/hooks"
	for stage in prestart createRuntime createContainer poststart poststop; do
		cat >"$BATS_TEST_TMPDIR/hooks/$stage.json" <<-END
		{ "version": "1.0.0", "when": { "always": true }, "stages": [ "$stage" ], "hook": {
			"path": "/bin/sh", "args": [ "sh", "-c",
			"cat >$BATS_TEST_TMPDIR/$stage" ] } }
		END
	done
	pod --hooks-dir "$BATS_TEST_TMPDIR/hooks" run --name box --network none box echo hi
	expect_output hi
	podman rm box
	for stage in prestart:creating createRuntime:creating createContainer:creating \
		poststart:running poststop:stopped; do
		jq -e --arg s "${stage#*:}" '.status == $s' "$BATS_TEST_TMPDIR/${stage%:*}"
	done
}

@test "--rootfs and --systemd=always" {
	once --rootfs "$BUSYBOX_ROOT:O" /bin/echo from a directory
	expect_output 'from a directory'
	once --systemd always box sh -c 'grep -E " /(run|run/lock|tmp|sys/fs/cgroup[a-z/]*) " /proc/self/mountinfo'
	expect_text ' /run/lock '
}

@test "--cgroups disabled" {
	once --cgroups disabled box echo hi
	expect_status 0
	expect_output hi
}

@test "checkpoint fails, and says why" {
	start_box
	pod container checkpoint box
	[ "$status" -ne 0 ] || differs 'it did'
}
