// SPDX-License-Identifier: Apache-2.0
/* What is known while a layer is unpacked. */
#ifndef IMAGE_WORKER_UNPACKING_H
#define IMAGE_WORKER_UNPACKING_H

#include <archive.h>
#include <archive_entry.h>

#include "image/worker/names.h"
#include "image/worker/place.h"

/* What a layer has come to, for the report. */
struct unpacked {
	unsigned long files;   /* entries of all kinds */
	unsigned long bytes;   /* of files' content */
	unsigned long devices; /* that were left out */
	unsigned long sockets; /* the same */
};

/* Everything that putting an entry needs. */
struct unpacking {
	struct archive *archive;
	struct place place;
	struct finish finish;
	struct unpacked done;
	struct names left_out; /* devices and sockets, without symlinks */
	struct names copied;   /* from below, for another name's sake */
	unsigned long files_max;
	bool single_id; /* owners are written down, not set */
};

#endif
