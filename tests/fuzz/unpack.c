// SPDX-License-Identifier: Apache-2.0
/* Layers: unpacking one, over another, never crashes, and never changes
 * anything but its own directory. Input is read as a list of entries, of names
 * that mean something, so that checksums are right and paths meet each other.
 */
#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/cleanup.h"
#include "image/worker/entry.h"
#include "image/worker/metadata.h"
#include "image/worker/remove.h"
#include "image/worker/sieve.h"
#include "image/worker/tar_header.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { ENTRIES_MAX = 24, ARCHIVE_MAX = 1 << 17, PATH_ROOM = 512 };

struct input {
	const uint8_t *at;
	size_t left;
};

struct layer {
	char bytes[ARCHIVE_MAX];
	size_t size, read;
};

static int base = -1;
static struct stat canaries[3];
static const char *const canary_names[] = { "canary", "canary/file", "." };

static unsigned int next(struct input *input)
{
	if (!input->left)
		return 0;
	input->left--;
	return *input->at++;
}

static void look_at_canaries(struct stat *ret)
{
	for (size_t i = 0; i < ARRAY_COUNT(canary_names); i++)
		assert(fstatat(base, canary_names[i], &ret[i],
			       AT_SYMLINK_NOFOLLOW) == 0);
}

/* All that an entry could change of a file changes this time, too. */
static void check_canaries(void)
{
	struct stat now[ARRAY_COUNT(canary_names)];

	look_at_canaries(now);
	for (size_t i = 0; i < ARRAY_COUNT(canary_names); i++)
		assert(now[i].st_ino == canaries[i].st_ino &&
		       now[i].st_ctim.tv_sec == canaries[i].st_ctim.tv_sec &&
		       now[i].st_ctim.tv_nsec == canaries[i].st_ctim.tv_nsec);
}

static void begin(void)
{
	char path[] = "/tmp/holt-fuzz-XXXXXX";

	assert(mkdtemp(path) && chdir(path) == 0);
	base = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert(base >= 0 && mkdir("canary", 0755) == 0 &&
	       mkdir("work", 0755) == 0);
	close(open("canary/file", O_WRONLY | O_CREAT | O_CLOEXEC, 0644));
	(void)umask(0);
	/* Later than anything that was done up to here. */
	usleep(20000);
	look_at_canaries(canaries);
}

static void make_path(struct input *input, char *to)
{
	static const char *const words[] = {
		"a",
		"b",
		"c",
		"..",
		".",
		"",
		"d",
		".wh.a",
		".wh.b",
		".wh.",
		".wh..wh..opq",
		"canary",
		"\xff",
		".wh..",
		"work",
		"file",
		"../../canary/file",
		"long",
	};
	unsigned int count = next(input) % 6;

	*to = '\0';
	for (unsigned int i = 0; i < count; i++) {
		const char *word = words[next(input) % ARRAY_COUNT(words)];

		strcat(to, i || next(input) % 8 == 0 ? "/" : "");
		strcat(to, word);
	}
}

static void add(struct layer *layer, const void *data, size_t size)
{
	size_t padded = (size_t)tar_padded(size);

	if (layer->size + padded > sizeof(layer->bytes))
		return;
	memset(layer->bytes + layer->size, 0, padded);
	memcpy(layer->bytes + layer->size, data, size);
	layer->size += padded;
}

static void add_header(struct layer *layer, struct tar_header *header)
{
	tar_set_checksum(header);
	add(layer, header, sizeof(*header));
}

/* Any bytes, as a header of its own: records of pax, names of GNU. */
static void add_special(struct input *input, char type, struct layer *layer)
{
	struct tar_header header = { .type = type, .magic = "ustar" };
	size_t size = next(input);

	if (size > input->left)
		size = input->left;
	tar_set_size(&header, size);
	add_header(layer, &header);
	add(layer, input->at, size);
	input->at += size;
	input->left -= size;
}

static void add_record(struct input *input, const char *key,
		       struct layer *layer)
{
	struct tar_header header = { .type = TAR_PAX, .magic = "ustar" };
	char path[PATH_ROOM], text[PATH_ROOM + 64];
	int rest;

	make_path(input, path);
	rest = snprintf(text, sizeof(text), " %s=%s\n", key, path);
	rest = snprintf(text, sizeof(text), "%d %s=%s\n",
			rest + (rest + 2 > 99  ? 3
				: rest + 1 > 9 ? 2
					       : 1),
			key, path);
	tar_set_size(&header, (size_t)rest);
	add_header(layer, &header);
	add(layer, text, (size_t)rest);
}

