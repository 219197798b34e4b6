// SPDX-License-Identifier: Apache-2.0
#include "cli/bootstrap_sources.h"

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"
#include "base/proc.h"

enum { OS_RELEASE_MAX = 65536, TARGETS_MAX = 1 << 20 /* bytes */ };

/* The value of a line NAME=VALUE, or NAME="VALUE". Owned; NULL: no such line */
static char *find_value(const char *text, const char *name)
{
	size_t length = strlen(name);

	for (const char *line = text; line && *line;
	     line = strchr(line, '\n') ? strchr(line, '\n') + 1 : NULL) {
		const char *value = line + length + 1;

		if (strncmp(line, name, length) != 0 || line[length] != '=')
			continue;
		value += *value == '"';
		return xstrndup(value, strcspn(value, "\"\n"));
	}
	return NULL;
}

char *sources_host_suite(void)
{
	auto_free char *text = NULL;
	auto_free char *id = NULL;
	struct error ignored;
	char *name = NULL;

	if (file_read_text("/etc/os-release", OS_RELEASE_MAX, &text, NULL,
			   &ignored) == 0)
		id = find_value(text, "ID");
	if (id && !strcmp(id, "debian"))
		name = find_value(text, "VERSION_CODENAME");
	return name && *name ? name : xstrdup("stable");
}

/* What apt would read: a line a source and component, with its URI, what it
 * calls the release, the component, and who made it, if apt has been there.
 */
must_check static int list_targets(char **ret, struct error *err)
{
	static const char format[] =
		"$(REPO_URI) $(RELEASE) $(COMPONENT) $(ORIGIN)";
	char *argv[] = { (char[]){ "apt-get" },
			 (char[]){ "indextargets" },
			 (char[]){ "--format" },
			 xstrdup(format),
			 (char[]){ "Created-By: Packages" },
			 NULL };
	auto_free char *owned = argv[3];
	auto_with(process_clear) struct process process = { 0, -1 };
	auto_free char *path = NULL;
	int ends[2];

	if (program_find("apt-get", getenv("PATH"), &path) < 0)
		return error_say(err, ENOENT, "there is no apt-get");
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int from = ends[0];
	auto_close int to = ends[1];
	const int fds[] = { -1, to, -1 };

	if (process_spawn(path, argv, fds, ARRAY_COUNT(fds), &process, err) < 0)
		return -err->code;
	close(steal_fd(&to));
	return fd_read_text(from, TARGETS_MAX, ret, NULL, err);
}

/* Is @release the suite, its updates or its security updates? */
static bool is_of(const char *release, const char *suite)
{
	size_t length = strlen(suite);

	if (strncmp(release, suite, length) != 0)
		return false;
	release += length;
	return !*release || !strcmp(release, "-updates") ||
	       !strcmp(release, "-security");
}

/* "URI RELEASE COMPONENT [ORIGIN]" */
static void add_target(char *line, const char *suite, struct strv *ret)
{
	const char *uri = strsep(&line, " ");
	const char *release = strsep(&line, " ");
	const char *component = strsep(&line, " ");
	const char *origin = line ? line : "";
	auto_free char *source = NULL;

	if (!component || !is_of(release, suite) || strchr(uri, '@') ||
	    !strncmp(uri, "cdrom:", 6) ||
	    (*origin && strcmp(origin, "Debian") != 0))
		return;
	source = xasprintf("deb %s %s %s", uri, release, component);
	/* It comes once for each architecture. */
	for (size_t i = 0; i < ret->count; i++)
		if (!strcmp(ret->items[i], source))
			return;
	strv_add(ret, steal_ptr(&source));
}

void sources_of_host(const char *suite, struct strv *ret)
{
	auto_free char *text = NULL;
	struct error err;
	char *rest, *line;

	if (list_targets(&text, &err) < 0) {
		log_debug("sources of this machine: %s", err.text);
		return;
	}
	rest = text;
	while ((line = strsep(&rest, "\n")))
		add_target(line, suite, ret);
}
