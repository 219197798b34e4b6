// SPDX-License-Identifier: Apache-2.0
#include "cgroup/setting.h"

#include <inttypes.h>
#include <stdlib.h>

#include "base/cleanup.h"

void cgroup_settings_clear(struct cgroup_settings *settings)
{
	for (size_t i = 0; i < settings->count; i++) {
		free(settings->items[i].file);
		free(settings->items[i].value);
	}
	free(settings->items);
	*settings = (struct cgroup_settings){ 0 };
}

struct cgroup_setting *setting_add(struct cgroup_settings *list,
				   const char *controller, const char *file,
				   char *value)
{
	struct cgroup_setting *setting;

	list->items = xrealloc_array(list->items, list->count + 1,
				     sizeof(*list->items));
	setting = &list->items[list->count++];
	*setting = (struct cgroup_setting){
		.controller = controller,
		.file = xstrdup(file),
	};
	setting->value = value;
	return setting;
}

void setting_add_number(struct cgroup_settings *list, const char *controller,
			const char *file, const struct spec_number *number)
{
	if (number->is_set)
		(void)setting_add(list, controller, file,
				  xasprintf("%" PRId64, number->value));
}

int setting_add_burst(const struct spec_resources *r, const char *file,
		      struct cgroup_settings *list, struct error *err)
{
	if (r->cpu_burst.is_set && r->cpu_quota.value > 0 &&
	    r->cpu_burst.value > r->cpu_quota.value)
		return error_say(err, EINVAL,
				 "linux.resources.cpu.burst (%" PRId64
				 ") is above cpu.quota (%" PRId64 ")",
				 r->cpu_burst.value, r->cpu_quota.value);
	setting_add_number(list, "cpu", file, &r->cpu_burst);
	return 0;
}

void setting_add_rdma(const struct spec_resources *r,
		      struct cgroup_settings *list)
{
	for (size_t i = 0; i < r->rdma_count; i++) {
		const struct spec_rdma_limit *limit = &r->rdma[i];
		auto_free char *handles =
			limit->handles.is_set
				? xasprintf(" hca_handle=%" PRId64,
					    limit->handles.value)
				: xstrdup("");
		auto_free char *objects =
			limit->objects.is_set
				? xasprintf(" hca_object=%" PRId64,
					    limit->objects.value)
				: xstrdup("");

		(void)setting_add(
			list, "rdma", "rdma.max",
			xasprintf("%s%s%s", limit->device, handles, objects));
	}
}
