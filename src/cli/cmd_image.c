// SPDX-License-Identifier: Apache-2.0
/* holt image: the commands for images, under the names that podman and docker
 * have for them.
 */
#include "cli/commands.h"
#include "cli/image_parts.h"

static const struct command *const image_commands[] = {
	&image_ls,      &image_rm,      &image_tag,  &image_untag,
	&image_inspect, &image_history, &image_tree, &image_exists,
	&image_prune,   NULL,
};

const struct command cmd_image = {
	.name = "image",
	.synopsis = "COMMAND [ARGUMENT]...",
	.summary = "Commands for images",
	.commands = image_commands,
};
