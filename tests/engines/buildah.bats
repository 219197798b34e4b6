#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# holt-runtime under buildah, as an ordinary user and as root.

load ../lib/helpers
load ../lib/engines
load ../lib/terminal

export BUILDAH_RUNTIME=$HOLT_RUNTIME BUILDAH_ISOLATION=oci

setup_file()
{
	setup_busybox_root
	setup_engine
	engine_command buildah
	make_archive "$ENGINE/box.tar" '{ "Env": [ "PATH=/bin" ], "Cmd": [ "/bin/sh" ] }'
	buildah pull "docker-archive:$ENGINE/box.tar"
}

setup()
{
	cd "$BATS_TEST_TMPDIR" || return
}

teardown()
{
	[ -z "${tmux:-}" ] || close_terminal
	buildah rm --all
	eventually nothing_left
}

teardown_file()
{
	remove_engine buildah
}

# Cgroups may be those of another run on this machine, for a moment.
nothing_left()
{
	[ -z "$("$HOLT_RUNTIME" list --quiet)" ] || return
	! is_root ||
		[ -z "$(find /sys/fs/cgroup -type d -name 'holt-buildah-buildah*')" ]
}

# Build what standard input says, without network and with the options given.
build()
{
	cat >Containerfile
	run buildah bud --network none --no-cache --tag built "$@" .
}

