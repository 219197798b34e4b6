// SPDX-License-Identifier: Apache-2.0
#include "idmap/subid_nss.h"

#include <dlfcn.h>
#include <shadow/subid.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/alloc.h"
#include "base/cleanup.h"

struct library {
	void *handle;
	bool (*init)(const char *who, FILE *log);
	int (*uid_ranges)(const char *owner, struct subid_range **ranges);
	int (*gid_ranges)(const char *owner, struct subid_range **ranges);
};

static const char blanks[] = " \t\r";

char *subid_nss_source(const char *text)
{
	while (*text) {
		size_t length = strcspn(text, "\n");

		if (!strncasecmp(text, "subid:", 6)) {
			const char *word = text + 6 + strspn(text + 6, blanks);
			size_t size = strcspn(word, " \t\r\n");

			if (size == 5 && !memcmp(word, "files", 5))
				return NULL;
			if (size > 0)
				return xstrndup(word, size);
		}
		text += length + (text[length] == '\n');
	}
	return NULL;
}

/* dlsym(3) returns a data pointer, which ISO C doesn't convert to a function.
 */
static void load_symbol(void *handle, const char *name, void *ret_function)
{
	void *symbol = dlsym(handle, name);

	memcpy(ret_function, &symbol, sizeof(symbol));
}

static int load(struct library *library, struct error *err)
{
	static const char *const names[] = { "libsubid.so.5", "libsubid.so.4" };
	void *handle = NULL;

	for (size_t i = 0; i < ARRAY_COUNT(names) && !handle; i++)
		handle = dlopen(names[i], RTLD_NOW | RTLD_LOCAL);
	if (!handle) {
		(void)error_say(err, ELIBACC, "%s", dlerror());
		return -ELIBACC;
	}
	load_symbol(handle, "subid_init", &library->init);
	load_symbol(handle, "subid_get_uid_ranges", &library->uid_ranges);
	load_symbol(handle, "subid_get_gid_ranges", &library->gid_ranges);
	if (!library->init || !library->uid_ranges || !library->gid_ranges) {
		(void)dlclose(handle);
		(void)error_say(err, ELIBACC, "libsubid lacks a function");
		return -ELIBACC;
	}
	library->handle = handle;
	return 0;
}

/* Ranges as libsubid has them, in longs, into ours. Return: 0, -EIO */
static int take(int (*ask)(const char *, struct subid_range **),
		const char *user, struct id_ranges *ret)
{
	struct subid_range *found = NULL;
	int count = ask(user, &found);

	for (int i = 0; i < count; i++)
		if (found[i].start < UINT32_MAX &&
		    found[i].count <= UINT32_MAX - found[i].start)
			id_ranges_add(ret, (uint32_t)found[i].start,
				      (uint32_t)found[i].count);
	free(found);
	return count < 0 ? -EIO : 0;
}

/* The first line of what libsubid and its plugin said. */
static void first_line(char *text)
{
	text[strcspn(text, "\n")] = '\0';
}

/* Ask for both kinds, the library's words going to @log. Return: 0, -EIO */
static int ask_both(const struct library *library, const char *user,
		    struct id_ranges *uids, struct id_ranges *gids, FILE *log)
{
	if (!library->init("holt", log) ||
	    take(library->uid_ranges, user, uids) < 0 ||
	    take(library->gid_ranges, user, gids) < 0)
		return -EIO;
	return 0;
}

int subid_nss_find(const char *user, struct id_ranges *uids,
		   struct id_ranges *gids, struct error *err)
{
	struct library library = { 0 };
	auto_free char *words = NULL;
	size_t size = 0;
	int result = load(&library, err);

	if (result < 0)
		return result;

	/* Left alone, libsubid writes to stderr, where messages aren't ours. */
	FILE *log = open_memstream(&words, &size);

	if (log) {
		result = ask_both(&library, user, uids, gids, log);
		(void)dlclose(library.handle);
		(void)fclose(log);
	} else {
		result = -EIO;
		(void)dlclose(library.handle);
	}
	if (result == 0)
		return 0;
	if (words)
		first_line(words);
	return error_say(err, EIO, "%s",
			 words && *words ? words : "it gave no reason");
}
