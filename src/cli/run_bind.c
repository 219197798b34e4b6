// SPDX-License-Identifier: Apache-2.0
#include "cli/run_bind.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "cli/run_settings.h"
#include "image/volume.h"

/* Options of -v and --mount that concern nothing we have: SELinux labels
 * without SELinux, copying into named volumes.
 */
static bool is_accepted_and_idle(const char *word)
{
	static const char *const words[] = { "z", "Z", "copy", "nocopy" };

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

static bool is_propagation(const char *word)
{
	static const char *const words[] = {
		"private", "rprivate", "shared",     "rshared",
		"slave",   "rslave",   "unbindable", "runbindable",
	};

	for (size_t i = 0; i < ARRAY_COUNT(words); i++)
		if (!strcmp(word, words[i]))
			return true;
	return false;
}

int bind_add_option(struct strv *options, const char *word, bool *propagation,
		    struct error *err)
{
	static const char *const plain[] = { "rw",     "suid",  "nosuid",
					     "dev",    "nodev", "exec",
					     "noexec", "rro",   "rrw" };

	if (!strcmp(word, "ro") || !strcmp(word, "readonly")) {
		strv_add(options, xstrdup("ro"));
		strv_add(options, xstrdup("rro"));
		return 0;
	}
	if (is_propagation(word)) {
		strv_add(options, xstrdup(word));
		*propagation = true;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_COUNT(plain); i++)
		if (!strcmp(word, plain[i])) {
			strv_add(options, xstrdup(word));
			return 0;
		}
	if (is_accepted_and_idle(word) || !strcmp(word, "rbind") || !*word)
		return 0;
	if (!strcmp(word, "U") || !strcmp(word, "O") ||
	    !strncmp(word, "idmap", 5))
		return error_say(err, EOPNOTSUPP,
				 "option '%s' is not supported", word);
	return error_say(err, EINVAL, "unknown option '%s'", word);
}

int bind_check_target(const char *target, struct error *err)
{
	if (path_is_absolute_clean(target))
		return 0;
	return error_say(err, EINVAL,
			 "the target '%s' has to be absolute and without '..'",
			 target);
}

static struct spec_mount *add_named(struct spec *spec, const char *name,
				    const char *target, struct error *err)
{
	struct spec_mount *mount;

	if (!volume_is_name(name)) {
		(void)error_say(
			err, EINVAL,
			"'%s' is neither a path (which begins with / or .) nor the name of a volume",
			name);
		return NULL;
	}
	mount = spec_add_mount(spec, "bind", NULL, target,
			       "rbind,nosuid,nodev");
	mount->volume = xstrdup(name);
	mount->copy_up = true;
	return mount;
}

struct spec_mount *bind_add(struct spec *spec, const char *source,
			    const char *target, struct error *err)
{
	auto_free char *real = NULL;

	if (bind_check_target(target, err) < 0)
		return NULL;
	if (source[0] != '/' && source[0] != '.')
		return add_named(spec, source, target, err);
	real = realpath(source, NULL);
	if (!real) {
		(void)run_path_error(err, errno, "source", source);
		return NULL;
	}
	return spec_add_mount(spec, "bind", real, target, "rbind");
}