# Run a command in the working container "box", with the options before --.
run_in()
{
	local options=()

	while [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	run buildah run --network none "${options[@]}" box "$@"
}

from_box()
{
	buildah from --pull-never --name box box
}

# How often holt-runtime has been asked for a container.
made()
{
	"$HOLT_RUNTIME" events | grep -c '"create"' || :
}

@test "bud: RUN in every form, and what it makes" {
	before=$(made)
	build <<-'END'
	FROM box AS first
	ARG SHAPE=round
	WORKDIR /made
	ENV COLOUR=red
	RUN echo "$COLOUR $SHAPE" >colour && id -u >user
	USER 1000
	RUN ["sh", "-c", "id -u >/tmp/user"]
	FROM box
	COPY --from=first /made /made
	COPY --from=first /tmp/user /made/other
	RUN ip -o link >/made/net; cat /made/*; echo err >&2
	END
	expect_status 0
	expect_match 'red round
1: lo: [^
]*
1000
0'
	expect_line err
	[ "$(made)" -eq $((before + 3)) ] || differs 'another runtime did it'
	buildah rmi built
}

@test "bud: a command that fails, and what can't be run" {
	build <<<'FROM box
RUN echo before; exit 6'
	expect_status 6
	expect_line before
	build <<<'FROM box
RUN ["nosuch"]'
	[ "$status" -ne 0 ] || differs 'it was built'
	expect_text 'exec: "nosuch": executable file not found in $PATH'
	build <<<'FROM box
RUN ["/etc"]'
	[ "$status" -ne 0 ] || differs 'it was built'
	expect_text 'exec: "/etc": permission denied'
}

@test "bud: RUN --mount" {
	echo hidden >secret
	echo given >file
	build --secret id=one,src=secret <<-'END'
	FROM box
	RUN --mount=type=secret,id=one cat /run/secrets/one
	RUN --mount=type=bind,source=file,target=/there cat /there; test -w /there || echo locked
	RUN --mount=type=tmpfs,target=/cache df -k /cache
	RUN --mount=type=cache,target=/kept echo kept >/kept/file
	RUN --mount=type=cache,target=/kept cat /kept/file
	RUN test -e /kept -o -e /cache -o -e /there || echo clean
	END
	expect_status 0
	expect_line hidden
	expect_line given
	expect_match 'tmpfs'
	expect_line kept
	expect_line clean
	buildah rmi built
}

@test "bud: --volume, --cap-add, --security-opt, --ulimit, --shm-size, --device" {
	mkdir data
	echo given >data/file
	cat >profile.json <<-END
	{ "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{ "names": [ "mkdir", "mkdirat" ], "action": "SCMP_ACT_ERRNO", "errnoRet": 28 } ] }
	END
	build --volume "$PWD/data:/data:ro" --cap-drop all --cap-add KILL,CHOWN \
		--security-opt seccomp="$PWD/profile.json" --ulimit nofile=99:100 \
		--shm-size 2m --device /dev/net/tun <<-'END'
	FROM box
	RUN cat /data/file; touch /data/new || :
	RUN grep -E 'CapEff|Seccomp:' /proc/self/status
	RUN mkdir /new || ulimit -n; ulimit -Hn; df -k /dev/shm; stat -c '%t %T' /dev/net/tun
	END
	expect_status 0
	expect_line given
	expect_text 'Read-only file system'
	expect_line 'CapEff:	0000000000000021'
	expect_line 'Seccomp:	2'
	expect_text 'No space left'
	expect_text '
99
100
'
	expect_match ' 2048 '
	expect_line 'a c8'
	buildah rmi built
}

@test "bud: the default network, and the host's" {
	cat >Containerfile <<-'END'
	FROM box
	RUN ip -o link; readlink /proc/self/ns/net
	END
	run buildah bud --isolation oci --network host .
	expect_status 0
	expect_line "$(is_root && nsenter --net=/run/netns/engine readlink /proc/self/ns/net ||
		readlink /proc/self/ns/net)"
	is_root || {
		run buildah bud --isolation rootless .
		expect_status 0
		expect_text ': tap0: '
	}
}

@test "run: status, input, output, user, environment, directory" {
	from_box
	run_in -- sh -c 'exit 4'
	expect_status 4
	run --separate-stderr bash -c \
		'echo in | buildah run --network none box sh -c "cat; echo err >&2"'
	expect_output in
	[ "$stderr" = err ] || differs "wanted err"
	buildah config --env COLOUR=red --workingdir /usr box
	run_in --user 1000:2000 --env SHAPE=round --hostname host1 -- \
		sh -c 'echo "$COLOUR $SHAPE $(id -u):$(id -g) $PWD $(hostname)"'
	expect_output 'red round 1000:2000 /usr host1'
	run_in -- nosuch
	expect_status 1
	expect_text 'exec: "nosuch": executable file not found in $PATH'
}

@test "run -t has a terminal of the container's" {
	from_box
	open_terminal
	keys 'clear; buildah run -t --network none box sh' Enter
	prompt '/ [#$]'
	keys 'tty; test -t 0 && test -t 1 && test -t 2 && echo three' Enter
	see '^/dev/pts/0$'
	see '^three$'
	keys 'clear; echo "asl"eep; sleep 1000' Enter
	see '^asleep$'
	keys C-c
	keys 'echo after $?' Enter
	see '^after 130$'
	keys 'exit 5' Enter
	prompt 'host>'
	keys 'echo status $?' Enter
	see '^status 5$'
}

@test "run: namespaces of the host's" {
	from_box
	for ns in pid uts; do
		run_in --network host "--$ns" host -- readlink "/proc/self/ns/$ns"
		expect_status 0
		expect_output "$(readlink "/proc/self/ns/$ns")"
		run_in -- readlink "/proc/self/ns/$ns"
		[ "$output" != "$(readlink "/proc/self/ns/$ns")" ] || differs "the host's $ns"
	done
}

@test "a run that is told to end leaves nothing" {
	from_box
	buildah run --network none box sh -c 'echo ready; exec sleep 1003' >out 3>&- 4>&- &
	eventually grep -q ready out
	eventually pgrep -xf 'sleep 1003'
	kill -TERM "$!"
	wait "$!" || :
	eventually gone 'sleep 1003'
	eventually nothing_left
}

gone()
{
	! pgrep -xf "$1"
}

@test "--runtime, with options of the runtime's" {
	from_box
	export BUILDAH_RUNTIME=/bin/false
	run_in --runtime "$HOLT_RUNTIME" -- echo hi
	expect_status 0
	expect_output hi
	run_in --runtime "$HOLT_RUNTIME" --runtime-flag log="$PWD/log" \
		--runtime-flag log-format=json -- nosuch
	expect_status 1
	[ "$(jq -r .msg log)" = 'exec: "nosuch": executable file not found in $PATH' ] ||
		differs "logged: $(<log)"
}
