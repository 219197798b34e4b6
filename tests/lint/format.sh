#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# All C is laid out as .clang-format says.
set -eu
find src net idmap tests -name '*.[ch]' -print0 |
	xargs -0 clang-format --dry-run -Werror
