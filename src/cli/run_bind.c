// SPDX-License-Identifier: Apache-2.0
#include "cli/run_bind.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/path.h"
#include "cli/run_settings.h"

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

struct spec_mount *bind_add(struct spec *spec, const char *source,
			    const char *target, struct error *err)
{
	auto_free char *real = NULL;

	if (source[0] != '/' && source[0] != '.') {
		(void)error_say(
			err, EINVAL,
			"'%s' is no path (it has to begin with / or .), and named volumes are not supported",
			source);
		return NULL;
	}
	if (bind_check_target(target, err) < 0)
		return NULL;
	real = realpath(source, NULL);
	if (!real) {
		(void)run_path_error(err, errno, "source", source);
		return NULL;
	}
	return spec_add_mount(spec, "bind", real, target, "rbind");
}
