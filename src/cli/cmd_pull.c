// SPDX-License-Identifier: Apache-2.0
/* holt pull: images from registries, and from files of their own. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/blob_progress.h"
#include "cli/commands.h"
#include "cli/image_userns.h"
#include "cli/local_image.h"
#include "cli/pull_parts.h"
#include "cli/remote_options.h"
#include "image/pull.h"

struct pull_settings {
	struct remote_options remote;
	const char *platform, *arch, *os, *variant;
	bool all_tags, quiet;
};

static const struct option_row pull_options[] = {
	{
		.name = "all-tags",
		.letter = 'a',
		.help = "everything that the repository has a tag for",
		OPTION_FIELD(struct pull_settings, all_tags),
	},
	{
		.name = "arch",
		.value = "ARCHITECTURE",
		.help = "for this architecture, not the machine's",
		OPTION_FIELD(struct pull_settings, arch),
	},
	REMOTE_AUTHFILE(struct pull_settings),
	REMOTE_CERT_DIR(struct pull_settings),
	REMOTE_CREDS(struct pull_settings),
	{
		.name = "os",
		.value = "OS",
		.help = "for this system, not Linux",
		OPTION_FIELD(struct pull_settings, os),
	},
	{
		.name = "platform",
		.value = "OS/ARCHITECTURE[/VARIANT]",
		.help = "for this platform, not the machine's",
		OPTION_FIELD(struct pull_settings, platform),
	},
	{
		.name = "quiet",
		.letter = 'q',
		.help = "print the id alone",
		OPTION_FIELD(struct pull_settings, quiet),
	},
	REMOTE_RETRY(struct pull_settings),
	REMOTE_RETRY_DELAY(struct pull_settings),
	REMOTE_TLS_VERIFY(struct pull_settings),
	{
		.name = "variant",
		.value = "VARIANT",
		.help = "for this variant of the architecture",
		OPTION_FIELD(struct pull_settings, variant),
	},
	{ 0 },
};

static const struct option_exclusion pull_exclusions[] = {
	{ "platform", "arch" },
	{ "platform", "os" },
	{ "platform", "variant" },
	{ 0 },
};

static void replace(char **text, const char *by)
{
	char *copy = by ? xstrdup(by) : NULL;

	if (!by)
		return;
	free(*text);
	*text = copy;
}

must_check static int find_platform(const struct pull_settings *settings,
				    struct platform *ret, struct error *err)
{
	if (settings->platform)
		return platform_parse(settings->platform, ret, err);
	if (settings->arch) {
		if (platform_parse(settings->arch, ret, err) < 0)
			return -err->code;
	} else {
		platform_of_host(ret);
	}
	replace(&ret->os, settings->os);
	replace(&ret->variant, settings->variant);
	return 0;
}

int pull_shown(const struct store *store, const struct pull_wish *wish,
	       char **ret_id, struct error *err)
{
	auto_with(blob_progress_clear) struct blob_progress shown = {
		.progress = progress_new(wish->quiet),
		.doing = "fetching",
	};
	auto_free char *text = reference_name(wish->name);
	const struct pull pull = {
		.name = wish->name,
		.platform = wish->platform,
		.settings = wish->remote,
		.heard = blob_progress_heard,
		.argument = &shown,
	};

	progress_say(shown.progress, "Pulling %s", text);
	if (pull_image(store, &pull, ret_id, err) < 0)
		return error_wrap(err, "%s", text);
	return 0;
}

int pull_local(const struct store *store, const struct transport *from,
	       const struct platform *platform, bool quiet, struct strv *ret,
	       struct error *err)
{
	auto_with(progress_clear) struct progress *progress =
		progress_new(quiet);
	auto_with(loaded_clear) struct loaded loaded = { .store = store };

	progress_say(progress, "Reading %s", from->path);
	if (local_pull(from, platform, &loaded, err) < 0)
		return -err->code;
	for (size_t i = 0; i < loaded.ids.count; i++)
		strv_add(ret, xstrdup(loaded.ids.items[i]));
	return 0;
}

/* All that the words have to know. Borrowed. */
struct pulling {
	const struct store *store;
	const struct platform *platform;
	const struct remote_settings *remote;
	bool all_tags, quiet;
};

