#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Completion in the real shells, at a real terminal: tmux types and looks.
load ../lib/helpers

completions=$BATS_TEST_DIRNAME/../../completions
count=0 # of shells started

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
	terminal kill-server 2>/dev/null || :
}

# tmux with a server of its own for each shell: one that ends is still there for
# a moment.
terminal()
{
	tmux -L "shell-$count" -f /dev/null "$@"
}

screen()
{
	terminal capture-pane -p
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

# In a fresh shell (set in $shell), type $1, then TAB, and wait for $2.
complete_to()
{
	terminal kill-server 2>/dev/null || :
	count=$((count + 1))
	terminal new-session -d -x 160 -y 120 "${shell[@]}"
	await 'ready>'
	terminal send-keys -l "$1"
	terminal send-keys Tab
	await "$2"
}

# `holt run --` offers every option there is.
offers_every_option()
{
	local option

	complete_to 'holt run --' '--hostname'
	for option in $(holt __complete run -- | cut -f1); do
		await "$option"
	done
}

# A word of each kind.
offers_the_rest()
{
	complete_to 'holt versio' 'holt version'
	complete_to 'holt run bus' 'holt run busybox'
	complete_to 'holt run --network=ho' 'holt run --network=host'
	complete_to 'holt run --cap-add SYS_PT' 'holt run --cap-add SYS_PTRACE'
	complete_to 'holt run --rootfs=made-d' 'holt run --rootfs=made-directory'
	complete_to 'holt pull oci:made-d' 'holt pull oci:made-directory'
	complete_to 'holt push some dir:made-d' 'holt push some dir:made-directory'
	complete_to 'holt run --env-file made-f' 'holt run --env-file made-file'
}

@test "bash offers every option of run" {
	shell=(bash --noprofile --rcfile "$HOME/.bashrc" -i)
	offers_every_option
	offers_the_rest
}

@test "zsh offers every option of run" {
	shell=(zsh -i)
	offers_every_option
	offers_the_rest
}

@test "fish offers every option of run" {
	shell=(fish -i)
	offers_every_option
	offers_the_rest
}

@test "candidates come without privileges, state or delay" {
	run env -i "$HOLT" __complete run --netw
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
