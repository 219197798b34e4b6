// SPDX-License-Identifier: Apache-2.0
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/log.h"
#include "cli/progress.h"
#include "cli/pull_parts.h"
#include "cli/remote_options.h"
#include "cli/run_settings.h"
#include "container/inside.h"
#include "image/flatten.h"
#include "image/layers.h"
#include "image/sweep.h"
#include "oci/image_manifest.h"

enum { NAME_SIZE = 12 }; /* of a layer, as it is shown */

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

/* Does an image serve what was asked for? */
static bool is_for(const struct image_config *config,
		   const struct platform *wanted)
{
	return !wanted->architecture ||
	       platform_score(wanted, &config->platform) > 0;
}

/* What is here. Return: 1: there is one that will do, 0: there is none,
 * negative errno
 */
must_check static int look(struct run_image *image, const char *word,
			   const struct platform *wanted, struct error *err)
{
	int result = image_find(&image->store, word, &image->found, err);

	if (result == -ENOENT)
		return 0;
	if (result < 0 || read_config(image, err) < 0)
		return -err->code;
	if (is_for(&image->config, wanted))
		return 1;
	found_image_clear(&image->found);
	image_config_clear(&image->config);
	return 0;
}

must_check static int take(struct run_image *image, const char *id,
			   struct error *err)
{
	if (image_find_or_say(&image->store, id, &image->found, err) < 0)
		return -err->code;
	return read_config(image, err);
}

must_check static int pull(struct run_image *image, const char *word,
			   const struct platform *wanted, bool quiet,
			   struct error *err)
{
	auto_with(reference_clear) struct reference name = { 0 };
	auto_with(platform_clear) struct platform platform = { 0 };
	auto_free char *id = NULL;
	struct remote_settings remote;

	if (remote_options_check(&REMOTE_OPTIONS_USUAL, &remote, err) < 0 ||
	    remote_parse(word, &name, err) < 0)
		return -err->code;
	if (wanted->architecture)
		platform_copy(wanted, &platform);
	else
		platform_of_host(&platform);

	const struct pull_wish wish = { &name, &platform, &remote, quiet };

	if (pull_shown(&image->store, &wish, &id, err) < 0)
		return -err->code;
	found_image_clear(&image->found);
	image_config_clear(&image->config);
	return take(image, id, err);
}

/* Of a file or directory. What it has now counts, not what it had once. */
must_check static int load(struct run_image *image,
			   const struct transport *from,
			   const struct platform *wanted, bool quiet,
			   struct error *err)
{
	auto_with(strv_clear) struct strv ids = { 0 };

	if (pull_local(&image->store, from,
		       wanted->architecture ? wanted : NULL, quiet, &ids,
		       err) < 0)
		return -err->code;
	return take(image, ids.items[0], err);
}

/* Find it here, or get it, as --pull says. */
must_check static int obtain(const struct run_settings *settings,
			     const char *word, const struct platform *wanted,
			     struct run_image *image, struct error *err)
{
	bool always =
		settings->pull == PULL_ALWAYS || settings->pull == PULL_NEWER;
	int here = look(image, word, wanted, err);

	if (here < 0)
		return here;
	if (here && !always)
		return 0;
	if (!here && settings->pull == PULL_NEVER)
		return error_say(err, ENOENT,
				 "%s: image not known, and --pull=never", word);
	if (pull(image, word, wanted, settings->quiet, err) == 0)
		return 0;
	/* Whoever wants a newer one is content with what there is. */
	if (!here || settings->pull != PULL_NEWER)
		return -err->code;
	log_warning("%s: there may be a newer one: %s", word, err->text);
	*err = (struct error){ 0 };
	return look(image, word, wanted, err) > 0 ? 0 : -EIO;
}

int run_find_image(const struct run_settings *settings, const char *word,
		   struct run_request *request, struct error *err)
{
	auto_with(platform_clear) struct platform wanted = { 0 };
	auto_with(transport_clear) struct transport from = { 0 };
	struct run_image *image = &request->image;
	int result;

