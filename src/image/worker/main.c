// SPDX-License-Identifier: Apache-2.0
/* holt-image: reads what comes from elsewhere, registries and archives, so that
 * holt doesn't have to. holt starts one for each job; holt-image(1) says what
 * goes in and out.
 */
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "base/exit.h"
#include "image/worker/measure.h"
#include "image/worker/pack.h"
#include "image/worker/remove.h"
#include "image/worker/report.h"
#include "image/worker/unpack.h"
#include "image/worker/verify.h"
#include "image/worker/work.h"

static const struct work works[] = {
	{ "fetch", "bring an image from a registry into the store",
	  work_fetch },
	{ "login", "see whether a registry knows us", work_login },
	{ "push", "bring an image from the store to a registry", work_push },
	{ "tags", "list the tags of a repository", work_tags },
	{ "import", "make an image of a tar archive of a root", work_import },
	{ "load", "bring images from an archive or a directory into the store",
	  work_load },
	{ "save", "write images of the store into an archive or a directory",
	  work_save },
	{ "unpack", "make a directory of a layer", unpack_work },
	{ "flatten", "copy what layers show together", work_flatten },
	{ "pack", "make an archive of a tree", pack_work },
	{ "remove", "remove trees", remove_work },
	{ "measure", "add up what trees take on the disk", measure_work },
	{ "verify", "look for damaged blobs", verify_work },
	{ 0 },
};

static int help(void)
{
	(void)puts("Usage: holt-image JOB\n"
		   "\n"
		   "Started by holt: see holt-image(1).\n"
		   "\n"
		   "Jobs:");
	for (const struct work *work = works; work->name; work++)
		(void)printf("  %-10s %s\n", work->name, work->summary);
	return fflush(stdout) == 0 ? 0 : EXIT_HOLT;
}

/* Whoever wanted this is gone: so is the reason to go on. */
static void die_with_parent(void)
{
	pid_t parent = getppid();

	(void)prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != parent)
		_exit(EXIT_HOLT);
}

static const struct work *find_work(const char *name)
{
	for (const struct work *work = works; work->name; work++)
		if (strcmp(work->name, name) == 0)
			return work;
	return NULL;
}

int main(int argc, char **argv)
{
	const struct work *work = argc == 2 ? find_work(argv[1]) : NULL;
	struct error err = { 0 };

	if (argc == 2 && strcmp(argv[1], "--version") == 0)
		return puts("holt-image " HOLT_VERSION) < 0 ? EXIT_HOLT : 0;
	if (argc == 2 && strcmp(argv[1], "--help") == 0)
		return help();
	if (!work) {
		(void)fprintf(stderr,
			      "holt-image: name one job: see 'holt-image "
			      "--help'\n");
		return EXIT_HOLT;
	}
	die_with_parent();
	if (work->run(&err) < 0) {
		report_error(&err);
		return EXIT_HOLT;
	}
	report_send(report_new("done"));
	return 0;
}
