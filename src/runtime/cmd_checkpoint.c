// SPDX-License-Identifier: Apache-2.0
/* checkpoint and restore: not to be had. Engines find out by `checkpoint
 * --help`, which therefore fails as well.
 */
#include "runtime/runtime.h"

static int run(const void *globals, int argc, char **argv, struct error *err)
{
	(void)globals;
	(void)argc;
	return error_say(
		err, EOPNOTSUPP,
		"%s is not supported: holt-runtime has no checkpoints (CRIU)",
		argv[0]);
}

const struct command runtime_checkpoint = {
	.name = "checkpoint",
	.synopsis = "",
	.summary = "Not supported",
	.program = "holt-runtime",
	.internal = true,
	.run_under = run,
};

const struct command runtime_restore = {
	.name = "restore",
	.synopsis = "",
	.summary = "Not supported",
	.program = "holt-runtime",
	.internal = true,
	.run_under = run,
};