static void add_entry(struct input *input, struct layer *layer)
{
	static const char types[] = "00005555112236";
	struct tar_header header = { .magic = "ustar" };
	char path[PATH_ROOM];
	static const char content[600] = "content";
	size_t size = 0;

	header.type = types[next(input) % (sizeof(types) - 1)];
	make_path(input, path);
	(void)snprintf(header.name, sizeof(header.name), "%s", path);
	make_path(input, path);
	if (header.type == TAR_HARD_LINK || header.type == TAR_SYMLINK)
		(void)snprintf(header.link, sizeof(header.link), "%s", path);
	(void)snprintf(header.mode, sizeof(header.mode), "%07o",
		       next(input) << 4 | next(input));
	(void)snprintf(header.uid, sizeof(header.uid), "%07o", next(input));
	(void)snprintf(header.mtime, sizeof(header.mtime), "%011o",
		       next(input));
	if (header.type == TAR_FILE)
		size = next(input) * 2;
	tar_set_size(&header, size);
	add_header(layer, &header);
	add(layer, content, size);
}

static void make_layer(struct input *input, struct layer *layer)
{
	unsigned int count = next(input) % ENTRIES_MAX;

	layer->size = layer->read = 0;
	for (unsigned int i = 0; i < count && input->left; i++) {
		switch (next(input) % 16) {
		case 0:
			add_special(input, (char)next(input), layer);
			break;
		case 1:
			add_record(input, "path", layer);
			break;
		case 2:
			add_record(input, "linkpath", layer);
			break;
		default:
			add_entry(input, layer);
		}
	}
}

static ssize_t read_layer(void *argument, const void **ret, struct error *err)
{
	struct layer *layer = argument;
	size_t size = layer->size - layer->read;

	(void)err;
	*ret = layer->bytes + layer->read;
	layer->read = layer->size;
	return (ssize_t)size;
}

struct source {
	struct sieve *sieve;
	struct error *err;
};

static la_ssize_t read_piece(struct archive *archive, void *argument,
			     const void **ret)
{
	struct source *source = argument;
	ssize_t size = sieve_next(source->sieve, ret, source->err);

	(void)archive;
	return size < 0 ? ARCHIVE_FATAL : size;
}

static int put_all(struct unpacking *unpacking, struct error *err)
{
	struct archive_entry *entry;
	int result;

	while ((result = archive_read_next_header(unpacking->archive,
						  &entry)) == ARCHIVE_OK)
		if (entry_put(unpacking, entry, err) < 0)
			return -err->code;
	return result == ARCHIVE_EOF ? 0
				     : archive_failure(unpacking->archive, err);
}

/* As the job does it, but for whom files belong to. */
static void unpack(struct layer *layer, int upper, int lower)
{
	struct unpacking unpacking = {
		.place = { .upper = upper, .lower = lower },
		.single_id = true,
		.files_max = 1000,
	};
	struct error err = { 0 };
	struct source source = { sieve_new(read_layer, layer), &err };

	place_init(&unpacking.place);
	unpacking.place.lower = lower;
	unpacking.place.finish = &unpacking.finish;
	unpacking.archive = archive_read_new();
	(void)archive_read_support_format_tar(unpacking.archive);
	(void)archive_read_support_format_empty(unpacking.archive);
	if (archive_read_open2(unpacking.archive, &source, NULL, read_piece,
			       NULL, NULL) == ARCHIVE_OK &&
	    put_all(&unpacking, &err) < 0)
		assert(err.code > 0 && err.text[0]);
	err = (struct error){ 0 };
	(void)!finish_run(&unpacking.finish, upper, &err);
	(void)archive_read_free(unpacking.archive);
	sieve_free(source.sieve);
	place_clear(&unpacking.place);
	finish_clear(&unpacking.finish);
	names_clear(&unpacking.left_out);
	names_clear(&unpacking.copied);
}

static int make_directory(const char *path)
{
	int fd;

	assert(mkdirat(base, path, 0755) == 0);
	fd = openat(base, path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert(fd >= 0);
	return fd;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct layer layer;
	struct input input = { data, size };
	struct error err = { 0 };

	if (base < 0)
		begin();

	auto_close int work =
		openat(base, "work", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	auto_close int lower = make_directory("work/lower");
	auto_close int upper = make_directory("work/upper");

	make_layer(&input, &layer);
	unpack(&layer, lower, -1);
	make_layer(&input, &layer);
	unpack(&layer, upper, lower);
	check_canaries();
	assert(remove_tree(work, "lower", work, &err) == 0);
	assert(remove_tree(work, "upper", work, &err) == 0);
	return 0;
}
