// SPDX-License-Identifier: Apache-2.0
#include "image/worker/tar_header.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

_Static_assert(sizeof(struct tar_header) == TAR_BLOCK, "a header is a block");

/* The first byte of a number in binary: of one that is negative, and of others.
 */
enum { BINARY = 0x80, BINARY_NEGATIVE = 0xff };

enum { BINARY_SIZE = sizeof(uint64_t) };

uint64_t tar_padded(uint64_t size)
{
	return (size + TAR_BLOCK - 1) / TAR_BLOCK * TAR_BLOCK;
}

must_check static int binary_number(const char *field, size_t size,
				    uint64_t *ret)
{
	size_t high = size > BINARY_SIZE ? size - BINARY_SIZE : 1;
	uint64_t number = 0;

	for (size_t i = 1; i < high; i++)
		if (field[i])
			return -EBADMSG;
	for (size_t i = high; i < size; i++)
		number = number << 8 | (unsigned char)field[i];
	if (number > INT64_MAX)
		return -EBADMSG;
	*ret = number;
	return 0;
}

int tar_number(const char *field, size_t size, uint64_t *ret)
{
	uint64_t number = 0;
	size_t i = 0;

	if ((unsigned char)*field == BINARY)
		return binary_number(field, size, ret);
	while (i < size && field[i] == ' ')
		i++;
	for (; i < size && field[i] >= '0' && field[i] <= '7'; i++)
		number = number << 3 | (uint64_t)(field[i] - '0');
	if (i < size && field[i] != '\0' && field[i] != ' ')
		return -EBADMSG;
	*ret = number;
	return 0;
}

bool tar_is_number(const char *field, size_t size)
{
	uint64_t ignored;

	return (unsigned char)*field == BINARY_NEGATIVE ||
	       tar_number(field, size, &ignored) == 0;
}

void tar_set_size(struct tar_header *header, uint64_t size)
{
	if (size >> 33 == 0) {
		(void)snprintf(header->size, sizeof(header->size), "%011lo",
			       size);
		return;
	}
	memset(header->size, 0, sizeof(header->size));
	header->size[0] = (char)BINARY;
	for (size_t i = sizeof(header->size); i-- > 4; size >>= 8)
		header->size[i] = (char)(size & 0xff);
}

/* With spaces in the place of the checksum itself. */
static unsigned int sum(const struct tar_header *header)
{
	struct tar_header copy = *header;
	unsigned char bytes[sizeof(copy)];
	unsigned int result = 0;

	memset(copy.checksum, ' ', sizeof(copy.checksum));
	memcpy(bytes, &copy, sizeof(copy));
	for (size_t i = 0; i < sizeof(bytes); i++)
		result += bytes[i];
	return result;
}

void tar_set_checksum(struct tar_header *header)
{
	unsigned int result = sum(header);

	memset(header->checksum, ' ', sizeof(header->checksum));
	(void)snprintf(header->checksum, sizeof(header->checksum) - 1, "%06o",
		       result & 0777777);
}

bool tar_has_checksum(const struct tar_header *header)
{
	uint64_t told;

	return tar_number(header->checksum, sizeof(header->checksum), &told) ==
		       0 &&
	       told == sum(header);
}
