// SPDX-License-Identifier: Apache-2.0
#include "container/unknown.h"

#include "base/log.h"

void unknown_warn(const struct spec_process *process)
{
	const struct strv *names = &process->unknown_capabilities;

	for (size_t i = 0; i < names->count; i++)
		log_warning(
			"capability %s is not granted: it is not known here",
			names->items[i]);
}
