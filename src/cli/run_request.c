// SPDX-License-Identifier: Apache-2.0
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "base/path.h"
#include "cli/run_settings.h"
#include "container/device_nodes.h"
#include "oci/spec_read.h"

static void shared_clear(struct run_shared *shared)
{
	definition_clear(&shared->definition);
	strv_clear(&shared->aliases);
	free(shared->interface);
	free(shared->address);
	free(shared->address6);
	membership_clear(&shared->membership);
}

void run_request_clear(struct run_request *request)
{
	for (size_t i = 0; i < request->shared_count; i++)
		shared_clear(&request->shared[i]);
	free(request->shared);
	spec_clear(&request->spec);
	caller_clear(&request->caller);
	free(request->id);
	free(request->bundle);
	idmap_helpers_clear(&request->helpers);
	strv_clear(&request->network.publish);
	strv_clear(&request->network.words);
	run_image_clear(&request->image);
	run_volumes_end(request);
	*request = (struct run_request){ 0 };
}

int run_path_error(struct error *err, int code, const char *option,
		   const char *path)
{
	auto_free char *why = code == EACCES ? path_denied_by(path) : NULL;

	if (why)
		return error_say(err, code, "%s %s: %s by uid %u", option, path,
				 why, geteuid());
	return error_set(err, code, "%s %s", option, path);
}

int run_for_each(const struct list *list, const char *option, run_add_fn *add,
		 struct spec *spec, struct error *err)
{
	for (size_t i = 0; i < list->count; i++)
		if (add(spec, list->items[i], err) < 0)
			return error_wrap(err, "--%s %s", option,
					  list->items[i]);
	return 0;
}

static int make_id(char **ret, struct error *err)
{
	unsigned char bytes[32];
	char text[2 * sizeof(bytes) + 1];

	if (getrandom(bytes, sizeof(bytes), 0) != sizeof(bytes))
		return error_set(err, errno, "make an id");
	for (size_t i = 0; i < sizeof(bytes); i++)
		(void)snprintf(text + 2 * i, 3, "%02x", bytes[i]);
	*ret = xstrdup(text);
	return 0;
}

/* Which of the ways to name a root was taken. */
static enum run_root find_root(const struct run_settings *settings,
			       const char *word)
{
	if (settings->rootfs)
		return RUN_ROOT_ROOTFS;
	if (!strcmp(word, "host"))
		return RUN_ROOT_HOST;
	if (!strcmp(word, "hello"))
		return RUN_ROOT_HELLO;
	return !strcmp(word, "busybox") ? RUN_ROOT_BUSYBOX : RUN_ROOT_IMAGE;
}

static int set_root(const struct run_settings *settings, const char *word,
		    struct run_request *request, struct error *err)
{
	enum run_root root = find_root(settings, word);

	if (root == RUN_ROOT_IMAGE &&
	    run_find_image(settings, word, request, err) < 0)
		return -err->code;
	return run_set_root(settings, root, request, err);
}

int run_make_request(const struct run_settings *settings, const char *word,
		     struct run_request *ret, struct error *err)
{
	typedef int part_fn(const struct run_settings *, struct run_request *,
			    struct error *);
	static part_fn *const parts[] = {
		run_set_namespaces, run_set_ids,     run_stack_layers,
		run_set_process,    run_set_network, run_set_ports,
		run_set_egress,     run_set_mounts,  run_set_security,
	};
	caller_read(&ret->caller);
	/* Who wants to see the processes outside says --pid=host. */
	ret->spec.own_proc = true;
	if (make_id(&ret->id, err) < 0)
		return -err->code;
	ret->is_bundle = settings->bundle != NULL;
	if (ret->is_bundle) {
		if (spec_read_bundle(settings->bundle, &ret->spec, err) < 0)
			return error_wrap(err, "bundle %s", settings->bundle);
		device_nodes_find(&ret->spec);
		for (size_t i = 0; i < ret->spec.deviations.count; i++)
			log_warning("%s", ret->spec.deviations.items[i]);
		if (!ret->spec.has_process)
			return error_say(
				err, EINVAL,
				"bundle %s: its config.json has no process",
				settings->bundle);
		ret->bundle = realpath(settings->bundle, NULL);
		if (!ret->bundle)
			return error_set(err, errno, "bundle %s",
					 settings->bundle);
	} else if (set_root(settings, word, ret, err) < 0) {
		return -err->code;
	}
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		if (parts[i](settings, ret, err) < 0)
			return -err->code;
	return 0;
}
