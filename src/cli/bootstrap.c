// SPDX-License-Identifier: Apache-2.0
#include "cli/bootstrap.h"

#include <fcntl.h>
#include <glob.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/log.h"
#include "cli/bootstrap_sources.h"
#include "cli/image_userns.h"
#include "cli/import_image.h"
#include "cli/loaded.h"
#include "container/build.h"
#include "image/sweep.h"
#include "image/trash.h"

#define BUILDER "mmdebstrap"

enum { LOG_MAX = 64 << 20 /* bytes */ };

/* What a run of it has. For bootstrap_clear(). */
struct bootstrap {
	const struct bootstrap_wish *wish;
	struct store store;
	struct loaded loaded;
	struct image_userns userns;
	struct build build;
	char *directory; /* of the store: where it is built */
	int log;         /* what the builder says, with --quiet; else -1 */
};

/* What became no image, and what somebody who was killed has left. */
static void sweep_up(struct bootstrap *bootstrap)
{
	bool has_failed = bootstrap->loaded.ids.count == 0;
	struct error err;

	if (!bootstrap->store.path)
		return;
	if (has_failed && sweep_try(&bootstrap->store, image_userns_open,
				    &bootstrap->userns, &err) < 0)
		log_debug("sweep the store: %s", err.text);
	store_close(&bootstrap->store);
	if (!has_failed)
		sweep_leftovers(image_userns_open, &bootstrap->userns);
}

static void bootstrap_clear(struct bootstrap *bootstrap)
{
	build_clear(&bootstrap->build);
	sweep_up(bootstrap);
	loaded_clear(&bootstrap->loaded);
	image_userns_clear(&bootstrap->userns);
	free(bootstrap->directory);
	if (bootstrap->log >= 0)
		close(bootstrap->log);
}

/* The files of a system belong to several users. */
must_check static int check_ids(struct error *err)
{
	auto_with(ids_clear) struct ids ids = { 0 };

	return geteuid() == 0 ? 0 : ids_map_same(true, &ids, err);
}

/* Among what is swept if nobody else can remove it. */
must_check static int make_directory(struct bootstrap *bootstrap,
				     struct error *err)
{
	unsigned long long number = 0;

	if (getrandom(&number, sizeof(number), 0) != sizeof(number))
		return error_set(err, errno, "make a name");
	bootstrap->directory = xasprintf("staging/bootstrap.%016llx", number);
	if (mkdirat(bootstrap->store.fd, bootstrap->directory, 0755) < 0)
		return error_set(err, errno, "make %s/%s",
				 bootstrap->store.path, bootstrap->directory);
	return 0;
}

/* How this machine gets to the mirrors is no business of the image's, nor is
 * its name, or where it asks for names. And nobody has to wait for a disk to
 * have what is packed up in a moment.
 */
static const char setup_hook[] =
	"mkdir -p \"$1/etc/dpkg/dpkg.cfg.d\"; "
	"echo force-unsafe-io >\"$1/etc/dpkg/dpkg.cfg.d/bootstrap\"; "
	"env -u APT_CONFIG apt-config dump | "
	"grep -iE '^Acquire::(http|https|ftp)::Proxy' >>\"$MMDEBSTRAP_APT_CONFIG\" || :";
static const char customize_hook[] =
	"cd \"$1/etc\" && rm -f hostname resolv.conf dpkg/dpkg.cfg.d/bootstrap";

/* Devices can't be made, nor are they wanted. */
static void make_arguments(const struct bootstrap *bootstrap, struct strv *argv)
{
	const struct bootstrap_wish *wish = bootstrap->wish;

	strv_add(argv, xstrdup(BUILDER));
	strv_add(argv, xstrdup("--mode=root"));
	strv_add(argv, xstrdup("--format=tar"));
	strv_add(argv, xstrdup("--skip=output/dev,chroot/mount/sys"));
	strv_addf(argv, "--variant=%s", wish->variant);
	strv_addf(argv, "--setup-hook=%s", setup_hook);
	strv_addf(argv, "--customize-hook=%s", customize_hook);
	for (size_t i = 0; i < wish->includes.count; i++)
		strv_addf(argv, "--include=%s", wish->includes.items[i]);
	strv_add(argv, xstrdup("--"));
	strv_add(argv, xstrdup(wish->suite));
	strv_add(argv, xstrdup("-"));
	for (size_t i = 0; i < wish->mirrors.count; i++)
		strv_add(argv, xstrdup(wish->mirrors.items[i]));
	if (!wish->mirrors.count)
		sources_of_host(wish->suite, argv);
}

static int clear_up(void *argument)
{
	const struct bootstrap *bootstrap = argument;
	struct error ignored;

	return trash_remove(bootstrap->store.path, bootstrap->directory, NULL,
			    NULL, &ignored);
}

/* Return: descriptor of what it writes, negative errno */
must_check static int start(struct bootstrap *bootstrap, const char *path,
			    struct error *err)
{
	auto_with(strv_clear) struct strv argv = { 0 };
	auto_free char *directory = NULL;
	auto_close int userns = -1;
	int ends[2];

