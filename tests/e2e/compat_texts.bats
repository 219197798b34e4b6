#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Engines read what a runtime says: words, by which they know what went wrong, and
# its exit status. A test for each situation, with the rules of those who match.

load ../lib/helpers
load ../lib/box

# What podman, docker, containerd and CRI-O look for, as grep -E has it.
podman_not_found='executable file not found in.*|no such file or directory|open executable'
podman_not_executable='permission denied|operation not permitted'
docker_not_found='executable file not found|no such file or directory'
docker_not_executable='permission denied'
containerd_ended='os: process already finished|container not running|no such process'
crio_ended='no such process|container not running|invalid process'

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

# Run or create box, for that the command $1 can't be had.
expect_no_start()
{
	change --arg word "$1" '.process.args = [$word]'
	rt create --bundle "$bundle" --pid-file pid box
	expect_status 1
	[ ! -e pid ] || differs 'there is a pid file'
	[ "$(wc -l <<<"$output")" -eq 1 ] || differs 'wanted one line'
	rt run --bundle "$bundle" box
	expect_status 1
}

# $1 matches, whatever its case.
expect_known()
{
	grep -qiE -e "$1" <<<"$output" || differs "unknown by: $1"
}

expect_not_known()
{
	! grep -qiE -e "$1" <<<"$output" || differs "taken for: $1"
}

@test "command not found: 127 to podman and docker" {
	expect_no_start nosuch
	expect_output 'holt-runtime: exec: "nosuch": executable file not found in $PATH'
	expect_known "$podman_not_found"
	expect_known "$docker_not_found"
	expect_not_known "$podman_not_executable"
	expect_no_start /no/such
	expect_output 'holt-runtime: exec: "/no/such": no such file or directory'
	expect_known "$podman_not_found"
	expect_not_known "$podman_not_executable"
}

@test "interpreter missing, bad format" {
	printf '#!/no/such\n' >"$bundle/rootfs/script"
	chmod +x "$bundle/rootfs/script"
	expect_no_start_later /script
	expect_known "$podman_not_found"
	expect_text 'interpreter "/no/such" missing'
	echo text >"$bundle/rootfs/text"
	chmod +x "$bundle/rootfs/text"
	expect_no_start_later /text
	expect_text 'exec format error'
}

# A file that only execve(2) knows to be none that can be run.
expect_no_start_later()
{
	change --arg word "$1" '.process.args = [$word]'
	rt run --bundle "$bundle" box
	expect_status 1
	[ "$(wc -l <<<"$output")" -eq 1 ] || differs 'wanted one line'
}

@test "not executable, or a directory: 126 to podman and docker" {
	local word

	for word in /etc /etc/passwd; do
		expect_no_start "$word"
		expect_match "^holt-runtime: exec: \"$word\": permission denied"
		expect_known "$podman_not_executable"
		expect_known "$docker_not_executable"
		expect_not_known "$docker_not_found"
	done
}

@test "a directory mounted on a file: docker tells its user" {
	change '.mounts += [{ destination: "/etc/passwd", type: "bind", source: "/usr",
		options: ["rbind"] }]'
	rt run --bundle "$bundle" box
	expect_status 1
	expect_known 'not a directory'
}

@test "any other error of create is 1" {
	change '.hostname = 5'
	rt create --bundle "$bundle" box
	expect_status 1
	expect_output "holt-runtime: $bundle/config.json: /hostname: expected string, got number"
	rt run --bundle "$PWD/nosuch" box
	expect_status 1
}

@test "a label that can't be written: AppArmor is named, or the file in backticks" {
	change '.process.apparmorProfile = "nosuch"'
	rt run --bundle "$bundle" box
	expect_status 1
	expect_match '`/proc/[a-z0-9-].+/attr.*(exec|current)`|AppArmor'
}

@test "kill of a container that has ended" {
	change '.process.args = ["true"]'
	rt run --keep --bundle "$bundle" box
	expect_status 0
	rt kill box 15
	expect_status 1
	expect_output 'holt-runtime: container not running'
	expect_known "$containerd_ended"
	grep -qE "$crio_ended" <<<"$output"
}

@test "an id that nobody has" {
	local words

	for words in 'state box' 'start box' 'kill box' 'delete box' 'exec box true' 'ps box' \
		'pause box' 'resume box' 'update box' 'events --stats box'; do
		# shellcheck disable=SC2086
		rt $words
		[ "$status" -ne 0 ] || differs "$words: wanted an error"
		expect_output 'holt-runtime: container `box` does not exist'
	done
}

@test "an id that is taken" {
	start_box
	rt run --bundle "$bundle" box
	expect_status 1
	expect_output 'holt-runtime: container with given ID already exists: box'
}

@test "exec: 255 for what is ours, else the command's" {
	start_box
	rt exec box nosuch
	expect_failure 'executable file not found in $PATH'
	rt exec box sh -c 'exit 3'
	expect_status 3
	rt exec box sh -c 'kill -9 $$'
	expect_status 137
}

@test "usage errors are 1" {
	local words

	for words in '' nosuch create 'create a b c' 'state' 'kill' 'list x' 'start --nosuch box'; do
		# shellcheck disable=SC2086
		rt $words
		expect_status 1
		[ -n "$output" ] || differs "$words: no word of it"
	done
}

@test "a long message is told as a whole" {
	local word

	word=/$(printf 'x%.0s' {1..200})/$(printf 'y%.0s' {1..200})/$(printf 'z%.0s' {1..200})
	expect_no_start "$word"
	expect_output "holt-runtime: exec: \"$word\": no such file or directory"
	run "$RUNTIME" --log log --log-format json run --bundle "$bundle" box
	[ "$(jq -r .msg log)" = "exec: \"$word\": no such file or directory" ] || differs "$(<log)"
}

@test "stats of what has ended" {
	change '.process.args = ["true"]'
	rt run --keep --bundle "$bundle" box
	rt events --stats box
	expect_status 1
	expect_output 'holt-runtime: container with id box is not running'
}

@test "the caller's log has one object, of the error alone" {
	change '.process.args = ["nosuch"] | .process.capabilities.bounding += ["CAP_NOSUCH"]'
	run "$RUNTIME" --log-format=json --log "$PWD/log" create --bundle "$bundle" box
	expect_status 1
	jq -es 'length == 1 and .[0].level == "error"' log || differs "$(<log)"
}
