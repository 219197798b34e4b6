// SPDX-License-Identifier: Apache-2.0
/* holt keep-network NAME: what is started in the background for the first
 * container on a network.
 */
#include "base/cleanup.h"
#include "base/fd.h"
#include "cli/commands.h"
#include "network/holder.h"

enum { READY_FD = 3 };

static int run(int argc, char **argv, struct error *err)
{
	auto_with(definition_clear) struct definition definition = { 0 };
	int result;

	if (argc != 2)
		return error_say(err, EINVAL,
				 "keep-network: give the name of a network");
	result = definition_read(argv[1], &definition, err);
	if (result == 0)
		result = holder_run(&definition, READY_FD, err);
	/* Nobody reads our stderr. */
	if (result < 0)
		(void)!fd_write_all(READY_FD, err, sizeof(*err));
	return result < 0 ? 1 : 0;
}

const struct command cmd_keep_network = {
	.name = "keep-network",
	.internal = true,
	.run = run,
};
