// SPDX-License-Identifier: Apache-2.0
#include "net/library.h"

#include <dlfcn.h>
#include <glib.h>
#include <stddef.h>
#include <string.h>

#include "base/cleanup.h"

#define LIBRARY "libslirp.so.0"

static const struct {
	const char *name;
	size_t offset;
} symbols[] = {
	{ "slirp_new", offsetof(struct library, new) },
	{ "slirp_input", offsetof(struct library, input) },
	{ "slirp_pollfds_fill", offsetof(struct library, pollfds_fill) },
	{ "slirp_pollfds_poll", offsetof(struct library, pollfds_poll) },
	{ "slirp_add_hostxfwd", offsetof(struct library, add_hostxfwd) },
	{ "slirp_remove_hostxfwd", offsetof(struct library, remove_hostxfwd) },
};

/* GLib's own handler would look at the terminal and the journal, which the
 * syscall filter forbids.
 */
static void on_log(const gchar *domain, GLogLevelFlags level,
		   const gchar *message, gpointer data)
{
	(void)domain;
	(void)level;
	(void)message;
	(void)data;
}

/* Found among what libslirp is linked with. Return: was it? */
static bool silence_glib(void *library)
{
	__typeof__(g_log_set_default_handler) *set_handler;
	void *found = dlsym(library, "g_log_set_default_handler");

	if (!found)
		return false;
	memcpy(&set_handler, &found, sizeof(found));
	(void)set_handler(on_log, NULL);
	return true;
}

int library_load(struct library *ret, struct error *err)
{
	void *library = dlopen(LIBRARY, RTLD_NOW | RTLD_LOCAL);

	if (!library)
		return error_say(err, ENOENT,
				 LIBRARY
				 " (package libslirp0) can't be loaded: %s",
				 dlerror());
	for (size_t i = 0; i < ARRAY_COUNT(symbols); i++) {
		void *found = dlsym(library, symbols[i].name);

		if (!found)
			return error_say(err, ENOENT,
					 LIBRARY " has no %s: it is too old",
					 symbols[i].name);
		memcpy((char *)ret + symbols[i].offset, &found, sizeof(found));
	}
	if (!silence_glib(library))
		return error_say(err, ENOENT,
				 LIBRARY " brings no GLib: it is too new");
	return 0;
}
