// SPDX-License-Identifier: Apache-2.0
#include "cli/image_userns.h"

#include "base/cleanup.h"
#include "container/caller.h"
#include "container/inside.h"
#include "image/sweep.h"

must_check static int find_ids(struct image_userns *userns, struct error *err)
{
	auto_with(caller_clear) struct caller caller = { 0 };
	int result;

	if (userns->is_known)
		return 0;
	caller_read(&caller);
	result = caller.uid == 0
			 ? caller_map_all(&userns->ids.uids, &userns->ids.gids,
					  err)
			 : ids_map_ranges(&caller, &(struct ids_wish){ 0 },
					  &userns->ids, err);
	userns->is_known = result == 0;
	return result;
}

int image_userns_open(void *argument, struct error *err)
{
	struct image_userns *userns = argument;

	if (find_ids(userns, err) < 0)
		return -err->code;
	return inside_make(&userns->ids, err);
}

void image_userns_clear(struct image_userns *userns)
{
	ids_clear(&userns->ids);
	*userns = (struct image_userns){ 0 };
}

void image_sweep_leftovers(void)
{
	auto_with(image_userns_clear) struct image_userns userns = { 0 };

	sweep_leftovers(image_userns_open, &userns);
}