must_check static int pull_one(const struct pulling *pulling,
			       const struct reference *name, struct strv *ids,
			       struct error *err)
{
	const struct pull_wish wish = { name, pulling->platform,
					pulling->remote, pulling->quiet };
	char *id = NULL;

	if (pull_shown(pulling->store, &wish, &id, err) < 0)
		return -err->code;
	strv_add(ids, id);
	return 0;
}

must_check static int pull_all(const struct pulling *pulling,
			       struct reference *name, struct strv *ids,
			       struct error *err)
{
	auto_with(strv_clear) struct strv tags = { 0 };

	if (pull_list_tags(name, pulling->remote, &tags, err) < 0)
		return error_wrap(err, "tags of %s/%s", name->domain,
				  name->path);
	for (size_t i = 0; i < tags.count; i++) {
		replace(&name->tag, tags.items[i]);
		if (pull_one(pulling, name, ids, err) < 0)
			return -err->code;
	}
	return 0;
}

must_check static int pull_word(const struct pulling *pulling, const char *word,
				struct strv *ids, struct error *err)
{
	auto_with(transport_clear) struct transport from = { 0 };
	auto_with(reference_clear) struct reference name = { 0 };

	if (transport_parse(word, &from, err) < 0)
		return -err->code;
	if (from.kind != TRANSPORT_REGISTRY)
		return pulling->all_tags
			       ? error_say(err, EINVAL,
					   "%s: --all-tags is for registries",
					   word)
			       : pull_local(pulling->store, &from,
					    pulling->platform, pulling->quiet,
					    ids, err);
	if (remote_parse(from.name, &name, err) < 0)
		return -err->code;
	return pulling->all_tags ? pull_all(pulling, &name, ids, err)
				 : pull_one(pulling, &name, ids, err);
}

/* Each as soon as it is here. */
must_check static int print_ids(const struct strv *ids, struct error *err)
{
	for (size_t i = 0; i < ids->count; i++)
		(void)printf("%s\n", ids->items[i]);
	return fflush(stdout) == 0 ? 0 : error_set(err, errno, "write");
}

must_check static int pull_words(const struct pull_settings *settings,
				 char *const *words, struct error *err)
{
	auto_with(platform_clear) struct platform platform = { 0 };
	auto_with(store_close) struct store store = { 0 };
	struct remote_settings remote;
	const struct pulling pulling = {
		.store = &store,
		.platform = &platform,
		.remote = &remote,
		.all_tags = settings->all_tags,
		.quiet = settings->quiet,
	};

	if (remote_options_check(&settings->remote, &remote, err) < 0 ||
	    find_platform(settings, &platform, err) < 0 ||
	    store_open(STORE_SHARED, &store, err) < 0)
		return -err->code;
	for (; *words; words++) {
		auto_with(strv_clear) struct strv ids = { 0 };
		int result = pull_word(&pulling, *words, &ids, err);

		if (print_ids(&ids, result < 0 ? &(struct error){ 0 } : err) <
			    0 ||
		    result < 0)
			return -err->code;
	}
	store_close(&store);
	image_sweep_leftovers();
	return 0;
}

static int pull(int argc, char **argv, struct error *err)
{
	struct pull_settings settings = { .remote = REMOTE_OPTIONS_USUAL };
	int first = options_parse(&cmd_pull, argc, argv, &settings, err);

	if (first < 0)
		return first;
	if (first == argc)
		return error_say(err, EINVAL, "pull: name an image");
	return pull_words(&settings, argv + first, err) < 0
		       ? error_wrap(err, "pull")
		       : 0;
}

const struct command cmd_pull = {
	.name = "pull",
	.synopsis = "[OPTION]... IMAGE...",
	.summary = "Fetch images from registries, archives and directories",
	.options = pull_options,
	.exclusions = pull_exclusions,
	.options_anywhere = true,
	.operands = { OFFER_TRANSPORT, OFFER_TRANSPORT, OFFER_TRANSPORT },
	.run = pull,
};
