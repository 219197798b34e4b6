// SPDX-License-Identifier: Apache-2.0
#include "image/flatten.h"

#include <fcntl.h>
#include <json-c/json.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"

enum { ROOT_MODE = 0755 };

int flatten_layers(const struct strv *layers, const struct writable *writable,
		   const struct job_place *place, char **ret, struct error *err)
{
	auto_json struct json_object *request = json_object_new_object();
	struct json_object *list = json_object_new_array();
	auto_free char *path = xasprintf("%s/root", writable->path);
	auto_close int root = -1;

	for (size_t i = 0; i < layers->count; i++)
		json_object_array_add(list,
				      json_object_new_string(layers->items[i]));
	json_object_object_add(request, "lowers", list);
	if (mkdir(path, ROOT_MODE) < 0)
		return error_set(err, errno, "make %s", path);
	root = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (root < 0)
		return error_set(err, errno, "open %s", path);

	const struct job_order order = {
		.name = "flatten",
		.place = place,
		.request = request,
		.fds = &root,
		.fd_count = 1,
	};

	if (job_run(&order, NULL, NULL, err) < 0)
		return error_wrap(err, "copy the image for a container");
	*ret = steal_ptr(&path);
	return 0;
}
