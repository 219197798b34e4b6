#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# linux.seccomp: what the filter judges, and what it doesn't.

load ../lib/helpers
load ../lib/bundle

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_bundle
}

teardown()
{
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" delete --force \
		"test-$BATS_TEST_NUMBER-$$"
	expect_nothing_left
}

# Calls in $@ end with EPERM in the container.
forbid()
{
	change '.linux.seccomp = { "defaultAction": "SCMP_ACT_ALLOW", "syscalls": [
		{ "names": $ARGS.positional, "action": "SCMP_ACT_ERRNO" } ] }' \
		--args "$@"
}

@test "a filter that allows little is no hindrance to our own set-up" {
	local forbidden=(setsid ioctl dup2 dup3 close_range rt_sigaction
		rt_sigprocmask getcwd chdir fchdir umask setgroups setresuid
		setresgid prlimit64 setrlimit recvmsg recvfrom sendmsg getpid)

	forbid "${forbidden[@]}"
	change '.process.args = ["echo", "hi"]'
	in_runtime
	expect_status 0
	expect_output hi

	# What the kernel asks of who has no capability for it anyway.
	forbid "${forbidden[@]}" capset prctl seccomp
	change '.process.noNewPrivileges = true'
	in_runtime
	expect_status 0
	expect_output hi
}

# The agent at $agent_socket, for $1 connections; more words go to it.
start_agent()
{
	agent_socket=$BATS_TEST_TMPDIR/agent.sock
	agent_said=$BATS_TEST_TMPDIR/agent.said
	: >"$agent_said"
	rm -f "$agent_socket"
	python3 "$BATS_TEST_DIRNAME/../lib/seccomp_agent.py" "$agent_socket" \
		"$agent_said" "$@" 3>&- &
	agent=$!
	for ((tries = 0; tries < 100; tries++)); do
		[ ! -S "$agent_socket" ] || return 0
		sleep 0.05
	done
	differs 'the agent is not there'
}

# It has been content, and has seen every process go.
end_agent()
{
	wait "$agent" || differs "the agent has failed"
}

# The calls named are notified to the agent.
notify()
{
	change '.linux.seccomp = { "defaultAction": "SCMP_ACT_ALLOW",
		"listenerPath": $path, "listenerMetadata": "some words",
		"syscalls": [ { "names": $ARGS.positional,
			"action": "SCMP_ACT_NOTIFY" } ] }' \
		--arg path "$agent_socket" --args "$@"
}

# Line $1 of what was said has what the jq program $2 wants.
expect_said()
{
	sed -n "$1p" "$agent_said" | jq -e "$2" >/dev/null ||
		differs "wanted $2 in line $1 of:" "$(<"$agent_said")"
}

rt()
{
	run "$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" "$@"
}

# Create $1; more words are options. What the container says is in out.
create_box()
{
	local name=$1

	shift
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" create \
		--bundle "$bundle" "$@" "$name" 3>&- >"$bundle/out" 2>&1 ||
		differs "create: $(<"$bundle/out")"
}

@test "seccomp.state: an agent has it as JSON, with the descriptor, and answers" {
	local name=test-$BATS_TEST_NUMBER-$$

	start_agent 1
	notify getppid mkdir mkdirat
	change '.annotations = { "some.key": "value" } | .process.args =
		["sh", "-c", "echo $PPID; mkdir /tmp/here; echo $?; ls /tmp"]'
	in_runtime
	expect_status 0
	expect_line 4242
	expect_text "can't create directory '/tmp/here': File name too long"
	expect_line 1
	expect_no_text $'\nhere'
	end_agent
	[ "$(wc -l <"$agent_said")" -eq 1 ] || differs "said: $(<"$agent_said")"
	expect_said 1 '.ociVersion == "1.3.0" and .fds == ["seccompFd"] and
		.metadata == "some words"'
	expect_said 1 '(keys | sort) ==
		["fds", "metadata", "ociVersion", "pid", "state"]'
	expect_said 1 ".pid > 1 and .state == { ociVersion: \"1.3.0\",
		id: \"$name\", pid: .pid, status: \"created\",
		bundle: \"$bundle\", annotations: { \"some.key\": \"value\" } }"
}

