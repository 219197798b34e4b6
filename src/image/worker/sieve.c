// SPDX-License-Identifier: Apache-2.0
#include "image/worker/sieve.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "image/worker/tar_header.h"
#include "image/worker/tar_records.h"

/* As Go's reader has it, which docker and podman use. */
enum { SPECIAL_MAX = 1 << 20 };

/* Where the old format of GNU tar says that a block with more of the map of a
 * file's pieces follows: in the header, in such a block.
 */
enum { SPARSE_MORE = 482, SPARSE_MORE_AGAIN = 504 };

/* What has been said of the next entry, before its own header. */
enum { BY_PAX = 1, BY_GNU_NAME = 2, BY_GNU_LINK = 4 };

enum place {
	AT_HEADER,
	AT_SPARSE_MAP,
	AT_CONTENT, /* as many bytes as .left_of_content */
	AT_ZEROS,   /* one block of them: another is the end */
	AT_END,     /* what follows is nobody's business */
};

struct sieve {
	sieve_read_fn *read;
	void *argument;
	const char *piece; /* what is left of it */
	size_t size;
	enum place place;
	uint64_t left_of_content; /* with its padding */
	unsigned int said;
	struct tar_records records; /* by pax, of the next entry */
	char *special;              /* what is passed on instead of a piece */
	size_t special_size;
};

struct sieve *sieve_new(sieve_read_fn *read, void *argument)
{
	struct sieve *sieve = xcalloc(1, sizeof(*sieve));

	sieve->read = read;
	sieve->argument = argument;
	return sieve;
}

void sieve_free(struct sieve *sieve)
{
	if (!sieve)
		return;
	tar_records_clear(&sieve->records);
	free(sieve->special);
	free(sieve);
}

static bool is_empty(const char *block)
{
	static const char zeros[TAR_BLOCK];

	return memcmp(block, zeros, TAR_BLOCK) == 0;
}

static int cut_short(struct error *err)
{
	return error_say(err, EBADMSG, "the archive is cut short");
}

static bool is_gnu(const struct tar_header *header)
{
	return memcmp(header->magic, "ustar ", 6) == 0 &&
	       memcmp(header->version, " ", 2) == 0;
}

/* ustar of POSIX, of GNU, and what was before them. */
static bool has_magic(const struct tar_header *header)
{
	static const char none[sizeof(header->magic)];

	return is_gnu(header) || memcmp(header->magic, "ustar", 6) == 0 ||
	       memcmp(header->magic, none, sizeof(none)) == 0;
}

/* Numbers that libarchive would read as far as they go. */
static bool has_numbers(const struct tar_header *header)
{
	return tar_is_number(header->mode, sizeof(header->mode)) &&
	       tar_is_number(header->uid, sizeof(header->uid)) &&
	       tar_is_number(header->gid, sizeof(header->gid)) &&
	       tar_is_number(header->mtime, sizeof(header->mtime));
}

must_check static int check_header(const struct tar_header *header,
				   uint64_t *size, struct error *err)
{
	if (!tar_has_checksum(header) || !has_magic(header))
		return error_say(err, EBADMSG,
				 "it is no tar archive, or it is damaged");
	if (!has_numbers(header) ||
	    tar_number(header->size, sizeof(header->size), size) < 0)
		return error_say(err, EBADMSG,
				 "%.100s: a number in its header is none",
				 header->name);
	return 0;
}

static bool has_content(char type)
{
	return type == TAR_FILE || type == TAR_OLD_FILE ||
	       type == TAR_CONTIGUOUS || type == TAR_GNU_SPARSE;
}

/* Some skip the content that a link says it has, and some read it as the next
 * header.
 */
must_check static int check_kind(const struct tar_header *header, uint64_t size,
				 struct error *err)
{
	if (header->type == TAR_GNU_SPARSE && !is_gnu(header))
		return error_say(
			err, EBADMSG,
			"%.100s: a file with holes, as only GNU tar writes them",
			header->name);
	if (has_content(header->type))
		return 0;
	if (header->type < TAR_HARD_LINK || header->type > TAR_FIFO)
		return error_say(
			err, EOPNOTSUPP,
			"%.100s: it is of a kind that layers don't have (%d)",
			header->name, header->type);
	if (size)
		return error_say(err, EBADMSG,
				 "%.100s: it has content, and isn't a file",
				 header->name);
	return 0;
}

