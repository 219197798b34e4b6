// SPDX-License-Identifier: Apache-2.0
#include "image/worker/stream.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdlib.h>

#include "base/alloc.h"
#include "image/worker/hash.h"
#include "image/worker/inflate.h"

/* Large enough that changing turns costs nothing, small enough for a cache. */
enum { PIECE_SIZE = 1 << 18, PIECES = 6 };

/* gzip makes at most 1032 bytes of one, zstd more. What is beyond this is made
 * to fill disks: a file of zeros comes to it only when it is huge.
 */
enum { RATIO_MAX = 1100 };
#define RATIO_FROM (UINT64_C(1) << 30)

struct piece {
	size_t size;
	unsigned char data[PIECE_SIZE];
};

struct stream {
	pthread_t thread;
	pthread_mutex_t mutex;
	pthread_cond_t turn;
	struct inflate *inflate;
	struct stream_limits limits;
	/* Under the mutex. */
	size_t made, used; /* pieces, ever */
	bool ended;        /* nothing more is made */
	bool stop;         /* nobody wants more */
	struct error err;  /* why it has ended; .code 0: it is the end */
	struct digest digest;
	_Atomic uint64_t taken;
	bool holds; /* a piece is with the reader */
	struct piece pieces[PIECES];
};

/* Return: 0, negative errno */
must_check static int check_size(const struct stream *stream, uint64_t total,
				 struct error *err)
{
	uint64_t taken = inflate_taken(stream->inflate);

	if (stream->limits.bytes && total > stream->limits.bytes)
		return error_say(
			err, EFBIG,
			"it is larger than %llu bytes when it is unpacked",
			(unsigned long long)stream->limits.bytes);
	if (total > RATIO_FROM && total / RATIO_MAX > taken)
		return error_say(
			err, EFBIG,
			"it becomes more than %d times as large when it is unpacked, as nothing does that is meant well",
			RATIO_MAX);
	return 0;
}

/* Return: a free piece, NULL: nobody wants more */
static struct piece *wait_for_room(struct stream *stream)
{
	struct piece *piece = NULL;

	(void)pthread_mutex_lock(&stream->mutex);
	while (stream->made - stream->used == PIECES && !stream->stop)
		(void)pthread_cond_wait(&stream->turn, &stream->mutex);
	if (!stream->stop)
		piece = &stream->pieces[stream->made % PIECES];
	(void)pthread_mutex_unlock(&stream->mutex);
	return piece;
}

static void hand_over(struct stream *stream)
{
	(void)pthread_mutex_lock(&stream->mutex);
	stream->made++;
	(void)pthread_cond_broadcast(&stream->turn);
	(void)pthread_mutex_unlock(&stream->mutex);
}

/* Fill one as far as it goes. Return: bytes, negative errno */
static ssize_t fill(struct stream *stream, struct piece *piece,
		    struct error *err)
{
	piece->size = 0;
	while (piece->size < PIECE_SIZE) {
		ssize_t count =
			inflate_read(stream->inflate, piece->data + piece->size,
				     PIECE_SIZE - piece->size, err);

		if (count < 0)
			return count;
		if (count == 0)
			break;
		piece->size += (size_t)count;
	}
	return (ssize_t)piece->size;
}

static void make_all(struct stream *stream, struct hash *hash,
		     struct error *err)
{
	uint64_t total = 0;
	struct piece *piece;

	while ((piece = wait_for_room(stream))) {
		ssize_t count = fill(stream, piece, err);

		if (count <= 0)
			return;
		total += (uint64_t)count;
		if (check_size(stream, total, err) < 0)
			return;
		stream->taken = inflate_taken(stream->inflate);
		hand_over(stream);
		/* It is only read by others. */
		hash_add(hash, piece->data, piece->size);
	}
}

static void *work(void *argument)
{
	struct stream *stream = argument;
	struct hash hash = { 0 };
	struct digest digest = { 0 };
	struct error err = { 0 };

	hash_begin(&hash);
	make_all(stream, &hash, &err);
	hash_end(&hash, &digest);
	hash_clear(&hash);
	(void)pthread_mutex_lock(&stream->mutex);
	stream->ended = true;
	stream->err = err;
	stream->digest = digest;
	(void)pthread_cond_broadcast(&stream->turn);
	(void)pthread_mutex_unlock(&stream->mutex);
	return NULL;
}

int stream_open(int fd, const struct stream_limits *limits, struct stream **ret,
		struct error *err)
{
	struct stream *stream = xcalloc(1, sizeof(*stream));
	int code;

	stream->limits = *limits;
	if (inflate_open(fd, &stream->inflate, err) < 0) {
		free(stream);
		return -err->code;
	}
	(void)pthread_mutex_init(&stream->mutex, NULL);
	(void)pthread_cond_init(&stream->turn, NULL);
	code = pthread_create(&stream->thread, NULL, work, stream);
	if (code) {
		inflate_close(stream->inflate);
		free(stream);
		return error_set(err, code, "start a thread");
	}
	*ret = stream;
	return 0;
}

ssize_t stream_next(struct stream *stream, const void **ret, struct error *err)
{
	ssize_t result = 0;

	(void)pthread_mutex_lock(&stream->mutex);
	if (stream->holds) {
		stream->used++;
		stream->holds = false;
		(void)pthread_cond_broadcast(&stream->turn);
	}
	while (stream->used == stream->made && !stream->ended)
		(void)pthread_cond_wait(&stream->turn, &stream->mutex);
	if (stream->used < stream->made) {
		const struct piece *piece =
			&stream->pieces[stream->used % PIECES];

		stream->holds = true;
		*ret = piece->data;
		result = (ssize_t)piece->size;
	} else if (stream->err.code) {
		*err = stream->err;
		result = -err->code;
	}
	(void)pthread_mutex_unlock(&stream->mutex);
	return result;
}

int stream_end(struct stream *stream, struct digest *ret, struct error *err)
{
	const void *ignored;
	ssize_t count;

	while ((count = stream_next(stream, &ignored, err)) > 0)
		continue;
	if (count < 0)
		return (int)count;
	*ret = stream->digest;
	return 0;
}

uint64_t stream_taken(struct stream *stream)
{
	return stream->taken;
}

void stream_close(struct stream *stream)
{
	if (!stream)
		return;
	(void)pthread_mutex_lock(&stream->mutex);
	stream->stop = true;
	(void)pthread_cond_broadcast(&stream->turn);
	(void)pthread_mutex_unlock(&stream->mutex);
	(void)pthread_join(stream->thread, NULL);
	inflate_close(stream->inflate);
	(void)pthread_cond_destroy(&stream->turn);
	(void)pthread_mutex_destroy(&stream->mutex);
	free(stream);
}
