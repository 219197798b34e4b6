// SPDX-License-Identifier: Apache-2.0
/* Where we are: in a container, under a filter, without privileges to gain. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "container/probe_rungs.h"
#include "container/probe_tools.h"

#define SHOWN_MAX 6

/* Mounts that a machine's own start puts there. */
static bool is_usual(const char *target)
{
	static const char *const usual[] = {
		"/proc/sys/fs/binfmt_misc",
		"/sys/fs/",
		"/sys/kernel/",
	};

	for (size_t i = 0; i < ARRAY_COUNT(usual); i++)
		if (!strncmp(target, usual[i], strlen(usual[i])))
			return true;
	return false;
}

static void append(char **text, const char *word)
{
	char *longer = *text ? xasprintf("%s, %s", *text, word) : xstrdup(word);

	free(*text);
	*text = longer;
}

char *probe_masked(const char *prefix)
{
	auto_free char *mounts = NULL;
	struct error ignored;
	char *found = NULL, *rest, *line;
	size_t count = 0;

	if (file_read_text("/proc/self/mountinfo", 16 << 20, &mounts, NULL,
			   &ignored) < 0)
		return NULL;
	rest = mounts;
	while ((line = strsep(&rest, "\n")) && count < SHOWN_MAX) {
		/* The fifth field is where it is mounted. */
		for (int i = 0; i < 4; i++)
			(void)strsep(&line, " ");

		const char *target = strsep(&line, " ");

		if (!target || strncmp(target, prefix, strlen(prefix)) != 0 ||
		    is_usual(target))
			continue;
		append(&found, target);
		count++;
	}
	return found;
}

static bool status_is_set(const char *status, const char *name)
{
	const char *at = strstr(status, name);

	return at && at[strlen(name)] != '0';
}

static void describe_process(char **text)
{
	auto_free char *status = NULL;
	struct error ignored;

	if (file_read_text("/proc/self/status", 65536, &status, NULL,
			   &ignored) < 0)
		return;
	if (status_is_set(status, "\nNoNewPrivs:\t"))
		append(text,
		       "no_new_privs is set, so setuid programs get no rights");
	if (status_is_set(status, "\nSeccomp:\t"))
		append(text, "a seccomp filter is in force");
}

static void describe_container(char **text)
{
	static const struct {
		const char *path, *words;
	} signs[] = {
		{ "/run/.containerenv", "in a Podman container" },
		{ "/.dockerenv", "in a Docker container" },
		{ "/var/run/secrets/kubernetes.io", "in a Kubernetes pod" },
	};

	for (size_t i = 0; i < ARRAY_COUNT(signs); i++)
		if (access(signs[i].path, F_OK) == 0)
			append(text, signs[i].words);
}

static void describe_namespace(char **text)
{
	auto_free char *map = NULL;
	struct error ignored;
	unsigned long first = 0, outside = 0, count = 0;
	char *at;

	if (file_read_text("/proc/self/uid_map", 65536, &map, NULL, &ignored) <
	    0)
		return;
	first = strtoul(map, &at, 10);
	outside = strtoul(at, &at, 10);
	count = strtoul(at, &at, 10);
	if (first != 0 || outside != 0 || count != 4294967295)
		append(text, "in a user namespace");
}

void probe_around(struct probe_state *state, struct finding *ret)
{
	auto_free char *text = NULL;
	auto_free char *proc = probe_masked("/proc/");

	(void)state;
	describe_container(&text);
	describe_namespace(&text);
	describe_process(&text);
	if (proc) {
		auto_free char *words = xasprintf("covered in /proc: %s", proc);

		append(&text, words);
	}
	finding_say(
		ret, PROBE_OK, "%s",
		text ? text
		     : "no container around us, no seccomp filter, a whole /proc");
}
