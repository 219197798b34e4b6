// SPDX-License-Identifier: Apache-2.0
/* A directory for one test, with what the test puts into it. */
#ifndef UNIT_SCRATCH_H
#define UNIT_SCRATCH_H

#include <stdbool.h>

/** scratch_open() - Make an empty directory; O_PATH descriptor of it. */
int scratch_open(void);

/** scratch_path() - Where the directory is; valid until scratch_remove(). */
const char *scratch_path(void);

/** scratch_remove() - Remove it with everything in it. */
void scratch_remove(void);

/** scratch_has() - Is there anything at @path, not following a last symlink? */
bool scratch_has(int dir, const char *path);

/** scratch_write() - Make the file @path with @text in it. */
void scratch_write(int dir, const char *path, const char *text);

#endif