/* The header of an entry, after all that is said of it. */
must_check static int pass_header(struct sieve *sieve,
				  const struct tar_header *header,
				  uint64_t size, struct error *err)
{
	if (sieve->records.has_content)
		size = sieve->records.content;
	if (check_kind(header, size, err) < 0)
		return -err->code;
	sieve->left_of_content = tar_padded(size);
	sieve->place = sieve->left_of_content ? AT_CONTENT : AT_HEADER;
	if (header->type == TAR_GNU_SPARSE &&
	    ((const char *)header)[SPARSE_MORE])
		sieve->place = AT_SPARSE_MAP;
	sieve->said = 0;
	tar_records_clear(&sieve->records);
	return 0;
}

static bool is_special(char type)
{
	return type == TAR_PAX || type == TAR_PAX_GLOBAL ||
	       type == TAR_GNU_NAME || type == TAR_GNU_LINK;
}

/* Go writes a name of no ASCII character as an empty one, with a record beside
 * it; libarchive doesn't take what has an empty target for a symbolic link.
 */
static bool needs_target(const struct sieve *sieve,
			 const struct tar_header *header)
{
	return (sieve->records.has_target || (sieve->said & BY_GNU_LINK)) &&
	       !*header->link;
}

/* Return: 1: the block may pass, 0: it is to be replaced, negative errno */
must_check static int look_at(struct sieve *sieve, const char *block,
			      struct error *err)
{
	struct tar_header header;
	uint64_t size = 0;

	if (is_empty(block)) {
		if (sieve->said)
			return cut_short(err);
		sieve->place = sieve->place == AT_ZEROS ? AT_END : AT_ZEROS;
		return 1;
	}
	if (sieve->place == AT_ZEROS)
		return error_say(
			err, EBADMSG,
			"after the mark of its end the archive goes on");
	memcpy(&header, block, sizeof(header));
	if (check_header(&header, &size, err) < 0)
		return -err->code;
	if (is_special(header.type) || needs_target(sieve, &header))
		return 0;
	return pass_header(sieve, &header, size, err) < 0 ? -err->code : 1;
}

static void pass_map(struct sieve *sieve, const char *block)
{
	if (block[SPARSE_MORE_AGAIN])
		return;
	sieve->place = sieve->left_of_content ? AT_CONTENT : AT_HEADER;
}

/* One step on in a piece. Return: bytes that may pass, 0: what is here is to be
 * replaced, negative errno
 */
must_check static ssize_t step(struct sieve *sieve, struct error *err)
{
	size_t size = sieve->size;
	int result;

	if (sieve->place == AT_END)
		return (ssize_t)size;
	if (sieve->place == AT_CONTENT) {
		if (size > sieve->left_of_content)
			size = (size_t)sieve->left_of_content;
		sieve->left_of_content -= size;
		if (!sieve->left_of_content)
			sieve->place = AT_HEADER;
		return (ssize_t)size;
	}
	if (size < TAR_BLOCK)
		return cut_short(err);
	if (sieve->place == AT_SPARSE_MAP) {
		pass_map(sieve, sieve->piece);
		return TAR_BLOCK;
	}
	result = look_at(sieve, sieve->piece, err);
	return result > 0 ? TAR_BLOCK : result;
}

/* As much as may pass at once. Return: bytes; 0: nothing, what is here is to be
 * replaced; negative errno
 */
must_check static ssize_t pass(struct sieve *sieve, const void **ret,
			       struct error *err)
{
	const char *from = sieve->piece;

	while (sieve->size) {
		ssize_t size = step(sieve, err);

		if (size < 0)
			return size;
		if (size == 0)
			break;
		sieve->piece += size;
		sieve->size -= (size_t)size;
	}
	*ret = from;
	return sieve->piece - from;
}

/* Return: 1, 0: there is nothing more, negative errno */
must_check static int refill(struct sieve *sieve, struct error *err)
{
	const void *piece;
	ssize_t size = sieve->read(sieve->argument, &piece, err);

	if (size <= 0)
		return (int)size;
	sieve->piece = piece;
	sieve->size = (size_t)size;
	return 1;
}

/* Bring in the @size bytes that come next. */
must_check static int collect(struct sieve *sieve, char *to, size_t size,
			      struct error *err)
{
	size_t done = 0;