	make_arguments(bootstrap, &argv);
	userns = image_userns_open(&bootstrap->userns, err);
	if (userns < 0)
		return userns;
	if (bootstrap->wish->quiet) {
		bootstrap->log = memfd_create("log", MFD_CLOEXEC);
		if (bootstrap->log < 0)
			return error_set(err, errno, "keep what is said");
	}
	if (make_directory(bootstrap, err) < 0)
		return -err->code;
	directory =
		xasprintf("%s/%s", bootstrap->store.path, bootstrap->directory);
	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(err, errno, "make a pipe");

	auto_close int from = ends[0];
	auto_close int to = ends[1];
	const struct build_order order = {
		.directory = directory,
		.path = path,
		.argv = argv.items,
		.userns = userns,
		.out = to,
		.log = bootstrap->log >= 0 ? bootstrap->log : STDERR_FILENO,
		.clear_up = clear_up,
		.argument = bootstrap,
	};

	if (build_start(&order, &bootstrap->build, err) < 0)
		return -err->code;
	return steal_fd(&from);
}

/* What it has said, if nobody has seen it. */
static void show_log(int log)
{
	auto_free char *text = NULL;
	struct error ignored;

	if (log >= 0 && lseek(log, 0, SEEK_SET) == 0 &&
	    fd_read_text(log, LOG_MAX, &text, NULL, &ignored) == 0)
		(void)fputs(text, stderr);
}

/* Wait for its end, which is to be a good one. */
must_check static int end_well(struct bootstrap *bootstrap, struct error *err)
{
	int status = build_wait(&bootstrap->build, err);

	if (status < 0)
		return status;
	if (status == 0)
		return 0;
	show_log(bootstrap->log);
	return error_say(err, EIO,
			 BUILDER
			 " has failed with status %d; the lines above say why",
			 status);
}

/* It becomes an image when all has gone well, and no sooner. */
static int heard(const char *kind, const struct json_node *report,
		 void *argument, struct error *err)
{
	struct bootstrap *bootstrap = argument;

	if (!strcmp(kind, "image") && end_well(bootstrap, err) < 0)
		return -err->code;
	return loaded_heard(kind, report, &bootstrap->loaded, err);
}

/* When the archive begins the tree is complete. */
static bool has_bash(const struct bootstrap *bootstrap)
{
	auto_free char *pattern =
		xasprintf("%s/%s/*/bin/bash", bootstrap->store.path,
			  bootstrap->directory);
	glob_t found;
	bool result = glob(pattern, GLOB_NOSORT, NULL, &found) == 0;

	globfree(&found);
	return result;
}

must_check static int import(struct bootstrap *bootstrap, int archive,
			     struct error *err)
{
	const struct bootstrap_wish *wish = bootstrap->wish;
	auto_free char *message =
		xasprintf("Debian %s, variant %s, by " BUILDER, wish->suite,
			  wish->variant);
	const char *changes[] = {
		"ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
		has_bash(bootstrap) ? "CMD [\"bash\"]" : "CMD [\"sh\"]",
	};
	const struct import_order order = {
		.archive = archive,
		.name = wish->name,
		.creator = "holt bootstrap debian",
		.message = message,
		.changes = { changes, ARRAY_COUNT(changes) },
	};

	return import_image(&order, &bootstrap->store, heard, bootstrap, err);
}

/* Until something comes of it, or its end. */
must_check static int wait_for_archive(int archive, struct error *err)
{
	struct pollfd event = { .fd = archive, .events = POLLIN };

	while (poll(&event, 1, -1) < 0)
		if (errno != EINTR)
			return error_set(err, errno, "wait for " BUILDER);
	return 0;
}

/* @archive: closed */
must_check static int take(struct bootstrap *bootstrap, int archive,
			   struct error *err)
{
	struct error why = { 0 }, why_not = { 0 };
	int result = wait_for_archive(archive, &why);

	if (result == 0)
		result = import(bootstrap, archive, &why);
	close(archive);
	/* An archive that is cut off is what we see of the builder's failure.
	 */
	if (result < 0 && bootstrap->build.attendant.pidfd >= 0 &&
	    end_well(bootstrap, &why_not) < 0)
		why = why_not;
	if (result < 0)
		*err = why;
	return result;
}

int bootstrap_debian(const struct bootstrap_wish *wish, char **ret_id,
		     struct error *err)
{
	auto_with(bootstrap_clear) struct bootstrap bootstrap = {
		.wish = wish,
		.store = { .fd = -1, .lock = -1 },
		.build = BUILD_NONE,
		.log = -1,
	};
	struct loaded *loaded = &bootstrap.loaded;
	auto_free char *path = NULL;
	int archive;

	loaded->store = &bootstrap.store;
	if (program_find(BUILDER, getenv("PATH"), &path) < 0)
		return error_say(err, ENOENT,
				 "there is no " BUILDER
				 " here: install the package " BUILDER);
	if (check_ids(err) < 0 ||
	    store_open(STORE_SHARED, &bootstrap.store, err) < 0)
		return -err->code;
	archive = start(&bootstrap, path, err);
	if (archive < 0 || take(&bootstrap, archive, err) < 0)
		return -err->code;
	if (loaded->ids.count != 1)
		return error_say(err, EPROTO,
				 "holt-image has told of no image");
	*ret_id = xstrdup(loaded->ids.items[0]);
	return 0;
}
