// SPDX-License-Identifier: Apache-2.0
/* holt pull: images from registries. */
#include <stdio.h>
#include <string.h>

#include "base/cleanup.h"
#include "cli/blob_progress.h"
#include "cli/commands.h"
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

must_check static int pull_one(const struct store *store,
			       const struct reference *name,
			       const struct platform *platform,
			       const struct remote_settings *remote, bool quiet,
			       struct error *err)
{
	const struct pull_wish wish = { name, platform, remote, quiet };
	auto_free char *id = NULL;

	if (pull_shown(store, &wish, &id, err) < 0)
		return -err->code;
	(void)printf("%s\n", id);
	return fflush(stdout) == 0 ? 0 : error_set(err, errno, "write");
}

must_check static int pull_all(const struct store *store,
			       struct reference *name,
			       const struct platform *platform,
			       const struct remote_settings *remote, bool quiet,
			       struct error *err)
{
	auto_with(strv_clear) struct strv tags = { 0 };

	if (pull_list_tags(name, remote, &tags, err) < 0)
		return error_wrap(err, "tags of %s/%s", name->domain,
				  name->path);
	for (size_t i = 0; i < tags.count; i++) {
		replace(&name->tag, tags.items[i]);
		if (pull_one(store, name, platform, remote, quiet, err) < 0)
			return -err->code;
	}
	return 0;
}

must_check static int pull_words(const struct pull_settings *settings,
				 char *const *words, struct error *err)
{
	auto_with(platform_clear) struct platform platform = { 0 };
	auto_with(store_close) struct store store = { 0 };
	struct remote_settings remote;

	if (remote_options_check(&settings->remote, &remote, err) < 0 ||
	    find_platform(settings, &platform, err) < 0 ||
	    store_open(STORE_SHARED, &store, err) < 0)
		return -err->code;
	for (; *words; words++) {
		auto_with(reference_clear) struct reference name = { 0 };
		int result;

		if (remote_parse(*words, &name, err) < 0)
			return -err->code;
		result = settings->all_tags
				 ? pull_all(&store, &name, &platform, &remote,
					    settings->quiet, err)
				 : pull_one(&store, &name, &platform, &remote,
					    settings->quiet, err);
		if (result < 0)
			return result;
	}
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
	.summary = "Fetch images from registries",
	.options = pull_options,
	.exclusions = pull_exclusions,
	.options_anywhere = true,
	.run = pull,
};
