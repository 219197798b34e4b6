// SPDX-License-Identifier: Apache-2.0
#include "image/worker/inflate.h"

#include <isa-l/igzip_lib.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "base/alloc.h"
#include "base/cleanup.h"

enum {
	INPUT_SIZE = 1 << 17, /* bytes that are read at a time */
	MAGIC_SIZE = 6,
	WINDOW_LOG_MAX = 27 /* of zstd: 128 MiB, as other tools allow */
};

struct inflate {
	int fd;
	enum compression compression;
	uint64_t taken;
	size_t at, filled; /* of .input */
	bool ended;        /* there is no more input */
	bool within;       /* a member or frame has begun and not ended */
	struct inflate_state gzip;
	ZSTD_DStream *zstd;
	unsigned char input[INPUT_SIZE];
};

static const struct {
	const char *magic;
	size_t length;
	enum compression compression;
	const char *refused; /* name of what isn't supported */
} kinds[] = {
	{ "\x1f\x8b", 2, COMPRESSION_GZIP, NULL },
	{ "\x28\xb5\x2f\xfd", 4, COMPRESSION_ZSTD, NULL },
	{ "\xfd"
	  "7zXZ\0",
	  6, COMPRESSION_UNKNOWN, "xz" },
	{ "BZh", 3, COMPRESSION_UNKNOWN, "bzip2" },
	{ "\x04\x22\x4d\x18", 4, COMPRESSION_UNKNOWN, "lz4" },
};

/* Zstd's frames that say nothing: 0x184D2A50 to 5F. */
static bool is_skippable(const unsigned char *at)
{
	return (at[0] & 0xf0) == 0x50 && memcmp(at + 1, "\x2a\x4d\x18", 3) == 0;
}

/* Return: 0, negative errno */
must_check static int refill(struct inflate *inflate, struct error *err)
{
	ssize_t count;

	if (inflate->at < inflate->filled || inflate->ended)
		return 0;
	do {
		count = read(inflate->fd, inflate->input, INPUT_SIZE);
	} while (count < 0 && errno == EINTR);
	if (count < 0)
		return error_set(err, errno, "read the layer");
	inflate->at = 0;
	inflate->filled = (size_t)count;
	inflate->taken += (uint64_t)count;
	inflate->ended = count == 0;
	return 0;
}

/* The first bytes, however few come at a time. */
must_check static int read_magic(struct inflate *inflate, struct error *err)
{
	while (inflate->filled < MAGIC_SIZE) {
		ssize_t count =
			read(inflate->fd, inflate->input + inflate->filled,
			     INPUT_SIZE - inflate->filled);

		if (count < 0 && errno == EINTR)
			continue;
		if (count < 0)
			return error_set(err, errno, "read the layer");
		if (count == 0)
			break;
		inflate->filled += (size_t)count;
	}
	inflate->taken = inflate->filled;
	return 0;
}

must_check static int recognise(struct inflate *inflate, struct error *err)
{
	if (read_magic(inflate, err) < 0)
		return -err->code;
	inflate->compression = COMPRESSION_NONE;
	for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
		if (inflate->filled < kinds[i].length ||
		    memcmp(inflate->input, kinds[i].magic, kinds[i].length) !=
			    0)
			continue;
		if (kinds[i].refused)
			return error_say(
				err, EOPNOTSUPP,
				"it is compressed by %s, which layers of images aren't: gzip, zstd or nothing",
				kinds[i].refused);
		inflate->compression = kinds[i].compression;
	}
	if (inflate->filled >= 4 && is_skippable(inflate->input))
		inflate->compression = COMPRESSION_ZSTD;
	return 0;
}

static void begin_member(struct inflate *inflate)
{
	isal_inflate_init(&inflate->gzip);
	inflate->gzip.crc_flag = ISAL_GZIP;
	inflate->within = true;
}

int inflate_open(int fd, struct inflate **ret, struct error *err)
{
	struct inflate *inflate = xcalloc(1, sizeof(*inflate));

	inflate->fd = fd;
	if (recognise(inflate, err) < 0) {
		free(inflate);
		return -err->code;
	}
	if (inflate->compression == COMPRESSION_GZIP)
		begin_member(inflate);
	if (inflate->compression == COMPRESSION_ZSTD) {
		inflate->zstd = ZSTD_createDStream();
		if (!inflate->zstd ||
		    ZSTD_isError(ZSTD_DCtx_setParameter(inflate->zstd,
							ZSTD_d_windowLogMax,
							WINDOW_LOG_MAX))) {
			inflate_close(inflate);
			return error_set(err, ENOMEM, "begin to decompress");
		}
	}
	*ret = inflate;
	return 0;
}