	while (done < size) {
		size_t room = size - done;
		int result = sieve->size ? 1 : refill(sieve, err);

		if (result < 0)
			return result;
		if (result == 0)
			return cut_short(err);
		if (room > sieve->size)
			room = sieve->size;
		memcpy(to + done, sieve->piece, room);
		sieve->piece += room;
		sieve->size -= room;
		done += room;
	}
	return 0;
}

static void put_special(struct sieve *sieve, struct tar_header *header,
			const char *content, size_t size)
{
	size_t padded = (size_t)tar_padded(size);

	tar_set_checksum(header);
	free(sieve->special);
	sieve->special_size = sizeof(*header) + padded;
	sieve->special = xcalloc(1, sieve->special_size);
	memcpy(sieve->special, header, sizeof(*header));
	if (size)
		memcpy(sieve->special + sizeof(*header), content, size);
}

/* A name ends with its first zero: nothing hides behind that. */
must_check static int put_gnu(struct sieve *sieve, struct tar_header *header,
			      const char *content, size_t size,
			      struct error *err)
{
	unsigned int kind =
		header->type == TAR_GNU_NAME ? BY_GNU_NAME : BY_GNU_LINK;
	size_t length = strnlen(content, size);

	for (size_t i = length; i < size; i++)
		if (content[i])
			return error_say(err, EBADMSG,
					 "%.100s: a name with a zero in it",
					 content);
	if (!length || (sieve->said & (kind | BY_PAX)))
		return error_say(err, EBADMSG, "an entry with two names");
	sieve->said |= kind;
	put_special(sieve, header, content, size);
	return 0;
}

must_check static int put_pax(struct sieve *sieve, struct tar_header *header,
			      const char *content, size_t size,
			      struct error *err)
{
	if (header->type == TAR_PAX_GLOBAL)
		return tar_records_ignore(content, size, err);
	/* Some would take these records as those of the long name. */
	if (sieve->said)
		return error_say(err, EBADMSG, "an entry with two headers");
	if (tar_records_read(content, size, &sieve->records, err) < 0)
		return -err->code;
	sieve->said |= BY_PAX;
	if (!sieve->records.size)
		return 0;
	tar_set_size(header, sieve->records.size);
	put_special(sieve, header, sieve->records.text, sieve->records.size);
	return 0;
}

/* The record has the true one. */
must_check static int put_target(struct sieve *sieve, struct tar_header *header,
				 uint64_t size, struct error *err)
{
	if (pass_header(sieve, header, size, err) < 0)
		return -err->code;
	*header->link = '-';
	put_special(sieve, header, NULL, 0);
	return 0;
}

/* What comes next is about the entry that follows, or is its header. */
must_check static int replace(struct sieve *sieve, struct error *err)
{
	auto_free char *content = NULL;
	struct tar_header header = { .type = TAR_FILE };
	uint64_t size = 0;
	int result;

	if (collect(sieve, (char *)&header, sizeof(header), err) < 0 ||
	    check_header(&header, &size, err) < 0)
		return -err->code;
	if (!is_special(header.type))
		return put_target(sieve, &header, size, err);
	if (size > SPECIAL_MAX)
		return error_say(
			err, EFBIG,
			"a header of %llu bytes is more than there can be to say",
			(unsigned long long)size);
	content = xcalloc(1, (size_t)tar_padded(size) + 1);
	if (collect(sieve, content, (size_t)tar_padded(size), err) < 0)
		return -err->code;
	if (header.type == TAR_PAX || header.type == TAR_PAX_GLOBAL)
		result = put_pax(sieve, &header, content, (size_t)size, err);
	else
		result = put_gnu(sieve, &header, content, (size_t)size, err);
	return result < 0 ? error_wrap(err, "%.100s", header.name) : 0;
}

/* The archive may end between two entries. */
must_check static int check_end(const struct sieve *sieve, struct error *err)
{
	if (sieve->said || sieve->place == AT_SPARSE_MAP ||
	    sieve->place == AT_CONTENT)
		return cut_short(err);
	return 0;
}

ssize_t sieve_next(struct sieve *sieve, const void **ret, struct error *err)
{
	ssize_t size = 0;

	while (size == 0) {
		int result = sieve->size ? 1 : refill(sieve, err);

		if (result <= 0)
			return result < 0 ? result : check_end(sieve, err);
		size = pass(sieve, ret, err);
		if (size != 0)
			break;
		sieve->special_size = 0;
		if (replace(sieve, err) < 0)
			return -err->code;
		*ret = sieve->special;
		size = (ssize_t)sieve->special_size;
	}
	return size;
}
