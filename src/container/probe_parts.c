// SPDX-License-Identifier: Apache-2.0
/* The programs that take part, each with its path: the wrong one being found
 * first is a common trouble.
 */
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/xattr.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/proc.h"
#include "container/probe_rungs.h"
#include "container/probe_tools.h"

void probe_part_holt(struct probe_state *state, struct finding *ret)
{
	char self[PATH_MAX];
	ssize_t size = readlink("/proc/self/exe", self, sizeof(self) - 1);

	(void)state;
	finding_say(ret, PROBE_OK, "%.*s, version " HOLT_VERSION,
		    size < 0 ? 1 : (int)size, size < 0 ? "?" : self);
}

void probe_part_net(struct probe_state *state, struct finding *ret)
{
	char *const argv[] = { (char[]){ "holt-net" }, (char[]){ "--version" },
			       NULL };
	auto_free char *path = NULL;
	struct error err = { 0 };
	char text[128];

	(void)state;
	if (program_find_own("holt-net", &path, &err) < 0)
		finding_say(ret, PROBE_WARN, "%s", err.text);
	else if (probe_output(path, argv, text, sizeof(text), &err) == 0)
		finding_say(ret, PROBE_OK, "%s, %s", path, text);
	else
		finding_say(ret, PROBE_OK, "%s", path);
}

static const char *rights_of(const char *path)
{
	struct stat st;

	if (stat(path, &st) < 0)
		return "gone";
	if (st.st_mode & S_ISUID)
		return st.st_uid == 0 ? "setuid root" : "setuid, but not root";
	if (getxattr(path, "security.capability", NULL, 0) > 0)
		return "file capabilities";
	return "no special rights";
}

/* Append "PATH (rights)" if it is a program and not yet in the list. */
static void add_program(struct strv *list, struct strv *seen,
			const char *directory, const char *name)
{
	auto_free char *path = xasprintf("%s/%s", directory, name);
	auto_free char *real = realpath(path, NULL);

	if (!real || access(real, X_OK) < 0)
		return;
	/* /bin and /usr/bin are mostly one directory. */
	for (size_t i = 0; i < seen->count; i++)
		if (!strcmp(seen->items[i], real))
			return;
	strv_addf(list, "%s (%s)", path, rights_of(path));
	strv_add(seen, steal_ptr(&real));
}

static void probe_helper(const char *name, struct finding *ret)
{
	const char *path = getenv("PATH");
	auto_free char *copy =
		xasprintf("%s:/usr/bin:/usr/sbin:/bin:/sbin", path ? path : "");
	auto_with(strv_clear) struct strv list = { 0 }, seen = { 0 };
	char *rest = copy, *directory;

	while ((directory = strsep(&rest, ":")))
		if (*directory == '/')
			add_program(&list, &seen, directory, name);
	if (list.count == 0) {
		finding_say(ret, PROBE_WARN, "not installed");
		return;
	}
	finding_say(ret, PROBE_OK, "%s", list.items[0]);
	for (size_t i = 1; i < list.count; i++) {
		auto_free char *before = xstrdup(ret->found);

		finding_say(ret, PROBE_OK, "%s, then %s", before,
			    list.items[i]);
	}
}

void probe_part_newuidmap(struct probe_state *state, struct finding *ret)
{
	(void)state;
	probe_helper("newuidmap", ret);
}

void probe_part_newgidmap(struct probe_state *state, struct finding *ret)
{
	(void)state;
	probe_helper("newgidmap", ret);
}
