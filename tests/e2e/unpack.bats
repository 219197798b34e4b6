#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Layers become directories as image-spec's layer.md says, and those that are made to
# harm harm nobody: nothing outside the destination changes, and what is meant well
# unpacks. The layers are in tests/lib/layers.py.

load ../lib/helpers
load ../lib/layers

# The layers of a group.
layers()
{
	unpack_group layers.py "$1"
}

@test "names, links and directories that lead out" {
	layers attacks
}

@test "headers that programs could take differently" {
	layers headers
}

@test "what an image may not say about the host or the overlay" {
	layers marks
}

@test "compressed data that is damaged, endless or something else" {
	layers streams
}

@test "as layer.md has it: whiteouts, links, parents, metadata" {
	layers rules
}

@test "trees that are deep or closed are removed, and nothing else" {
	layers removal
}
