# SPDX-License-Identifier: Apache-2.0
# For every bats file: load ../lib/helpers
#
# HOLT is the program under test. BUSYBOX_ROOT is a root directory made of the
# host's static busybox, once a file. Each expect_* shows what it saw when that
# wasn't what it should have been.
bats_require_minimum_version 1.5.0

HOLT=${HOLT:-$BATS_TEST_DIRNAME/../../build/holt}
PATH=$(dirname "$HOLT"):$PATH:/usr/sbin:/sbin
BUSYBOX_ROOT=$BATS_FILE_TMPDIR/busybox
HOLT_RUNTIME=${HOLT_RUNTIME:-$(dirname "$HOLT")/holt-runtime}
export HOLT HOLT_RUNTIME PATH BUSYBOX_ROOT

# What we put into it can be told from what others have there only if nobody
# else uses it.
if [ -z "${HOLT_TEST_PRIVATE:-}" ]; then
	export XDG_RUNTIME_DIR=$BATS_FILE_TMPDIR/run
	[ -d "$XDG_RUNTIME_DIR" ] || mkdir -m 0700 "$XDG_RUNTIME_DIR"
fi

# No user namespace is kept where a test doesn't speak of it: its keeper would be
# a process that is left, and helpers would not be called.
export HOLT_KEEP_USERNS=${HOLT_KEEP_USERNS:-0}
# Names of processes that end with a container, as pgrep wants them.
holt_names='^holt($|-[^u])'
[ "$HOLT_KEEP_USERNS" != 0 ] || holt_names='^holt'

mounts_before=$(</proc/self/mountinfo)
processes_before=$(pgrep --euid "$(id -u)" '^holt' || :)

# Make a root of busybox at $1, with root and the user "app" (1000).
make_busybox_root()
{
	mkdir -p "$1"/{bin,dev,etc,proc,root,run,sys,tmp,usr,var,home/app}
	chmod 1777 "$1/tmp"
	ln -s ../bin "$1/usr/bin"
	cp "$(command -v busybox)" "$1/bin/busybox"
	"$1/bin/busybox" --install "$1/bin"
	printf '%s\n' 'root:x:0:0:root:/root:/bin/sh' \
		'app:x:1000:1000:app:/home/app:/bin/sh' >"$1/etc/passwd"
	printf '%s\n' 'root:x:0:' 'app:x:1000:' 'extra:x:2000:app' \
		>"$1/etc/group"
}

# Call it in setup_file of a bats file that wants BUSYBOX_ROOT.
setup_busybox_root()
{
	make_busybox_root "$BUSYBOX_ROOT"
}

# Say what was seen instead, and fail.
differs()
{
	printf '%s\n' "$@" "status: ${status-}" "output: ${output-}" \
		${stderr:+"stderr: $stderr"} >&2
	return 1
}

expect_status()
{
	[ "$status" -eq "$1" ] || differs "wanted status $1"
}

# The whole output is $1.
expect_output()
{
	[ "$output" = "$1" ] || differs "wanted output: $1"
}

# $1 is somewhere in the output.
expect_text()
{
	[[ $output == *"$1"* ]] || differs "wanted in the output: $1"
}

expect_no_text()
{
	[[ $output != *"$1"* ]] || differs "not wanted in the output: $1"
}

# The extended regular expression $1 matches in the output.
expect_match()
{
	[[ $output =~ $1 ]] || differs "wanted a match of: $1"
}

# One line of the output is exactly $1.
expect_line()
{
	grep -qxF -e "$1" <<<"$output" || differs "wanted a line: $1"
}

expect_no_line()
{
	! grep -qxF -e "$1" <<<"$output" || differs "not wanted as a line: $1"
}

# holt itself refused: exit status 125 and one line that has $1 in it.
expect_refusal()
{
	expect_status 125
	[ "$(wc -l <<<"$output")" -eq 1 ] || differs "wanted one line"
	[[ $output == "holt: "* ]] || differs "wanted a line of holt's"
	expect_text "$1"
}

# Nothing of ours is left: no process, no mount, no file in the runtime
# directory but what is to stay: the record of events, compiled filters, and the
# number of who keeps a user namespace, if one is kept. Processes get a moment, for
# a killed one takes that long to go.
expect_nothing_left()
{
	local found tries

	for ((tries = 0; tries < 50; tries++)); do
		found=$(pgrep --euid "$(id -u)" --runstates DRSTt "$holt_names" |
			grep -vxF -e "${processes_before:-none}") || break
		sleep 0.1
	done
	[ -z "$found" ] || differs "processes are left:" "$found"
	found=$(diff <(echo "$mounts_before") /proc/self/mountinfo) ||
		differs "mounts have changed:" "$found"
	sweep_names
	found=$(find "$XDG_RUNTIME_DIR" -mindepth 1 ! -type d ! -name .events.jsonl \
		! -path '*/holt/seccomp/*' ! -path '*/holt/userns')
	[ -z "$found" ] || differs "files are left:" "$found"
}

# Of a holt that was killed its name is left, which nobody holds: the next one
# that ends removes it, as this does.
sweep_names()
{
	local file

	for file in "$XDG_RUNTIME_DIR"/holt/names/*; do
		[ -f "$file" ] && flock -n "$file" true || continue
		rm -f "${file%/*}/.$(stat -c %i "$file")" "$file"
	done
}

# Wait until the command line succeeds: some seconds at most, which are more where
# much else runs.
eventually()
{
	local tries

	for ((tries = 0; tries < 300; tries++)); do
		! "$@" || return 0
		sleep 0.1
	done
	differs "never came true: $*"
}

# Wait until something has been written to the file $1.
wait_for_file()
{
	eventually test -s "$1"
}

# A test that this machine truly can't do. Never so in CI.
skip_unless_strict()
{
	[ -z "${HOLT_TEST_STRICT:-}" ] || differs "this machine can't: $1"
	skip "$1"
}
