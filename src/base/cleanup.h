// SPDX-License-Identifier: Apache-2.0
/* Scope-bound ownership: a variable so marked gives its resource back by
 * itself when it goes out of scope. Always initialise it (NULL, -1).
 */
#ifndef BASE_CLEANUP_H
#define BASE_CLEANUP_H

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define auto_with(fn) __attribute__((cleanup(fn)))
#define auto_free     auto_with(cleanup_free)
#define auto_close    auto_with(cleanup_close)
#define auto_fclose   auto_with(cleanup_fclose)
#define auto_closedir auto_with(cleanup_closedir)

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))

static inline void cleanup_free(void *p)
{
	free(*(void **)p);
}

static inline void cleanup_close(const int *fd)
{
	if (*fd >= 0)
		close(*fd);
}

static inline void cleanup_fclose(FILE **file)
{
	if (*file)
		(void)fclose(*file);
}

static inline void cleanup_closedir(DIR **dir)
{
	if (*dir)
		(void)closedir(*dir);
}

/** Give up an automatic descriptor: returns it and leaves -1 behind. */
static inline int steal_fd(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

/** Give up an automatic pointer: returns it and leaves NULL behind. */
static inline void *steal_ptr(void *p)
{
	void **where = p;
	void *taken = *where;

	*where = NULL;
	return taken;
}

#endif
