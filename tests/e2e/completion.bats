#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Completion in the real shells, at a real terminal: tmux types and looks.
load ../lib/helpers

completions=$BATS_TEST_DIRNAME/../../completions

setup()
{
	export HOME=$BATS_TEST_TMPDIR TERM=screen TMUX_TMPDIR=$BATS_TEST_TMPDIR
	export XDG_RUNTIME_DIR=$BATS_TEST_TMPDIR/run
	unset TMUX
	mkdir -m 0700 "$XDG_RUNTIME_DIR"
	cd "$BATS_TEST_TMPDIR" || return
	mkdir made-directory
	touch made-file
	cat >.bashrc <<-END
		bind 'set completion-query-items 0'
		bind 'set page-completions off'
		bind 'set show-all-if-ambiguous on'
		bind 'set bell-style none'
		. '$completions/holt.bash'
		PS1='ready> '
	END
	cat >.zshrc <<-END
		fpath=('$completions' \$fpath)
		autoload -Uz compinit
		compinit -u -D
		LISTMAX=0
		PS1='ready> '
	END
	mkdir -p .config/fish/completions
	cat >.config/fish/config.fish <<-END
		function fish_prompt
			echo -n 'ready> '
		end
		set -g fish_greeting
		source '$completions/holt.fish'
	END
}

teardown()
{
	tmux kill-server 2>/dev/null || :
}

screen()
{
	tmux capture-pane -p
}

# Wait until the screen has the text $1.
await()
{
	local tries

	for ((tries = 0; tries < 100; tries++)); do
		[[ $(screen) == *"$1"* ]] && return 0
		sleep 0.1
	done
	output=$(screen)
	differs "wanted on the screen: $1"
}

# Start the shell $1 and wait for its prompt.
start_shell()
{
	tmux -f /dev/null new-session -d -x 160 -y 120 "$@"
	await 'ready>'
}

# Type $1, then TAB, and wait until $2 is on the screen.
complete_to()
{
	tmux send-keys -l "$1"
	tmux send-keys Tab
	await "$2"
}

# Throw the line away, until nothing but the prompt is there.
clear_line()
{
	local tries seen

	for ((tries = 0; tries < 30; tries++)); do
		tmux send-keys C-c
		tmux send-keys C-u
		tmux send-keys C-l
		sleep 0.2
		seen=$(screen)
		[[ $seen =~ ^[[:space:]]*'ready>'[[:space:]]*$ ]] && return 0
	done
	differs "wanted an empty line, not: $seen"
}

# `holt run --` in the running shell offers every option there is.
offers_every_option()
{
	local option

	complete_to 'holt run --' '--hostname'
	for option in $(holt __complete run -- | cut -f1); do
		await "$option"
	done
	clear_line
}

# A word of each kind in the running shell.
offers_the_rest()
{
	complete_to 'holt versio' 'holt version'
	clear_line
	complete_to 'holt run bus' 'holt run busybox'
	clear_line
	complete_to 'holt run --network=ho' 'holt run --network=host'
	clear_line
	complete_to 'holt run --cap-add SYS_PT' 'holt run --cap-add SYS_PTRACE'
	clear_line
	complete_to 'holt run --rootfs=made-d' 'holt run --rootfs=made-directory'
	clear_line
	complete_to 'holt run --env-file made-f' 'holt run --env-file made-file'
	clear_line
}

@test "bash offers every option of run" {
	start_shell bash --noprofile --rcfile "$HOME/.bashrc" -i
	offers_every_option
	offers_the_rest
}

@test "zsh offers every option of run" {
	start_shell zsh -i
	offers_every_option
	offers_the_rest
}

@test "fish offers every option of run" {
	start_shell fish -i
	offers_every_option
	offers_the_rest
}

@test "candidates come without privileges, state or delay" {
	run env -i "$HOLT" __complete run --net
	expect_status 0
	expect_match '^--network='
	run env -i PATH=/usr/bin timeout 1 bash -c '
		for i in {1..20}; do "$1" __complete run --; done' - "$HOLT"
	expect_status 0
	expect_nothing_left
}

@test "letters are offered after one dash" {
	run holt __complete run -
	expect_match $'(^|\n)-e\t'
	expect_match $'(^|\n)-v\t'
}
