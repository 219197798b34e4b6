#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Terminals, through a real one.

load ../lib/helpers
load ../lib/terminal

setup()
{
	open_terminal
}

teardown()
{
	close_terminal
	expect_nothing_left
}

# Start a shell in a container with a terminal of its own.
start_shell()
{
	keys "$HOLT run --network none $* busybox sh" Enter
	prompt '/ [#$]'
}

@test "-it: the command has a terminal of the container's" {
	start_shell -it
	keys 'tty; ls -l /dev/console | cut -c1; ls /dev/pts; echo $TERM' Enter
	see '^/dev/pts/0$|^/dev/console$'
	see '^xterm$'
	keys 'exit 7' Enter
	prompt 'host>'
	keys 'echo status $?' Enter
	see '^status 7$'
}

@test "-it: nothing is echoed twice, and lines are edited" {
	start_shell -it
	keys 'echo abX' BSpace 'c' Enter
	see '^abc$'
	[ "$(screen | grep -c 'echo abc')" -eq 1 ]
	keys C-d
	prompt 'host>'
}

@test "-it: Ctrl-C reaches the command and not holt" {
	start_shell -it
	keys 'sleep 1000' Enter
	see 'sleep 1000$'
	keys C-c
	keys 'echo after $?' Enter
	see '^after 130$'
	keys 'exit' Enter
	prompt 'host>'
}

@test "-it: Ctrl-Z stops the command inside, not holt" {
	start_shell -it
	keys 'sleep 1000' Enter
	see 'sleep 1000$'
	keys C-z
	see 'Stopped'
	keys 'kill -9 %1; exec sh -c "exit 3"' Enter
	prompt 'host>'
	keys 'echo status $?' Enter
	see '^status 3$'
}

@test "-t: the size is there before the command is" {
	run script -qec "stty rows 33 cols 44; for i in \$(seq 20); do
		'$HOLT' run --rm --network none -t busybox stty size
	done" /dev/null <> <(:)
	expect_status 0
	output=$(tr -d '\r' <<<"$output" | uniq -c | sed 's/^ *//')
	expect_output "20 33 44"
}

@test "-it: the size is ours and follows it" {
	start_shell -it
	keys 'stty size' Enter
	see '^30 90$'
	"${tmux[@]}" resize-window -x 101 -y 41
	keys 'clear; until stty size | grep -x "41 101"; do sleep 0.05; done' Enter
	see '^41 101$'
	"${tmux[@]}" resize-window -x 70 -y 20
	keys 'clear; until stty size | grep -x "20 70"; do sleep 0.05; done' Enter
	see '^20 70$'
	keys 'exit' Enter
	prompt 'host>'
}

# Have the shell at the terminal write its settings to the file $1.
note_settings()
{
	rm -f "$BATS_TEST_TMPDIR/$1"
	keys "clear; stty -g >$BATS_TEST_TMPDIR/$1" Enter
	wait_for_file "$BATS_TEST_TMPDIR/$1"
}

@test "-it: our terminal is set back, whatever the end" {
	local before

	note_settings before
	prompt 'host>'
	for end in 'exit 0' 'kill -9 $$' 'stty raw -echo; exit 1'; do
		start_shell -it
		keys "$end" Enter
		prompt 'host>'
		note_settings after
		cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
	done
	keys "clear; $HOLT run --network none -it busybox nosuch" Enter
	see 'executable file not found'
	note_settings after
	cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "-it: our terminal is set back when holt is told to end" {
	note_settings before
	prompt 'host>'
	keys "$HOLT run --network none -it busybox sh -c 'echo ready; exec sleep 60'" Enter
	see 'ready$'
	pkill -TERM --euid "$(id -u)" -x holt
	prompt 'host>'
	keys 'echo status $?' Enter
	see '^status 143$'
	note_settings after
	cmp "$BATS_TEST_TMPDIR/before" "$BATS_TEST_TMPDIR/after"
}

@test "-it as another user: the terminal is his" {
	start_shell -it -u 12
	keys 'stat -c %u $(tty); echo x >/dev/tty && echo opened' Enter
	see '^12$'
	see '^opened$'
	keys 'exit' Enter
	prompt 'host>'
}

@test "-it: the last words of a command aren't lost" {
	keys "clear; $HOLT run --network none -it busybox seq 1 3000 | tail -n 3" Enter
	see '^3000'
	prompt 'host>'
}

@test "-t without -i: a terminal, and nothing that is typed" {
	run bash -c '"$HOLT" run --network none -t busybox sh -c "tty; test -t 0 && test -t 1 && echo yes" </dev/null'
	expect_status 0
	expect_match '/dev/(pts/0|console)'
	expect_text yes
	keys "clear; $HOLT run --network none -t busybox sh -c 'echo ready; read -t 1 x; echo got-\$x'" Enter
	see '^ready'
	keys 'typed' Enter
	see '^got-$'
}

@test "-t with a pipe for input: -i is refused, and why" {
	run bash -c 'echo x | "$HOLT" run --network none -it busybox cat'
	expect_refusal 'not a terminal'
}

@test "-i without -t at a terminal: the command reads it" {
	keys "clear; $HOLT run --network none -i busybox sh -c 'echo ready; read x; echo got-\$x'" Enter
	see '^ready$'
	keys 'word' Enter
	see '^got-word$'
	prompt 'host>'
}

@test "Ctrl-C without -t ends the command through holt" {
	keys "clear; $HOLT run --network none busybox sh -c 'echo ready; exec sleep 60'" Enter
	see 'ready$'
	keys C-c
	see 'host>$'
	keys 'echo status $?' Enter
	see '^status 130$'
}

@test "CVE-2017-5226: nothing is typed into our shell from inside" {
	for options in '' -i -t -it '-it --privileged' '-i --security-opt seccomp=unconfined'; do
		keys "clear; $HOLT run --network none $options -v ${INSIDE%/*}:/x busybox /x/inside type 'echo evil-\$((6*7))
'" Enter
		see '^typed [0-9]+'
		prompt 'host>'
		keys 'echo harmless' Enter
		see '^harmless$'
		! screen | grep -q 'evil-42'
	done
}
