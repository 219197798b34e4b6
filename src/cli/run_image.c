// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cli/run_settings.h"
#include "container/inside.h"
#include "image/layers.h"
#include "oci/image_manifest.h"

void run_image_clear(struct run_image *image)
{
	store_close(&image->store);
	found_image_clear(&image->found);
	image_config_clear(&image->config);
	writable_clear(&image->writable);
	*image = (struct run_image){ 0 };
}

must_check static int read_config(struct run_image *image, struct error *err)
{
	auto_free char *text = NULL;
	size_t size;

	if (store_read_blob(&image->store, &image->found.image.config,
			    CONFIG_SIZE_MAX, &text, &size, err) < 0 ||
	    image_config_read(text, size, &image->config, err) < 0)
		return error_wrap(err, "its config");
	return 0;
}

int run_find_image(const struct run_settings *settings, const char *word,
		   struct run_request *request, struct error *err)
{
	struct run_image *image = &request->image;
	int result;

	(void)settings;
	if (store_open(STORE_SHARED, &image->store, err) < 0)
		return -err->code;
	result = image_find(&image->store, word, &image->found, err);
	if (result == -ENOENT)
		return error_say(
			err, ENOENT,
			"%s: image not known; 'host' and 'busybox' are always there",
			word);
	if (result < 0)
		return result;
	if (read_config(image, err) < 0)
		return error_wrap(err, "image %s", word);
	request->is_image = true;
	return 0;
}

static void annotate(struct spec *spec, const char *name, const char *value)
{
	if (value && *value)
		strv_addf(&spec->annotations, "org.opencontainers.image.%s=%s",
			  name, value);
}

static void add_annotations(struct spec *spec,
			    const struct image_config *config)
{
	auto_free char *ports = strv_join(&config->exposed_ports, ",");
	auto_free char *features = strv_join(&config->os_features, ",");

	annotate(spec, "os", config->platform.os);
	annotate(spec, "architecture", config->platform.architecture);
	annotate(spec, "variant", config->platform.variant);
	annotate(spec, "os.version", config->os_version);
	annotate(spec, "os.features", features);
	annotate(spec, "author", config->author);
	annotate(spec, "created", config->created);
	annotate(spec, "stopSignal", config->stop_signal);
	annotate(spec, "exposedPorts", ports);
}

void run_take_config(struct run_request *request)
{
	const struct image_config *config = &request->image.config;
	struct spec *spec = &request->spec;

	for (size_t i = 0; i < config->env.count; i++) {
		const char *word = config->env.items[i];
		const char *equals = strchr(word, '=');
		auto_free char *name = xstrndup(word, (size_t)(equals - word));

		spec_set_env(spec, name, equals + 1);
	}
	if (config->working_dir && config->working_dir[0] == '/') {
		free(spec->process.cwd);
		spec->process.cwd = xstrdup(config->working_dir);
	}
	add_annotations(spec, config);
}

/* The ids of the container, for work on its files. */
static int open_userns(void *argument, struct error *err)
{
	const struct run_request *request = argument;
	const struct ids ids = {
		request->spec.uids,
		request->spec.gids,
		request->helpers,
	};

	return inside_make(&ids, err);
}

static bool is_single(const struct id_map *map)
{
	return map->count == 1 && map->extents[0].count == 1;
}

int run_stack_layers(struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;
	const struct layers_place place = {
		.uids = &spec->uids,
		.gids = &spec->gids,
		.open_userns = open_userns,
		.argument = request,
		.single_id = is_single(&spec->uids) && is_single(&spec->gids),
	};

	if (!request->is_image)
		return 0;
	spec->root.kind = SPEC_ROOT_OVERLAY;
	spec->root.has_layers = true;
	return layers_prepare(&request->image.store,
			      &request->image.found.image, &place, NULL, NULL,
			      &spec->root.layers, err);
}

int run_image_make_writable(struct run_request *request, struct error *err)
{
	struct run_image *image = &request->image;
	int result;

	if (!request->is_image)
		return 0;
	result = writable_make(&image->store, request->id, &image->found.image,
			       &image->writable, err);
	if (result == -EOPNOTSUPP) {
		log_warning(
			"%s: what the container writes is held in memory; set XDG_DATA_HOME to a directory on ext4, xfs or btrfs",
			err->text);
		*err = (struct error){ 0 };
		return 0;
	}
	if (result == 0)
		request->spec.root.writable = xstrdup(image->writable.path);
	return result;
}

void run_image_started(struct run_request *request)
{
	struct run_image *image = &request->image;

	if (!image->store.path || image->store.lock < 0)
		return;
	close(image->store.lock);
	image->store.lock = -1;
}

void run_image_ended(struct run_request *request)
{
	struct run_image *image = &request->image;

	if (image->store.path)
		writable_remove(&image->writable, image->store.path,
				open_userns, request);
}
