#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# SIGKILL at every system call, of whoever takes part. Wherever it was: `list`
# and `delete --force` work afterwards, and then nothing is left. Also by the
# machine's root, who has cgroups too.

load ../lib/helpers
load ../lib/kill

setup_file()
{
	setup_busybox_root
}

setup()
{
	make_jobs
	note_rest
}

teardown()
{
	expect_nothing_left
}

@test "create killed: delete --force leaves nothing" {
	kill_create 250
}

@test "the init that create makes killed: create fails and leaves nothing" {
	kill_init_of_create 100
}

@test "create killed wherever its init is" {
	kill_create_at_calls_of_init 100
}

@test "create that joins namespaces killed: delete --force leaves nothing" {
	kill_create_that_joins 150
}

@test "create that joins namespaces killed wherever its init is" {
	kill_create_that_joins 100 --watch init --kill caller
}

@test "start killed: delete --force leaves nothing" {
	kill_start 50
}

@test "init killed while it is started: start fails, or it has stopped" {
	kill_init_of_start 50
}

@test "start killed wherever init is" {
	kill_start_at_calls_of_init 50
}

@test "delete killed: delete --force leaves nothing" {
	kill_delete 50
}

@test "delete --force of a running container killed: again leaves nothing" {
	kill_delete_of_running 50
}

@test "run killed: delete --force leaves nothing" {
	kill_run 250
}

@test "the init of run killed: run leaves nothing" {
	kill_init_of_run 100
}

@test "run killed wherever its init is" {
	kill_run_at_calls_of_init 100
}

@test "exec killed: delete --force leaves nothing" {
	kill_exec 150
}
