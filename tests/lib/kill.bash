# SPDX-License-Identifier: Apache-2.0
# For bats files about being killed, after helpers: two bundles in directories of
# their own, so that two can be killed at the same time, and what is done before
# and after each kill.
# shellcheck shell=bash

KILL_EACH=${KILL_EACH:-$BATS_TEST_DIRNAME/../../build/tests/kill_each}
# A sanitizer adds calls, and makes each take longer: it is there for other
# mistakes than these.
every=${HOLT_SANITIZED:+7}
export -f differs
# There is somebody to be told that the container is ready, if it said so.
export NOTIFY_SOCKET=@nobody

create=("$HOLT_RUNTIME" --root state create --bundle bundle --pid-file pid c1)
start=("$HOLT_RUNTIME" --root state start c1)
run=("$HOLT_RUNTIME" --root state run --bundle bundle --pid-file pid c1)

# Make the directories.
make_jobs()
{
	local job

	jobs=()
	for job in 0 1; do
		jobs+=("$BATS_TEST_TMPDIR/$job")
		mkdir -p "${jobs[job]}"/{bundle,run,state}
		chmod 0700 "${jobs[job]}"/{run,state}
		cp -al "$BUSYBOX_ROOT" "${jobs[job]}/bundle/rootfs"
		kill_config "kill-$$-$job" >"${jobs[job]}/bundle/config.json"
		echo "kill-$$-$job" >"${jobs[job]}/cgroup"
		cat /proc/self/mountinfo >"${jobs[job]}/mounts.list"
	done
}

# What is there once everything has come and gone as it should; more may not be
# left after a kill.
note_rest()
{
	local job

	for job in "${jobs[@]}"; do
		(cd "$job" && export XDG_RUNTIME_DIR=$PWD/run && create &&
			rt start c1 && rt delete --force c1 && rest >rest.list) ||
			differs "$(<"$job/create.out")"
	done
}

# Change every config.json by the words of a jq command.
change_all()
{
	local job

	for job in "${jobs[@]}"; do
		jq "$@" <"$job/bundle/config.json" >"$job/new"
		mv "$job/new" "$job/bundle/config.json"
	done
}

# Something of everything that create makes, in a cgroup $1 where there is one.
kill_config()
{
	local true=$BUSYBOX_ROOT/bin/true namespaces=(pid mount ipc uts cgroup)

	[ "$(id -u)" -eq 0 ] || namespaces+=(user)
	jq -n --arg cgroup "$1" --arg uid "$(id -u)" --arg true "$true" '{
		ociVersion: "1.3.0",
		process: {
			user: { uid: 0, gid: 0 },
			args: ["true"],
			env: ["PATH=/bin"],
			cwd: "/made/by/create",
			oomScoreAdj: 500
		},
		root: { path: "rootfs" },
		hostname: "killed",
		mounts: [
			{ destination: "/proc", type: "proc", source: "proc" },
			{ destination: "/dev", type: "tmpfs", source: "tmpfs",
			  options: ["nosuid", "mode=755"] },
			{ destination: "/tmp", type: "tmpfs", source: "tmpfs",
			  options: ["tmpcopyup"] },
			{ destination: "/new", type: "bind", source: "/usr",
			  options: ["rbind", "ro"] }
		],
		linux: ({
			namespaces: ($ARGS.positional | map({ type: . })),
			maskedPaths: ["/proc/version"],
			seccomp: { defaultAction: "SCMP_ACT_ALLOW", syscalls: [
				{ names: ["mknod"], action: "SCMP_ACT_ERRNO" }] }
		} + if $uid == "0" then { cgroupsPath: "/\($cgroup)/inner" } else {} end),
		hooks: ({
			createRuntime: [{ path: $true }],
			createContainer: [{ path: $true }],
			startContainer: [{ path: "/bin/true" }],
			poststart: [{ path: $true }],
			poststop: [{ path: $true }]
		})
	}' --args "${namespaces[@]}"
}

# Kill at every call what the options say; there have to be $1 of them at least.
sweep()
{
	local wanted=$1

	shift
	run --separate-stderr "$KILL_EACH" ${every:+--every "$every"} "$@"
	expect_status 0
	[ "$output" -ge "$wanted" ] || differs "wanted $wanted calls at least"
}

# The scenarios. Each takes the number of calls that there are at least.

kill_create()
{
	sweep "$1" --before forget --after expect_deletable "${jobs[@]}" -- "${create[@]}"
}

kill_init_of_create()
{
	sweep "$1" --watch init --before forget --after expect_failed "${jobs[@]}" -- \
		"${create[@]}"
}

kill_create_at_calls_of_init()
{
	sweep "$1" --watch init --kill caller --before forget --after expect_deletable \
		"${jobs[@]}" -- "${create[@]}"
}

kill_start()
{
	sweep "$1" --before create --after expect_deletable "${jobs[@]}" -- "${start[@]}"
}

kill_init_of_start()
{
	sweep "$1" --watch pid --before create --after expect_not_started "${jobs[@]}" -- \
		"${start[@]}"
}

