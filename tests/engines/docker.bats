#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime under docker's engine, as root.
# as-user: --user root

load ../lib/helpers
load ../lib/engines
load ../lib/client
load ../lib/docker
load ../lib/terminal

setup_file()
{
	setup_docker
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
	[ -z "${tmux:-}" ] || close_terminal
	remove_containers
}

teardown_file()
{
	remove_docker
}

remove_containers()
{
	docker ps --all --quiet | xargs -r docker rm --force --volumes
	eventually nothing_left
}

nothing_left()
{
	[ -z "$(find /run/docker/runtime-* -name state.json)" ] &&
		[ -z "$(find "${dirs[@]/%//$DOCKER_PARENT}" -mindepth 1 -type d 2>/dev/null)" ]
}
dirs=(/sys/fs/cgroup /sys/fs/cgroup/*)

# The figure $1 of the container is $2, a pattern.
has()
{
	# shellcheck disable=SC2053 # a pattern it is
	[[ $(docker inspect --format "{{.$1}}" box) == $2 ]]
}

@test "docker runs a command with holt-runtime, and nothing is left" {
	once box echo hi
	expect_status 0
	expect_output hi
	d ps --all --quiet
	expect_output ''
	d info --format '{{.DefaultRuntime}}'
	expect_output holt
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
	[ "$status" -ne 0 ] || differs 'it ran'
	d ps --all --quiet
	expect_output ''
}

@test "standard input, output and error are the command's own" {
	run --separate-stderr bash -c \
		'echo in | docker run -i --rm --network none box sh -c "cat; echo err >&2"'
	expect_status 0
	expect_output in
	[ "$stderr" = err ] || differs "wanted err"
}

@test "exec: environment, user, directory, input and status" {
	start_box --env COLOUR=red
	d exec -e SHAPE=round -u 1000:2000 -w /usr box \
		sh -c 'echo "$COLOUR $SHAPE $(id -u):$(id -g) $PWD"; exit 9'
	expect_status 9
	expect_output 'red round 1000:2000 /usr'
	d exec --user app box id -un
	expect_output app
	run bash -c 'echo in | docker exec -i box cat'
	expect_output in
	d exec box sh -c 'kill -TERM $$'
	expect_status 143
	d exec --privileged box grep CapEff /proc/self/status
	expect_match 'CapEff:	0*(3|1f)ff[ef]f{6}$'
	d exec -d box sh -c 'touch /done; exec sleep 1000'
	expect_status 0
	d exec box sh -c 'until [ -e /done ]; do sleep 0.05; done; echo done'
	expect_output "done"
}

@test "exec: what can't be run is told" {
	start_box
	d exec box nosuch
	expect_match 'exec: "nosuch": executable file not found in \$PATH'
	[ "$status" -eq 126 ] || [ "$status" -eq 127 ] || differs 'which docker is it?'
	d exec box /etc
	expect_status 126
	expect_text 'exec: "/etc": permission denied'
	d exec -u nobody-here box true
	[ "$status" -ne 0 ] || differs 'it ran'
}

@test "run -it and exec -it have a terminal of the container's" {
	open_terminal
	keys "clear; docker run -it --name box --network none box" Enter
	prompt '/ [#$]'
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
	keys C-p C-q
	see 'host>'
	keys 'clear; docker exec -it box sh' Enter
	prompt '/ [#$]'
	keys tty Enter
	see '^/dev/pts/1$'
	keys 'until stty size | grep -x "41 101"; do sleep 0.05; done' Enter
	see '^41 101$'
	keys 'exit 7' Enter
	prompt 'host>'
	keys 'echo status $?' Enter
	see '^status 7$'
	keys 'clear; docker attach box' Enter
	keys Enter
	prompt '/ [#$]'
	keys 'exit 5' Enter
	see 'host>'
	d wait box
	expect_output 5
}

@test "run -d, logs, wait, inspect" {
	docker run -d --name box --network none box sh -c 'echo out; echo err >&2; exit 4'
	d wait box
	expect_output 4
	run --separate-stderr docker logs box
	expect_output out
	[ "$stderr" = err ] || differs "wanted err"
	d inspect --format '{{.State.Status}} {{.State.ExitCode}} {{.HostConfig.Runtime}}' box
	expect_output 'exited 4 holt'
}

@test "create, start, restart, stop" {
	docker create --name box --network none box sh -c 'echo once; exec sleep 1000'
	has State.Status created
	docker start box
	has State.Status running
	docker restart --time 0 box
	eventually logged_lines 2
	docker stop --time 0 box
	has State.Status exited
	has State.ExitCode 137
	docker start box
	eventually logged_lines 3
}

@test "stop and kill send what they should" {
	docker run -d --name box --network none --stop-signal USR1 box sh -c \
		'trap "echo usr1; exit 6" USR1; trap "echo hup" HUP; echo ready
		while :; do sleep 0.05; done'
	wait_for_log box ready
	docker kill --signal HUP box
	wait_for_log box hup
	docker stop box
	d wait box
	expect_output 6
	d kill box
	[ "$status" -ne 0 ] || differs 'it was killed'
}

@test "stop waits, and kills a command that doesn't listen" {
	docker run -d --name box --network none box sh -c \
		'trap "" TERM; echo ready; while :; do sleep 0.05; done'
	wait_for_log box ready
	docker stop --time 1 box
	d wait box
	expect_output 137
}

@test "--restart: a command that fails is run again" {
	docker run -d --name box --network none --restart on-failure:2 box \
		sh -c 'echo once; exit 3'
	eventually logged_lines 3
	eventually has State.Status exited
	has RestartCount 2
}

@test "pause stops every process, and unpause lets them go on" {
	docker run -d --name box --network none box sh -c "$COUNTING"
	count=/proc/$(docker inspect --format '{{.State.Pid}}' box)/root/count
	eventually test -s "$count"
	docker pause box
	has State.Status paused
	before=$(<"$count")
	sleep 0.3
	[ "$(<"$count")" = "$before" ]
	d exec box true
	[ "$status" -ne 0 ] || differs 'a paused container took a command'
	docker unpause box
	eventually goes_on "$count" "$before"
}

# The first of the files $1... in the cgroup of "box" that is there.
of_cgroup()
{
	local file found

	for file; do
		found=$(find /sys/fs/cgroup -path "*/$DOCKER_PARENT/*/$file")
		[ -z "$found" ] || cat "$found" || return
	done
}

@test "limits are set, changed and seen" {
	start_box --memory 100m --pids-limit 50 --cpu-quota 50000 --cpuset-cpus 0
	[ "$(of_cgroup memory.limit_in_bytes memory.max)" = 104857600 ]
	[ "$(of_cgroup pids.max)" = 50 ]
	[[ $(of_cgroup cpu.cfs_quota_us cpu.max) =~ ^50000 ]]
	[ "$(of_cgroup cpuset.cpus)" = 0 ]
	d stats --no-stream --format '{{.Name}} {{.MemUsage}} {{.PIDs}}' box
	expect_match '^box [0-9.]+[KM]iB / 100MiB 1$'
	docker update --memory 200m --memory-swap 200m --cpu-quota 20000 --pids-limit 60 box
	[ "$(of_cgroup memory.limit_in_bytes memory.max)" = 209715200 ]
	[ "$(of_cgroup pids.max)" = 60 ]
	[[ $(of_cgroup cpu.cfs_quota_us cpu.max) =~ ^20000 ]]
}

@test "--pids-limit holds" {
	once --pids-limit 5 box sh -c 'for i in 1 2 3 4 5 6; do sleep 10 & done; wait'
	expect_text "can't fork"
}

@test "more than --memory is death, and docker knows of what" {
	docker run -d --name box --network none --memory 20m --memory-swap 20m box \
		sh -c 'x=a; until [ ${#x} -gt 300000000 ]; do x=$x$x; done'
	d wait box
	expect_output 137
	eventually has State.OOMKilled true
}

@test "events tell what happened" {
	since=$(date +%s)
	id=$(start_box)
	docker exec box true
	docker pause box
	docker unpause box
	docker kill box
	docker wait box
	for what in create start exec_start exec_die pause unpause kill die; do
		eventually told "$what"
	done
}

# Events of the second that isn't over are not told yet. By id: there were other
# containers of that name, maybe in the same second.
told()
{
	docker events --since "$since" --until "$(date +%s)" --filter "container=$id" \
		--format '{{.Action}}' | grep -q "^$1"
}

@test "top" {
	start_box
	d top box
	expect_status 0
	expect_match 'root +[0-9]+ .* sleep 1000'
	d top box -o pid,args
	expect_match "$(docker inspect --format '{{.State.Pid}}' box) +sleep 1000"
}

@test "a health check is run again and again" {
	start_box --health-cmd 'test -e /well' --health-interval 200ms --health-retries 2
	eventually has State.Health.Status unhealthy
	docker exec box touch /well
	eventually has State.Health.Status healthy
}

@test "build: RUN in every form, and what it makes" {
	cat >Dockerfile <<-'END'
	FROM box AS first
	WORKDIR /made
	ENV COLOUR=red
	RUN echo "$COLOUR" >colour && id -u >user
	USER 1000
	RUN ["sh", "-c", "id -u >/tmp/user"]
	FROM box
	COPY --from=first /made /made
	COPY --from=first /tmp/user /made/other
	RUN cat /proc/self/cgroup >/made/cgroup; ls /sys/class/net >/made/net
	CMD ["sh", "-c", "cat /made/colour /made/user /made/other /made/net"]
	END
	d build --network none --tag built .
	expect_status 0
	once built
	expect_output 'red
0
1000
lo'
	d build --network none - <<<'FROM box
RUN exit 6'
	expect_status 6
	expect_text 'returned a non-zero code: 6'
	d build --network none - <<<'FROM box
RUN ["nosuch"]'
	[ "$status" -ne 0 ] || differs 'it was built'
	expect_text 'exec: "nosuch": executable file not found in $PATH'
	docker rmi --force built
}

@test "cp, diff, commit" {
	start_box
	docker exec box touch /made
	echo copied >file
	docker cp file box:/etc/file
	d exec box cat /etc/file
	expect_output copied
	d diff box
	expect_line 'A /made'
	docker commit box changed
	once changed ls /made
	expect_output /made
	docker rmi changed
}

@test "--volume: read-write, read-only, and what the image has there" {
	mkdir data
	echo old >data/old
	once -v "$PWD/data:/data" box sh -c 'cat /data/old; echo new >/data/new'
	expect_output old
	[ "$(<data/new)" = new ]
	once -v "$PWD/data:/data:ro" box sh -c 'echo x >/data/new'
	expect_text 'Read-only file system'
	once -v vol:/etc box cat /etc/passwd
	expect_text /home/app
	docker volume rm vol
}

@test "--read-only, --tmpfs, --shm-size" {
	once --read-only --tmpfs /cache:size=1m,mode=700 box \
		sh -c 'touch /x; touch /cache/x && df -k /cache'
	expect_text 'Read-only file system'
	expect_match 'tmpfs +1024'
	once --shm-size 2m box df -k /dev/shm
	expect_match ' 2048 '
}

@test "--cap-add, --cap-drop, --privileged, --security-opt" {
	once --cap-drop all --cap-add CHOWN --cap-add KILL box grep Cap /proc/self/status
	expect_line 'CapEff:	0000000000000021'
	expect_line 'CapBnd:	0000000000000021'
	once --security-opt no-new-privileges box grep -E 'NoNewPrivs|Seccomp:' /proc/self/status
	expect_output 'NoNewPrivs:	1
Seccomp:	2'
	once --security-opt seccomp=unconfined box grep Seccomp: /proc/self/status
	expect_output 'Seccomp:	0'
	cat >profile.json <<-END
	{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{ "names": [ "mkdir", "mkdirat" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 28 } ] }
	END
	once --security-opt seccomp=profile.json box mkdir /there
	expect_status 1
	expect_text 'No space left'
}

@test "--user, --group-add, --workdir, --env, --hostname, --init" {
	once --user app box id
	expect_output 'uid=1000(app) gid=1000(app) groups=1000(app),2000(extra)'
	once --user 5:6 --group-add 77 box id
	expect_output 'uid=5 gid=6 groups=6,77'
	once --workdir /made --env A=b --hostname host1 --init box \
		sh -c 'pwd; echo $A; hostname; cat /proc/1/comm'
	expect_output '/made
b
host1
docker-init'
}

@test "--ulimit, --oom-score-adj, --sysctl, --device" {
	once --ulimit nofile=99:100 --ulimit core=0:0 box sh -c 'ulimit -n; ulimit -Hn; ulimit -c'
	expect_output '99
100
0'
	once --oom-score-adj 700 box cat /proc/self/oom_score_adj
	expect_output 700
	once --sysctl net.ipv4.ip_forward=1 --sysctl kernel.shmmni=99 box \
		cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/shmmni
	expect_output '1
99'
	once --device /dev/net/tun:/dev/tunnel box stat -c '%t %T' /dev/tunnel
	expect_output 'a c8'
}

@test "devices that weren't given can't be used" {
	local try='mknod /fuse c 10 229 && dd if=/fuse count=0'

	once box sh -c "$try"
	expect_text 'Operation not permitted'
	once --device-cgroup-rule 'c 10:229 rwm' box sh -c "$try"
	expect_status 0
	once --privileged box sh -c "ls /dev/fuse && $try"
	expect_status 0
	expect_line /dev/fuse
}

# The option of docker's for the namespace $1.
ns_option()
{
	[ "$1" = net ] && echo --network || echo "--$1"
}

@test "namespaces of another container, and of the host's" {
	start_box --ipc shareable
	for ns in pid ipc net; do
		d run --rm "$(ns_option "$ns")=container:box" box readlink "/proc/self/ns/$ns"
		expect_output "$(docker exec box readlink "/proc/self/ns/$ns")"
	done
	for ns in pid ipc net uts; do
		d run --rm "$(ns_option "$ns")=host" box readlink "/proc/self/ns/$ns"
		expect_output "$(readlink "/proc/self/ns/$ns")"
	done
	once --cgroupns private box readlink /proc/self/ns/cgroup
	[ "$output" != "$(readlink /proc/self/ns/cgroup)" ] || differs 'it is the host'
	once --cgroupns host box readlink /proc/self/ns/cgroup
	expect_output "$(readlink /proc/self/ns/cgroup)"
}

@test "checkpoint fails, says why, and leaves the container running" {
	start_box
	d checkpoint create box one
	expect_status 1
	expect_text 'holt-runtime has no checkpoints (CRIU)'
	d exec box echo on
	expect_output on
}

@test "a container outlives its daemon" {
	start_box
	pid=$(docker inspect --format '{{.State.Pid}}' box)
	stop_docker
	start_docker
	has State.Pid "$pid"
	d exec box echo still here
	expect_output 'still here'
	docker stop --time 0 box
	d wait box
	expect_output 137
}

# Give the user "daemon" ids of his own, here only.
give_ranges()
{
	local file

	for file in subuid subgid; do
		echo 'daemon:700000:65536' >"$ENGINE/$file"
		[ -e "/etc/$file" ] || touch "/etc/$file"
		mount --bind "$ENGINE/$file" "/etc/$file"
	done
}

@test "--userns-remap: root inside is an ordinary user outside" {
	give_ranges
	stop_docker
	start_docker --userns-remap daemon
	docker load --input "$ENGINE/box.tar"
	once --read-only --memory 50m --tmpfs /cache box \
		sh -c 'id -u; cat /proc/self/uid_map; stat -c %u /bin/sh; touch /cache/x && echo made'
	expect_status 0
	expect_match '^0
 +0 +700000 +65536
0
made$'
	start_box --device /dev/net/tun --volume vol:/vol
	d exec box sh -c 'touch /vol/x && stat -c "%u %t %T" /vol/x /dev/net/tun'
	expect_output '0 0 0
65534 a c8'
	[ "$(stat -c %u "/proc/$(docker inspect --format '{{.State.Pid}}' box)")" = 700000 ]
	open_terminal
	keys 'clear; docker exec -it box sh' Enter
	prompt '/ [#$]'
	keys 'tty; stat -c %u $(tty)' Enter
	see '^/dev/pts/0$'
	see '^0$'
}