@test "seccomp.connection: one state in each, at start and at each exec" {
	local name=test-$BATS_TEST_NUMBER-$$

	start_agent 3
	notify getppid
	change '.process.args = ["sh", "-c", "echo $PPID; exec sleep 100"]'
	create_box "$name" --pid-file "$bundle/pid"
	[ ! -s "$agent_said" ] || differs "said at create: $(<"$agent_said")"
	rt start "$name"
	expect_status 0
	expect_said 1 ".pid == $(<"$bundle/pid") and .state.pid == .pid"
	rt exec "$name" sh -c 'echo $PPID'
	expect_status 0
	expect_output 4242
	expect_said 2 ".pid > 1 and .pid != $(<"$bundle/pid") and
		.state.pid == $(<"$bundle/pid") and .state.status == \"running\""
	rt exec --detach --pid-file "$bundle/exec.pid" "$name" sh -c ':'
	expect_status 0
	expect_said 3 ".pid == $(<"$bundle/exec.pid")"
	[ "$(<"$bundle/out")" = 4242 ] || differs "the command said $(<"$bundle/out")"
	rt delete --force "$name"
	end_agent
}

@test "a filter may notify of everything: our own calls don't wait for us" {
	local everything=(sendmsg recvmsg sendto recvfrom write read close futex
		nanosleep clock_nanosleep exit exit_group prctl capset execve
		mmap brk getppid sched_yield)

	# The answers come late: whoever calls too early would hang.
	start_agent 4 0.3
	notify "${everything[@]}"
	change '.process.args = ["sh", "-c", "echo $PPID"]'
	in_runtime
	expect_status 0
	expect_output 4242
	change '.process.noNewPrivileges = true'
	in_runtime
	expect_status 0
	expect_output 4242
	# The same by "holt run".
	in_bundle
	expect_status 0
	expect_output 4242
	change '.linux.seccomp.flags = ["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV",
		"SECCOMP_FILTER_FLAG_TSYNC", "SECCOMP_FILTER_FLAG_LOG"]'
	in_runtime
	expect_status 0
	expect_output 4242
	end_agent
}

@test "the small init of holt run notifies nobody, its command does" {
	start_agent 1
	jq -n --arg path "$agent_socket" '{ "defaultAction": "SCMP_ACT_ALLOW",
		"listenerPath": $path, "syscalls": [ {
			"names": ["getppid"], "action": "SCMP_ACT_NOTIFY" } ] }' \
		>"$bundle/profile.json"
	run "$HOLT" run --init --security-opt "seccomp=$bundle/profile.json" \
		busybox sh -c 'echo $PPID'
	expect_status 0
	expect_output 4242
	end_agent
	expect_said 1 '(has("metadata") | not) and .state.status == "created"'
}

@test "seccomp.listener: without one nothing starts and nothing is left" {
	local name=test-$BATS_TEST_NUMBER-$$

	# A socket that nobody listens at.
	agent_socket=$BATS_TEST_TMPDIR/agent.sock
	python3 -c 'import socket, sys
socket.socket(socket.AF_UNIX).bind(sys.argv[1])' "$agent_socket"
	notify getppid
	change '.process.args = ["echo", "alive"]'
	in_runtime
	expect_status 1
	expect_output "holt-runtime: seccomp listener: connect to the socket $agent_socket: Connection refused"
	rt list --quiet
	expect_output ''
	create_box "$name"
	rt start "$name"
	expect_status 1
	expect_output "holt-runtime: seccomp listener: connect to the socket $agent_socket: Connection refused"
	rt list --quiet
	expect_output ''

	rm "$agent_socket"
	in_runtime
	expect_status 1
	expect_output "holt-runtime: seccomp: the listener's socket $agent_socket: No such file or directory"
	touch "$agent_socket"
	in_runtime
	expect_output "holt-runtime: seccomp: the listener's socket $agent_socket is none"
	in_bundle
	expect_refusal "the listener's socket $agent_socket is none"
	change 'del(.linux.seccomp.listenerMetadata, .linux.seccomp.listenerPath)'
	in_runtime
	expect_status 1
	expect_text 'SCMP_ACT_NOTIFY needs somebody to notify: set listenerPath'
}