	if (settings->platform &&
	    platform_parse(settings->platform, &wanted, err) < 0)
		return error_wrap(err, "--platform");
	if (transport_parse(word, &from, err) < 0 ||
	    store_open(STORE_SHARED, &image->store, err) < 0)
		return -err->code;
	result = from.kind == TRANSPORT_REGISTRY
			 ? obtain(settings, from.name, &wanted, image, err)
			 : load(image, &from, &wanted, settings->quiet, err);
	request->is_image = result == 0;
	return result;
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

static void show_layer(void *argument, const struct image_layer *layer,
		       uint64_t at, uint64_t size, bool done)
{
	struct progress *progress = argument;
	auto_free char *name = xstrndup(digest_hex(&layer->digest), NAME_SIZE);

	if (done)
		progress_done(progress, name, "unpacked");
	else
		progress_set(progress, name, "unpacking", at, size);
}

int run_stack_layers(const struct run_settings *settings,
		     struct run_request *request, struct error *err)
{
	struct spec *spec = &request->spec;
	auto_with(progress_clear) struct progress *progress = NULL;
	struct layers_place place = {
		.uids = &spec->uids,
		.gids = &spec->gids,
		.open_userns = open_userns,
		.argument = request,
		.single_id = is_single(&spec->uids) && is_single(&spec->gids),
		.progress = show_layer,
	};

	if (!request->is_image)
		return 0;
	progress = progress_new(settings->quiet || !isatty(STDERR_FILENO));
	place.progress_argument = progress;
	spec->root.kind = SPEC_ROOT_OVERLAY;
	spec->root.has_layers = true;
	return layers_prepare(&request->image.store,
			      &request->image.found.image, &place,
			      &spec->root.layers, err);
}

/* What holds a container's files. */
enum driver { DRIVER_OVERLAY, DRIVER_VFS };

must_check static int read_driver(enum driver *ret, struct error *err)
{
	const char *name = getenv("HOLT_STORAGE_DRIVER");

	*ret = name && !strcmp(name, "vfs") ? DRIVER_VFS : DRIVER_OVERLAY;
	if (!name || !*name || *ret == DRIVER_VFS || !strcmp(name, "overlay"))
		return 0;
	return error_say(
		err, EINVAL,
		"HOLT_STORAGE_DRIVER is '%s': 'overlay' and 'vfs' are known",
		name);
}

/* Can an overlay mark directories on a tmpfs? Since Linux 6.6. */
static bool memory_holds_attributes(void)
{
	auto_close int fd = memfd_create("attributes", MFD_CLOEXEC);

	return fd >= 0 && fsetxattr(fd, "user.holt", "", 0, 0) == 0;
}

/* The container's own copy of it all. */
must_check static int make_copy(struct run_request *request, struct error *err)
{
	struct run_image *image = &request->image;
	struct spec_root *root = &request->spec.root;
	auto_close int userns = -1;

	if (writable_make(&image->store, request->id, &image->found.image,
			  false, &image->writable, err) < 0)
		return -err->code;
	userns = open_userns(request, err);
	if (userns >= -1 &&
	    flatten_layers(&root->layers, &image->writable,
			   &(struct job_place){ .userns = userns }, &root->path,
			   err) == 0) {
		root->kind = SPEC_ROOT_BIND;
		return 0;
	}
	writable_remove(&image->writable, image->store.path, open_userns,
			request);
	return -err->code;
}

int run_image_make_writable(struct run_request *request, struct error *err)
{
	struct run_image *image = &request->image;
	enum driver driver;
	int result;

	if (!request->is_image)
		return 0;
	if (read_driver(&driver, err) < 0)
		return -err->code;
	if (driver == DRIVER_VFS)
		return make_copy(request, err);
	result = writable_make(&image->store, request->id, &image->found.image,
			       true, &image->writable, err);
	if (result == 0)
		request->spec.root.writable = xstrdup(image->writable.path);
	if (result != -EOPNOTSUPP)
		return result;

	bool in_memory = memory_holds_attributes();

	log_warning(
		"%s: %s; set XDG_DATA_HOME to a directory on ext4, xfs or btrfs",
		err->text,
		in_memory
			? "what the container writes is held in memory"
			: "the image is copied for each container, which takes time and space");
	*err = (struct error){ 0 };
	return in_memory ? 0 : make_copy(request, err);
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

	if (!image->store.path)
		return;
	writable_remove(&image->writable, image->store.path, open_userns,
			request);
	store_close(&image->store);
	sweep_leftovers(open_userns, request);
}
