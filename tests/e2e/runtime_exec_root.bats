#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# as-user: --user root
# holt-runtime exec by the machine's root: ids that aren't the caller's, no user
# namespace at all, and cgroups.

load ../lib/helpers
load ../lib/box

setup_file()
{
	setup_busybox_root
	setup_runtime
	chmod 755 "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR"
}

# No user namespace, and a cgroup that can be told.
setup()
{
	make_bundle
	drop_user_namespace
	change --arg path "/holt-exec-test-$$" '.linux.cgroupsPath = $path |
		.linux.namespaces |= map(select(.type != "cgroup")) | del(.process.oomScoreAdj)'
}

teardown()
{
	remove_box
}

# Where the process of the pid file "pid" is.
cgroups_of()
{
	sort "/proc/$1/cgroup"
}

# Everything of a test again where cgroup v2 is all there is.
on_cgroup2()
{
	[ -z "${ON_CGROUP2:-}" ] || return 0
	run env ON_CGROUP2=1 unshare --mount bash -c '
		umount -l /sys/fs/cgroup && mount -t cgroup2 cgroup2 /sys/fs/cgroup &&
		exec bats --filter "^$1\$" "$2"' bash "$BATS_TEST_DESCRIPTION" \
		"$BATS_TEST_FILENAME"
	expect_status 0
	expect_text "ok 1 $BATS_TEST_DESCRIPTION"
	expect_no_text "# skip"
	return 1
}

@test "without a user namespace there is no more than the container has" {
	start_box
	rt exec box sh -c 'id -u; grep -E "CapEff|CapBnd" /proc/self/status'
	expect_status 0
	expect_output "0
CapEff:	0000000000000020
CapBnd:	0000000000000020"
	rt exec --user 1234:5678 -g 9 box sh -c 'id -u; id -G'
	expect_output "1234
5678 9"
}

@test "with ids that aren't the caller's it becomes the container's root" {
	change '.linux.uidMappings = [{ containerID: 0, hostID: 100000, size: 65536 }] |
		.linux.gidMappings = .linux.uidMappings |
		.linux.namespaces += [{ type: "user" }]'
	chown -R 100000:100000 "$bundle/rootfs"
	start_box
	rt exec box sh -c 'id; touch /made'
	expect_status 0
	expect_output "uid=0(root) gid=0(root)"
	[ "$(stat -c %u:%g "$bundle/rootfs/made")" = 100000:100000 ]
	rt exec --user 1000:1000 -g 2000 box id
	expect_output "uid=1000(app) gid=1000(app) groups=2000(extra)"
	run script -qec "'$RUNTIME' exec -t --user 1000 box sh -c 'tty; stat -c %u /dev/pts/0'" /dev/null
	expect_text /dev/pts/0
	expect_text 1000
}

@test "it runs in the container's cgroups" {
	start_box
	init=$("$RUNTIME" state box | jq .pid)
	"$RUNTIME" exec -d --pid-file "$PWD/pid" box sleep 500 >out 2>&1
	[ "$(cgroups_of "$(<pid)")" = "$(cgroups_of "$init")" ]
	grep -q "holt-exec-test" "/proc/$init/cgroup"
}

@test "it runs in the container's cgroup of version 2" {
	on_cgroup2 || return 0
	start_box
	init=$("$RUNTIME" state box | jq .pid)
	"$RUNTIME" exec -d --pid-file "$PWD/pid" box sleep 500 >out 2>&1
	[ "$(cgroups_of "$(<pid)")" = "$(cgroups_of "$init")" ]
	grep -q "holt-exec-test" "/proc/$init/cgroup"
}

@test "--cgroup names one below the container's" {
	on_cgroup2 || return 0
	start_box
	group=/sys/fs/cgroup$(cut -d: -f3 "/proc/$("$RUNTIME" state box | jq .pid)/cgroup")
	mkdir "$group/below"
	"$RUNTIME" exec -d --cgroup below --pid-file "$PWD/pid" box sleep 500 >out 2>&1
	grep -q '/holt-exec-test-[0-9]*/below$' "/proc/$(<pid)/cgroup"
	rt exec --cgroup nowhere box true
	expect_status 255
	expect_text "open the container's cgroup nowhere: No such file"
	rt exec --cgroup ../.. box sleep 0
	expect_status 0 # no further up than the container's own
	"$RUNTIME" kill --all box KILL
}

@test "where the container's cgroup takes no process, its init's does" {
	on_cgroup2 || return 0
	start_box
	init=$("$RUNTIME" state box | jq .pid)
	group=/sys/fs/cgroup$(cut -d: -f3 "/proc/$init/cgroup")
	mkdir "$group/init"
	echo "$init" >"$group/init/cgroup.procs"
	controller=$(cut -d' ' -f1 "$group/cgroup.controllers")
	[ -n "$controller" ] || skip_unless_strict "no controller of version 2"
	echo "+$controller" >"$group/cgroup.subtree_control"
	"$RUNTIME" exec -d --pid-file "$PWD/pid" box sleep 500 >out 2>&1 || differs "$(<out)"
	grep -q '/holt-exec-test-[0-9]*/init$' "/proc/$(<pid)/cgroup"
	"$RUNTIME" kill --all box KILL
}

@test "a paused container is come into only if that is said" {
	start_box
	"$RUNTIME" pause box
	rt exec box true
	expect_status 255
	expect_text "cannot exec in a paused container (use --ignore-paused to override)"
	"$RUNTIME" exec --ignore-paused box touch /resumed >out 2>&1 3>&- &
	sleep 0.3
	[ ! -e "$bundle/rootfs/resumed" ]
	"$RUNTIME" resume box
	wait $!
	[ -e "$bundle/rootfs/resumed" ]
}
