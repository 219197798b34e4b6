// SPDX-License-Identifier: Apache-2.0
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"
#include "cli/run_bind.h"
#include "cli/run_settings.h"

/* --mount KEY=VALUE,..., taken apart. */
struct mount_words {
	const char *type, *source, *target;
	struct strv options;
	bool propagation, no_copy;
};

static void mount_words_clear(struct mount_words *words)
{
	strv_clear(&words->options);
}

static int take_type(struct mount_words *words, const char *value,
		     struct error *err)
{
	(void)err;
	words->type = value;
	return 0;
}

static int take_source(struct mount_words *words, const char *value,
		       struct error *err)
{
	(void)err;
	words->source = value;
	return 0;
}

static int take_target(struct mount_words *words, const char *value,
		       struct error *err)
{
	(void)err;
	words->target = value;
	return 0;
}

static int take_size(struct mount_words *words, const char *value,
		     struct error *err)
{
	(void)err;
	strv_addf(&words->options, "size=%s", value);
	return 0;
}

static int take_mode(struct mount_words *words, const char *value,
		     struct error *err)
{
	(void)err;
	strv_addf(&words->options, "mode=%s", value);
	return 0;
}

static int take_propagation(struct mount_words *words, const char *value,
			    struct error *err)
{
	return bind_add_option(&words->options, value, &words->propagation,
			       err);
}

static int take_readonly(struct mount_words *words, const char *value,
			 struct error *err)
{
	bool yes = true;

	if (*value && parse_bool(value, &yes) < 0)
		return error_say(err, EINVAL, "'%s': give true or false",
				 value);
	if (yes)
		strv_add(&words->options, xstrdup("ro"));
	return 0;
}

static int take_no_copy(struct mount_words *words, const char *value,
			struct error *err)
{
	words->no_copy = true;
	if (*value && parse_bool(value, &words->no_copy) < 0)
		return error_say(err, EINVAL, "'%s': give true or false",
				 value);
	return 0;
}

/* A tmpfs starts empty here anyway. */
static int take_nothing(struct mount_words *words, const char *value,
			struct error *err)
{
	(void)words;
	(void)value;
	(void)err;
	return 0;
}

static const struct {
	const char *key;
	bool alone; /* may stand without a value */
	int (*take)(struct mount_words *words, const char *value,
		    struct error *err);
} mount_keys[] = {
	{ "bind-propagation", false, take_propagation },
	{ "destination", false, take_target },
	{ "dst", false, take_target },
	{ "notmpcopyup", true, take_nothing },
	{ "readonly", true, take_readonly },
	{ "ro", true, take_readonly },
	{ "source", false, take_source },
	{ "src", false, take_source },
	{ "target", false, take_target },
	{ "tmpfs-mode", false, take_mode },
	{ "tmpfs-size", false, take_size },
	{ "type", false, take_type },
	{ "volume-nocopy", true, take_no_copy },
};

/* @word is cut at its equals sign. */
static int read_mount_word(struct mount_words *words, char *word,
			   struct error *err)
{
	char *equals = strchr(word, '=');

	if (equals)
		*equals = '\0';
	for (size_t i = 0; i < ARRAY_COUNT(mount_keys); i++) {
		if (strcmp(mount_keys[i].key, word) != 0)
			continue;
		if (!equals && !mount_keys[i].alone)
			return error_say(err, EINVAL, "'%s' needs a value",
					 word);
		return mount_keys[i].take(words, equals ? equals + 1 : "", err);
	}
	if (equals)
		return error_say(err, EINVAL, "unknown option '%s'", word);
	return bind_add_option(&words->options, word, &words->propagation, err);
}

static struct spec_mount *add_tmpfs_words(struct spec *spec,
					  const struct mount_words *words,
					  struct error *err)
{
	struct spec_mount *mount = spec_add_mount(
		spec, "tmpfs", "tmpfs", words->target, "nosuid,nodev");

	(void)err;
	if (!strv_find_prefix(&words->options, "mode="))
		strv_add(&mount->options, xstrdup("mode=1777"));
	return mount;
}

static struct spec_mount *add_devpts_words(struct spec *spec,
					   const struct mount_words *words,
					   struct error *err)
{
	(void)err;
	return spec_add_mount(
		spec, "devpts", "devpts", words->target,
		"nosuid,noexec,newinstance,ptmxmode=0666,mode=0620,gid=5");
}

static struct spec_mount *add_bind_words(struct spec *spec,
					 const struct mount_words *words,
					 struct error *err)
{
	struct spec_mount *mount;

	if (!words->source) {
		(void)error_say(err, EINVAL, "no source given");
		return NULL;
	}
	if (!strchr("/.", words->source[0])) {
		(void)error_say(
			err, EINVAL,
			"'%s' is no path (it has to begin with / or .); a volume's name is type=volume",
			words->source);
		return NULL;
	}
	mount = bind_add(spec, words->source, words->target, err);
	if (mount && !words->propagation)
		strv_add(&mount->options, xstrdup("rprivate"));
	if (mount && strv_find_prefix(&words->options, "ro"))
		strv_add(&mount->options, xstrdup("rro"));
	return mount;
}

static struct spec_mount *add_volume_words(struct spec *spec,
					   const struct mount_words *words,
					   struct error *err)
{
	struct spec_mount *mount;

	if (!words->source)
		return run_add_anonymous(spec, words->target, err);
	if (strchr("/.", words->source[0])) {
		(void)error_say(err, EINVAL,
				"'%s' is a path: that is type=bind",
				words->source);
		return NULL;
	}
	mount = bind_add(spec, words->source, words->target, err);
	if (mount && !words->propagation)
		strv_add(&mount->options, xstrdup("rprivate"));
	if (mount && words->no_copy)
		mount->copy_up = false;
	return mount;
}

static const struct {
	const char *type;
	struct spec_mount *(*add)(struct spec *spec,
				  const struct mount_words *words,
				  struct error *err);
} mount_types[] = {
	{ "bind", add_bind_words },
	{ "devpts", add_devpts_words },
	{ "tmpfs", add_tmpfs_words },
	{ "volume", add_volume_words },
};

static int add_mount_words(struct spec *spec, const struct mount_words *words,
			   struct error *err)
{
	const char *type = words->type ? words->type : "volume";
	struct spec_mount *mount = NULL;

	if (!words->target)
		return error_say(err, EINVAL, "no target given");
	if (bind_check_target(words->target, err) < 0)
		return -err->code;
	(void)error_say(
		err, EOPNOTSUPP,
		"type '%s' is not supported: bind, volume, tmpfs and devpts are",
		type);
	for (size_t i = 0; i < ARRAY_COUNT(mount_types); i++)
		if (!strcmp(mount_types[i].type, type))
			mount = mount_types[i].add(spec, words, err);
	if (!mount)
		return -err->code;
	*err = (struct error){ 0 };
	for (size_t i = 0; i < words->options.count; i++)
		strv_add(&mount->options, xstrdup(words->options.items[i]));
	return 0;
}

int run_add_mount(struct spec *spec, const char *text, struct error *err)
{
	auto_with(mount_words_clear) struct mount_words words = { 0 };
	auto_free char *copy = xstrdup(text);
	char *rest = copy, *word;

	while ((word = strsep(&rest, ",")))
		if (*word && read_mount_word(&words, word, err) < 0)
			return -err->code;
	return add_mount_words(spec, &words, err);
}
