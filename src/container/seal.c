// SPDX-License-Identifier: Apache-2.0
#include "container/seal.h"

#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"
#include "base/proc.h"

/* Nobody has it mapped to write, so that no future write means none at all.
 * F_SEAL_WRITE would look for such mappings, take pages that the kernel just
 * moves for some, and fail with EBUSY on a machine short of memory.
 */
#define SEALS (F_SEAL_SEAL | F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_FUTURE_WRITE)

#ifndef MFD_EXEC
#define MFD_EXEC 0x0010U
#endif

extern char **environ;

/* Could somebody in a container of ours, who may have our ids, write it? */
static bool is_writable(int self)
{
	struct stat st;

	if (fstat(self, &st) < 0)
		return true;
	return st.st_uid == geteuid() ||
	       faccessat(self, "", W_OK, AT_EMPTY_PATH) == 0;
}

static int copy_sealed(int self, struct error *err)
{
	auto_close int copy = memfd_create(
		"holt", MFD_CLOEXEC | MFD_ALLOW_SEALING | MFD_EXEC);
	ssize_t n;

	/* Before Linux 6.3 the flag isn't known, and not needed. */
	if (copy < 0 && errno == EINVAL)
		copy = memfd_create("holt", MFD_CLOEXEC | MFD_ALLOW_SEALING);
	if (copy < 0)
		return error_set(err, errno, "make a copy of holt in memory");
	do {
		n = sendfile(copy, self, NULL, 0x7ffff000);
	} while (n > 0);
	if (n < 0 || fcntl(copy, F_ADD_SEALS, SEALS) < 0)
		return error_set(err, errno, "seal a copy of holt in memory");
	return steal_fd(&copy);
}

/* The words we were started with, as the kernel keeps them. */
static int read_arguments(struct strv *ret, struct error *err)
{
	auto_free char *text = NULL;
	size_t size;

	if (file_read_text("/proc/self/cmdline", 64U << 20, &text, &size, err) <
	    0)
		return -err->code;
	for (size_t at = 0; at < size; at += strlen(text + at) + 1)
		strv_add(ret, xstrdup(text + at));
	return 0;
}

int seal_own_program(struct error *err)
{
	auto_close int self = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	auto_with(strv_clear) struct strv argv = { 0 };
	char path[PATH_MAX];
	ssize_t size;

	if (self < 0)
		return error_set(err, errno, "open /proc/self/exe");
	if (fcntl(self, F_GET_SEALS) == SEALS) {
		/* Named after a descriptor, as it was started by one. */
		(void)prctl(PR_SET_NAME, "holt");
		return 0;
	}
	if (!is_writable(self))
		return 0;
	size = readlink("/proc/self/exe", path, sizeof(path) - 1);
	if (size < 0)
		return error_set(err, errno, "readlink /proc/self/exe");
	path[size] = '\0';
	if (setenv(PROGRAM_PATH_VARIABLE, path, 1) < 0 ||
	    read_arguments(&argv, err) < 0)
		return error_set(err, errno, "start anew from a sealed copy");

	auto_close int copy = copy_sealed(self, err);

	if (copy < 0)
		return -err->code;
	if (argv.items)
		fexecve(copy, argv.items, environ);
	return error_set(err, errno, "start anew from a sealed copy");
}
