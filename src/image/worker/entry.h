// SPDX-License-Identifier: Apache-2.0
/* One entry of a layer, put into the tree. */
#ifndef IMAGE_WORKER_ENTRY_H
#define IMAGE_WORKER_ENTRY_H

#include "image/worker/unpacking.h"

/** entry_put() - The entry that the archive stands at. Return: 0, negative
 * errno
 */
must_check int entry_put(struct unpacking *unpacking,
			 struct archive_entry *entry, struct error *err);

#endif
