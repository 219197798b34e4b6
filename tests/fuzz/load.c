// SPDX-License-Identifier: Apache-2.0
/* Archives of images: reading one never crashes, and what is accepted is whole:
 * it has an image, and every blob of it is there.
 */
#include "image/worker/load.h"

#include <assert.h>
#include <fcntl.h>
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include "base/cleanup.h"
#include "image/worker/ingest.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A store that nothing stays in. */
static int open_store(void)
{
	char path[] = "/tmp/holt-fuzz-XXXXXX";
	struct error err;
	int fd;

	assert(mkdtemp(path));
	fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert(fd >= 0 && ingest_prepare(fd, &err) == 0);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static int store = -1;
	auto_with(load_clear) struct load load = { .parcel.dir = -1 };
	auto_with(platform_clear) struct platform platform = { 0 };
	auto_close int fd = memfd_create("archive", MFD_CLOEXEC);
	struct error err = { 0 };

	if (store < 0)
		store = open_store();
	assert(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	assert(lseek(fd, 0, SEEK_SET) == 0);
	platform_of_host(&platform);
	load.platform = &platform;
	load.reports = json_object_new_array();
	if (parcel_open(store, fd, &load.parcel, &err) < 0 ||
	    load_parcel(&load, NULL, &err) < 0) {
		assert(err.code > 0 && err.text[0]);
		return 0;
	}
	for (size_t i = 0; i < load.parcel.count; i++)
		assert(!load.parcel.files[i].is_wanted ||
		       digest_is_set(&load.parcel.files[i].content.digest));
	return 0;
}