must_check static int cut_off(struct error *err)
{
	return error_say(err, EBADMSG,
			 "it is cut off: its compressed data has no end");
}

static ssize_t read_plain(struct inflate *inflate, void *buffer, size_t size,
			  struct error *err)
{
	size_t count;

	if (refill(inflate, err) < 0)
		return -err->code;
	count = inflate->filled - inflate->at;
	if (count > size)
		count = size;
	memcpy(buffer, inflate->input + inflate->at, count);
	inflate->at += count;
	return (ssize_t)count;
}

/* Behind a member comes another, or zeros (tapes have them), or the end.
 * Return: 1: another, 0: the end, negative errno
 */
must_check static int next_member(struct inflate *inflate, struct error *err)
{
	for (;;) {
		if (refill(inflate, err) < 0)
			return -err->code;
		if (inflate->at == inflate->filled)
			return 0;
		if (inflate->input[inflate->at] == 0x1f) {
			begin_member(inflate);
			return 1;
		}
		if (inflate->input[inflate->at] != 0)
			return error_say(
				err, EBADMSG,
				"behind its compressed data there is something else");
		inflate->at++;
	}
}

/* Go on with a member. Return: 0, negative errno */
must_check static int inflate_some(struct inflate *inflate, struct error *err)
{
	struct inflate_state *state = &inflate->gzip;
	uint32_t room = state->avail_out;
	int result;

	if (refill(inflate, err) < 0)
		return -err->code;
	state->next_in = inflate->input + inflate->at;
	state->avail_in = (uint32_t)(inflate->filled - inflate->at);
	result = isal_inflate(state);
	inflate->at = inflate->filled - state->avail_in;
	if (result != ISAL_DECOMP_OK && result != ISAL_END_INPUT)
		return error_say(err, EBADMSG,
				 "it is damaged: its gzip data %s",
				 result == ISAL_INCORRECT_CHECKSUM
					 ? "has another check sum"
					 : "makes no sense");
	if (state->block_state == ISAL_BLOCK_FINISH)
		inflate->within = false;
	else if (inflate->ended && state->avail_out == room)
		return cut_off(err);
	return 0;
}

static ssize_t read_gzip(struct inflate *inflate, void *buffer, size_t size,
			 struct error *err)
{
	struct inflate_state *state = &inflate->gzip;

	do {
		if (!inflate->within) {
			int more = next_member(inflate, err);

			if (more <= 0)
				return more;
		}
		state->next_out = buffer;
		state->avail_out = (uint32_t)size;
		if (inflate_some(inflate, err) < 0)
			return -err->code;
	} while (state->avail_out == size);
	return (ssize_t)(size - state->avail_out);
}

static ssize_t read_zstd(struct inflate *inflate, void *buffer, size_t size,
			 struct error *err)
{
	ZSTD_outBuffer out = { buffer, size, 0 };

	while (out.pos == 0) {
		ZSTD_inBuffer in;
		size_t result;

		if (refill(inflate, err) < 0)
			return -err->code;
		if (inflate->ended && !inflate->within)
			return 0;
		in = (ZSTD_inBuffer){ inflate->input, inflate->filled,
				      inflate->at };
		result = ZSTD_decompressStream(inflate->zstd, &out, &in);
		inflate->at = in.pos;
		if (ZSTD_isError(result))
			return error_say(err, EBADMSG,
					 "it is damaged: its zstd data: %s",
					 ZSTD_getErrorName(result));
		inflate->within = result != 0;
		if (inflate->ended && inflate->within && out.pos == 0)
			return cut_off(err);
	}
	return (ssize_t)out.pos;
}

ssize_t inflate_read(struct inflate *inflate, void *buffer, size_t size,
		     struct error *err)
{
	switch (inflate->compression) {
	case COMPRESSION_GZIP:
		return read_gzip(inflate, buffer, size, err);
	case COMPRESSION_ZSTD:
		return read_zstd(inflate, buffer, size, err);
	case COMPRESSION_NONE:
	case COMPRESSION_UNKNOWN:
		break;
	}
	return read_plain(inflate, buffer, size, err);
}

uint64_t inflate_taken(const struct inflate *inflate)
{
	return inflate->taken;
}

void inflate_close(struct inflate *inflate)
{
	if (!inflate)
		return;
	(void)ZSTD_freeDStream(inflate->zstd);
	free(inflate);
}