@test "an agent that is gone makes the calls fail, not wait" {
	local name=test-$BATS_TEST_NUMBER-$$

	start_agent 1
	notify mkdir
	change '.process.args = ["sh", "-c",
		"until [ -e /tmp/go ]; do sleep 0.05; done; mkdir /tmp/here"]'
	create_box "$name"
	rt start "$name"
	expect_status 0
	kill -KILL "$agent"
	wait "$agent" || :
	touch "$bundle/rootfs/tmp/go"
	for ((tries = 0; tries < 100; tries++)); do
		[ ! -s "$bundle/out" ] || break
		sleep 0.05
	done
	output=$(<"$bundle/out")
	expect_text 'Function not implemented'
}

@test "killed while the agent is told, start leaves no command running" {
	local name=test-$BATS_TEST_NUMBER-$$

	# One that takes nobody in.
	agent_socket=$BATS_TEST_TMPDIR/agent.sock
	python3 "$BATS_TEST_DIRNAME/../lib/stuck_socket.py" "$agent_socket" 3>&- &
	agent=$!
	for ((tries = 0; tries < 100; tries++)); do
		[ ! -e "$agent_socket.full" ] || break
		sleep 0.05
	done
	notify getppid
	change '.process.args = ["sh", "-c", "touch /tmp/ran; exec sleep 100"]'
	create_box "$name"
	"$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/state" start "$name" 3>&- &
	# Until it waits in connect(2).
	for ((tries = 0; tries < 100; tries++)); do
		! grep -q '^42 ' "/proc/$!/syscall" || break
		sleep 0.05
	done
	kill -KILL $!
	wait $! || :
	for ((tries = 0; tries < 100; tries++)); do
		rt state "$name"
		[[ $output != *'"stopped"'* ]] || break
		sleep 0.05
	done
	expect_text '"status": "stopped"'
	[ ! -e "$bundle/rootfs/tmp/ran" ] || differs 'the command ran'
	kill "$agent"
	wait "$agent" || :
}

@test "the listener may be named by annotation or environment" {
	start_agent 3
	notify getppid
	change '.process.args = ["sh", "-c", "echo $PPID"] |
		.annotations = { "run.oci.seccomp.receiver": "/nowhere" }'
	in_runtime
	expect_output 4242
	change 'del(.linux.seccomp.listenerPath, .linux.seccomp.listenerMetadata) |
		.annotations = { "run.oci.seccomp.receiver": $path }' \
		--arg path "$agent_socket"
	RUN_OCI_SECCOMP_RECEIVER=/nowhere in_runtime
	expect_output 4242
	change 'del(.annotations)'
	RUN_OCI_SECCOMP_RECEIVER=$agent_socket in_runtime
	expect_output 4242
	end_agent
	RUN_OCI_SECCOMP_RECEIVER=agent.sock in_runtime
	expect_status 1
	expect_text "the listener's socket agent.sock is no absolute path"
	# Who isn't needed isn't asked.
	change '.linux.seccomp.syscalls[0].action = "SCMP_ACT_ERRNO"'
	RUN_OCI_SECCOMP_RECEIVER=/nowhere in_runtime
	expect_status 0
}

@test "run.oci.seccomp_fail_unknown_syscall makes unknown names an error" {
	forbid mkdir no_such_call
	change '.process.args = ["true"]'
	in_runtime
	expect_status 0
	change '.annotations["run.oci.seccomp_fail_unknown_syscall"] = "0"'
	in_runtime
	expect_status 0
	change '.annotations["run.oci.seccomp_fail_unknown_syscall"] = "1"'
	in_runtime
	expect_status 1
	expect_text 'seccomp: unknown system call no_such_call, which run.oci.seccomp_fail_unknown_syscall forbids'
}
