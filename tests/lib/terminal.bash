# SPDX-License-Identifier: Apache-2.0
# For bats files about terminals, after helpers: a real one. Each test has a tmux
# server to itself.
# shellcheck shell=bash

# For setup: a shell that asks 'host>'.
open_terminal()
{
	unset TMUX
	tmux=(tmux -L "holt-$$-$BATS_TEST_NUMBER" -f /dev/null)
	"${tmux[@]}" new-session -d -x 90 -y 30 \
		"PS1='host> ' exec bash --norc --noprofile"
	prompt 'host>'
}

# For teardown.
close_terminal()
{
	"${tmux[@]}" kill-server || :
}

# Type into the terminal: words of tmux send-keys, or text with a key Enter.
keys()
{
	"${tmux[@]}" send-keys "$@"
}

screen()
{
	"${tmux[@]}" capture-pane -p -J | sed -e 's/ *$//' -e '/^$/d'
}

# Wait until the extended regular expression $1 matches a line of the screen.
see()
{
	local tries=0

	until screen | grep -qE -e "$1"; do
		[ $((tries += 1)) -lt 400 ] || {
			screen >&2
			differs "never seen: $1"
			return 1
		}
		read -r -t 0.05 <> <(:) || :
	done
}

# Wait until the last line of the screen is the prompt $1.
prompt()
{
	local tries=0

	until screen | tail -n 1 | grep -qE "^$1\$"; do
		[ $((tries += 1)) -lt 400 ] || {
			screen >&2
			differs "no prompt: $1"
			return 1
		}
		read -r -t 0.05 <> <(:) || :
	done
}
