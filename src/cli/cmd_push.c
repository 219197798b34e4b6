// SPDX-License-Identifier: Apache-2.0
/* holt push: images to registries, and into files of their own. */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/file.h"
#include "cli/blob_progress.h"
#include "cli/commands.h"
#include "cli/local_image.h"
#include "cli/remote_options.h"
#include "image/find.h"
#include "image/push.h"

struct push_settings {
	struct remote_options remote;
	const char *digestfile;
	bool quiet;
};

static const struct option_row push_options[] = {
	REMOTE_AUTHFILE(struct push_settings),
	REMOTE_CERT_DIR(struct push_settings),
	REMOTE_CREDS(struct push_settings),
	{
		.name = "digestfile",
		.offer = OFFER_FILE,
		.value = "FILE",
		.help = "write the digest of what was pushed into a file",
		OPTION_FIELD(struct push_settings, digestfile),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "show nothing",
		OPTION_FIELD(struct push_settings, quiet),
	},
	REMOTE_RETRY(struct push_settings),
	REMOTE_RETRY_DELAY(struct push_settings),
	REMOTE_TLS_VERIFY(struct push_settings),
	{ 0 },
};

must_check static int write_digest(const char *path, const char *digest,
				   struct error *err)
{
	auto_free char *text = xstrdup(digest);
	const struct iovec part = { text, strlen(text) };
	int result = file_put(AT_FDCWD, path, &part, 1, 0666);

	return result < 0 ? error_set(err, -result, "write %s", path) : 0;
}

/* To a registry. @to: NULL: under the name it has */
must_check static int push_remote(const struct push_settings *settings,
				  const struct store *store,
				  const struct found_image *found,
				  const char *to, struct error *err)
{
	auto_with(reference_clear) struct reference name = { 0 };
	auto_with(blob_progress_clear) struct blob_progress shown = {
		.doing = "sending",
	};
	const struct job_hearing hearing = { blob_progress_heard, &shown };
	struct remote_settings remote;

	if (remote_options_check(&settings->remote, &remote, err) < 0 ||
	    remote_parse(to ? to : found->name, &name, err) < 0)
		return -err->code;
	shown.progress = progress_new(settings->quiet);
	if (push_image(store, &found->image, &name, &remote, &hearing, err) < 0)
		return -err->code;
	return settings->digestfile
		       ? write_digest(settings->digestfile, shown.digest, err)
		       : 0;
}

must_check static int push_local(const struct push_settings *settings,
				 const struct store *store,
				 const struct found_image *found,
				 const struct transport *to, struct error *err)
{
	auto_with(progress_clear) struct progress *progress =
		progress_new(settings->quiet);

	progress_say(progress, "Writing %s", to->path);
	if (local_save(store, found, to, err) < 0)
		return -err->code;
	return settings->digestfile
		       ? write_digest(settings->digestfile,
				      found->image.manifest.text, err)
		       : 0;
}

must_check static int push_one(const struct push_settings *settings,
			       const char *word, const char *where,
			       struct error *err)
{
	auto_with(transport_clear) struct transport to = { 0 };
	auto_with(store_close) struct store store = { 0 };
	auto_with(found_image_clear) struct found_image found = { 0 };

	if (where && transport_parse(where, &to, err) < 0)
		return -err->code;
	if (store_open(STORE_SHARED, &store, err) < 0 ||
	    image_find_or_say(&store, word, &found, err) < 0)
		return -err->code;
	if (!where && !found.name)
		return error_say(err, EINVAL,
				 "%s is no name: say where to push it", word);
	return to.kind == TRANSPORT_REGISTRY
		       ? push_remote(settings, &store, &found, to.name, err)
		       : push_local(settings, &store, &found, &to, err);
}

static int push(int argc, char **argv, struct error *err)
{
	struct push_settings settings = { .remote = REMOTE_OPTIONS_USUAL };
	int first = options_parse(&cmd_push, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (argc - first != 1 && argc - first != 2)
		return error_say(
			err, EINVAL,
			"push: name an image, and perhaps where it goes");
	return push_one(&settings, argv[first],
			argc - first == 2 ? argv[first + 1] : NULL, err) < 0
		       ? error_wrap(err, "push %s", argv[first])
		       : 0;
}

const struct command cmd_push = {
	.name = "push",
	.synopsis = "[OPTION]... IMAGE [DESTINATION]",
	.summary = "Send an image to a registry, an archive or a directory",
	.options = push_options,
	.options_anywhere = true,
	.operands = { OFFER_IMAGE, OFFER_TRANSPORT },
	.run = push,
};
