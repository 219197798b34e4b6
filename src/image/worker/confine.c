// SPDX-License-Identifier: Apache-2.0
#include "image/worker/confine.h"

#include <fcntl.h>
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/landlock.h"
#include "base/sandbox.h"
#include "image/worker/filter_table.h"
#include "image/worker/report.h"

/* Address space: what decompresses takes some hundred MiB at most. */
#define ADDRESS_SPACE_MAX (UINT64_C(4) << 30)

/* What the root of a user namespace needs to make trees of other owners, and
 * root to reach files as a user would.
 */
#define CAPABILITY(number) (UINT32_C(1) << (number))
#define ROOT_CAPABILITIES \
	(CAPABILITY(CAP_DAC_OVERRIDE) | CAPABILITY(CAP_FOWNER))
#define TREE_CAPABILITIES \
	(ROOT_CAPABILITIES | CAPABILITY(CAP_CHOWN) | \
	 CAPABILITY(CAP_DAC_READ_SEARCH) | CAPABILITY(CAP_FSETID) | \
	 CAPABILITY(CAP_SETFCAP))

/* What libc, its modules and OpenSSL read to find a host and to know it. The
 * last two are for distributions that have everything there.
 */
static const char *const host_paths[] = {
	"/etc",
	"/usr/lib",
	"/usr/lib64",
	"/lib",
	"/lib64",
	"/usr/local/lib",
	"/usr/share/ca-certificates",
	"/usr/local/share/ca-certificates",
	"/run/systemd/resolve",
	"/run/NetworkManager",
	"/run/resolvconf",
	"/run/connman",
	"/nix/store",
	"/gnu/store",
};

/* For places_close(). */
struct places {
	struct landlock_place *items;
	size_t count;
};

static void places_close(struct places *places)
{
	for (size_t i = 0; i < places->count; i++)
		if (places->items[i].directory >= 0)
			close(places->items[i].directory);
	free(places->items);
}

static void add_place(struct places *places, int fd,
		      enum landlock_access access)
{
	places->items = xrealloc_array(places->items, places->count + 1,
				       sizeof(*places->items));
	places->items[places->count++] = (struct landlock_place){ fd, access };
}

must_check static int give_up(uint32_t capabilities,
			      const struct landlock_place *places, size_t count,
			      bool tcp, struct error *err)
{
	static const struct sandbox_limit limits[] = {
		{ RLIMIT_CORE, 0 },
#ifndef __SANITIZE_ADDRESS__
		{ RLIMIT_AS, ADDRESS_SPACE_MAX },
#endif
	};
	int result;

	if (sandbox_limit(limits, ARRAY_COUNT(limits), err) < 0 ||
	    sandbox_keep(capabilities, err) < 0)
		return -err->code;
	result = landlock_restrict(places, count, tcp, err);
	if (result == 0)
		report_warning(
			"this kernel has no Landlock: holt-image may reach files that it needn't");
	if (result < 0)
		return result;
	if (tcp)
		return sandbox_filter(filter_network,
				      ARRAY_COUNT(filter_network), err);
	return sandbox_filter(filter_files, ARRAY_COUNT(filter_files), err);
}

int confine_to_trees(int writable, int readable, struct error *err)
{
	const struct landlock_place places[] = {
		{ writable, LANDLOCK_ALL },
		{ readable, LANDLOCK_READ },
	};

	return give_up(TREE_CAPABILITIES, places, ARRAY_COUNT(places), false,
		       err);
}

static bool is_directory(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISDIR(st.st_mode);
}

int confine_to_store(int store, int other, bool other_writable,
		     struct error *err)
{
	const struct landlock_place places[] = {
		{ store, LANDLOCK_ALL },
		{ is_directory(other) ? other : -1,
		  other_writable ? LANDLOCK_ALL : LANDLOCK_READ },
	};

	return give_up(ROOT_CAPABILITIES, places, ARRAY_COUNT(places), false,
		       err);
}

int confine_to_network(int store, const struct strv *files, struct error *err)
{
	auto_with(places_close) struct places places = { 0 };

	add_place(&places, store < 0 ? -1 : dup(store), LANDLOCK_ALL);
	for (size_t i = 0; i < ARRAY_COUNT(host_paths); i++)
		add_place(&places,
			  open(host_paths[i], O_PATH | O_DIRECTORY | O_CLOEXEC),
			  LANDLOCK_READ);
	for (size_t i = 0; i < files->count; i++)
		add_place(&places, open(files->items[i], O_PATH | O_CLOEXEC),
			  LANDLOCK_READ_FILES);
	return give_up(ROOT_CAPABILITIES, places.items, places.count, true,
		       err);
}