kill_start_at_calls_of_init()
{
	sweep "$1" --watch pid --kill caller --before create --after expect_deletable \
		"${jobs[@]}" -- "${start[@]}"
}

kill_delete()
{
	sweep "$1" --before 'create; rt start c1; wait_for_end' --after expect_deletable \
		"${jobs[@]}" -- "$HOLT_RUNTIME" --root state delete c1
}

kill_delete_of_running()
{
	change_all '.process.args = ["sleep", "98760"]'
	# A command that never says that it is ready.
	unset NOTIFY_SOCKET
	sweep "$1" --before 'create; rt start c1' --after expect_deletable "${jobs[@]}" -- \
		"$HOLT_RUNTIME" --root state delete --force c1
}

kill_exec()
{
	change_all '.process.args = ["sleep", "98760"]'
	unset NOTIFY_SOCKET
	sweep "$1" --before 'create; rt start c1' --after expect_deletable "${jobs[@]}" -- \
		"$HOLT_RUNTIME" --root state exec --pid-file pid c1 true
}

# Another process is needed then, which joins, makes init and ends.
kill_create_that_joins()
{
	local box=("$HOLT_RUNTIME" --root "$BATS_TEST_TMPDIR/box") pid

	mkdir -m 0700 "$BATS_TEST_TMPDIR/box"
	change_all '.process.args = ["sleep", "98760"] | del(.hooks)'
	unset NOTIFY_SOCKET
	jq 'del(.linux.cgroupsPath)' <"${jobs[0]}/bundle/config.json" >"$BATS_TEST_TMPDIR/box.json"
	"${box[@]}" run --detach --bundle "${jobs[0]}/bundle" \
		--config "$BATS_TEST_TMPDIR/box.json" box </dev/null \
		>"$BATS_TEST_TMPDIR/box.out" 2>&1 3>&-
	pid=$("${box[@]}" state box | jq .pid)
	change_all --arg proc "/proc/$pid/ns" '.linux.namespaces |= map(
		if .type == "pid" or .type == "user" then .path = "\($proc)/\(.type)" else . end)'
	sweep "$1" "${@:2}" --before forget --after expect_deletable "${jobs[@]}" -- \
		"${create[@]}"
	"${box[@]}" delete --force box
}

kill_run()
{
	sweep "$1" --before forget --after expect_deletable "${jobs[@]}" -- "${run[@]}"
}

kill_init_of_run()
{
	sweep "$1" --watch init --before forget --after expect_undone "${jobs[@]}" -- \
		"${run[@]}"
}

kill_run_at_calls_of_init()
{
	sweep "$1" --watch init --kill caller --before forget --after expect_deletable \
		"${jobs[@]}" -- "${run[@]}"
}

# What the scripts of KILL_EACH call, each in the directory of its job.

rt()
{
	"$HOLT_RUNTIME" --root state "$@"
}

create()
{
	rt create --bundle bundle --pid-file pid c1 </dev/null >create.out 2>&1 ||
		differs "create: status $?" "$(<create.out)"
}

wait_for_end()
{
	until [[ $(rt state c1) == *'"status": "stopped"'* ]]; do
		sleep 0.01
	done
}

# So that what is made but once is made each time.
forget()
{
	rm -rf run/holt/seccomp pid
}

rest()
{
	find . -path ./bundle/rootfs/bin -prune -o ! -path './*.out' ! -name rest.list -print
}

# Of processes KILL_EACH knows itself.
expect_clean()
{
	local expected file found

	expected=$'\n'$(<rest.list)$'\n'
	while read -r file; do
		[[ $expected == *$'\n'$file$'\n'* ]] || differs "left: $file"
	done < <(rest)
	found=$(shopt -s nullglob && echo /sys/fs/cgroup/{,*/}"$(<cgroup)"*)
	[ -z "$found" ] || differs 'cgroups are left:' "$found"
	# Others may have unmounted something of theirs.
	found=$(grep -vxFf mounts.list /proc/self/mountinfo) &&
		differs 'mounts are left:' "$found"
	true
}

expect_deletable()
{
	rt list || differs 'list fails'
	rt delete --force c1 || differs 'delete --force fails'
	expect_clean
}

expect_undone()
{
	[ -z "$(rt list --quiet)" ] || differs 'the container is still there'
	expect_clean
}

# Init was killed. Either who made it said so and took back all, or it was after
# that: then the container has stopped.
expect_failed()
{
	local state

	if ! state=$(rt state c1 2>&1); then
		[ "$CALLER_STATUS" -ne 0 ] || differs "$state"
		grep -q '^holt-runtime: ' command.out || differs 'no error'
		expect_undone
		return
	fi
	[ -z "$KILLED" ] || [[ $state == *'"status": "stopped"'* ]] || differs "$state"
	rt delete ${KILLED:+--force} c1
	expect_clean
}

expect_not_started()
{
	[ -z "$KILLED" ] || [ -n "$EXECUTED" ] || [ "$CALLER_STATUS" -ne 0 ] ||
		differs 'start is content, and no program was executed'
	expect_failed
}

export -f rt create forget wait_for_end rest expect_clean expect_deletable \
	expect_undone expect_failed expect_not_started
