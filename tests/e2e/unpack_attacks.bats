#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Layers that are made to harm: nothing outside the destination changes, the working
# directory and the layers below included, and their twins that are meant well
# unpack. Which known attacks these are is in unpack_rows.txt; the layers are in
# tests/lib/attacks.py.

load ../lib/helpers
load ../lib/layers

# The layers of a group.
attacks()
{
	unpack_group attacks.py "$1"
}

in_userns()
{
	unshare --map-root-user --map-auto "$@"
}

@test "attack: names that lead out, and names that only look so" {
	attacks names
}

@test "attack: a root that is no directory" {
	attacks roots
}

@test "attack: through links that lead out" {
	attacks through_links
}

@test "attack: in the place of links and directories" {
	attacks over_links
}

@test "attack: other names of what is outside" {
	attacks hard_links
}

@test "attack: directories that become something else on the way" {
	attacks stale
}

@test "attack: the same over and over" {
	attacks linear
}

@test "attack: whiteouts, devices and words of the overlay" {
	attacks whiteouts
}

@test "attack: archives that are no tar" {
	attacks formats
}

@test "attack: readers of tar that differ" {
	attacks readers
}

@test "attack: numbers and headers that are too large" {
	attacks sizes
}

@test "attack: little that becomes much" {
	attacks bombs
}

@test "attack: something behind the end, and ends that are missing" {
	attacks trailing
}

@test "attack: set-id, capabilities and attributes" {
	attacks rights
}

@test "attack: deep, closed and many" {
	attacks depth
}

@test "attack: two images at once that share layers" {
	local round pids pid name

	python3 -B "$BATS_TEST_DIRNAME/../lib/attacks.py" "$HOLT_IMAGE" "$BATS_TEST_TMPDIR" shared
	for round in 1 2 3 4; do
		export XDG_DATA_HOME=$BATS_TEST_TMPDIR/data$round
		"$HOLT" load -q -i "$BATS_TEST_TMPDIR/one" >/dev/null
		"$HOLT" load -q -i "$BATS_TEST_TMPDIR/two" >/dev/null
		pids=()
		for name in $("$HOLT" images -q) $("$HOLT" images -q); do
			"$HOLT" run --rm --network none "$name" /nothing >/dev/null 2>&1 3>&- &
			pids+=($!)
		done
		[ ${#pids[@]} -eq 4 ]
		for pid in "${pids[@]}"; do
			wait "$pid" && status=0 || status=$?
			expect_status 127
		done
		run -0 "$HOLT" system check
		expect_output ''
		run -0 find "$XDG_DATA_HOME"/holt/{containers,trash,staging} -mindepth 1
		expect_output ''
		run -0 find "$XDG_DATA_HOME"/holt/layers -mindepth 2 -maxdepth 2
		[ ${#lines[@]} -eq 4 ] || differs "wanted four layers"
		# Whatever was unpacked with whom, it is whole.
		run in_userns bash -c 'cd "$1" && find . -type f -name "[fg]*" | wc -l' count \
			"$XDG_DATA_HOME/holt/layers"
		expect_output 600
		"$HOLT" system reset --force >/dev/null
	done
}

@test "attack: a caller whose files are everybody's, and one whose are nobody's" {
	local mask

	python3 "$BATS_TEST_DIRNAME/../lib/layered_image.py" "$BATS_TEST_TMPDIR/image" one
	for mask in 000 077; do
		export XDG_DATA_HOME=$BATS_TEST_TMPDIR/$mask
		umask $mask
		run -0 "$HOLT" load -q -i "$BATS_TEST_TMPDIR/image"
		run -0 "$HOLT" run --rm --network none -u 0 --entrypoint ls one -lnd \
			/data /data/new /bin/busybox
		[ "$(cut -c 1-10 <<<"$output" | sort -u)" = $'-rw-r--r--\n-rwxr-xr-x\ndrwx--x--x' ] ||
			differs 'modes are not those of the image'
		[ "$(stat -c %a "$XDG_DATA_HOME/holt")" = 700 ]
		# No file of our own is anybody else's either.
		run -0 find "$XDG_DATA_HOME/holt" -path '*/layers/*/diff' -prune -o -type f -perm /022 -print
		expect_output ''
		"$HOLT" system reset --force >/dev/null
	done
}
