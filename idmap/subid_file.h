// SPDX-License-Identifier: Apache-2.0
/* The lines of /etc/subuid and /etc/subgid, OWNER:FIRST:COUNT, read from text
 * that may hold anything. Pure.
 */
#ifndef IDMAP_SUBID_FILE_H
#define IDMAP_SUBID_FILE_H

#include <sys/types.h>

#include "idmap/map.h"

struct subid_line {
	const char *start; /* borrowed from the text, not terminated */
	size_t length;     /* without the newline */
	size_t owner_length;
	size_t number; /* from 1 on */
	struct id_range range;
	bool bad; /* .range can't be read; it is zero then */
};

/**
 * subid_line_next() - Read the next line
 * @at:		Text from where it is to be read; moves on
 * @line:	Zero at first; gets the line
 *
 * Return: false at the end
 */
bool subid_line_next(const char **at, struct subid_line *line);

/** subid_line_is_of() - Is the owner @name, or @uid in decimal? */
bool subid_line_is_of(const struct subid_line *line, const char *name,
		      uid_t uid);

/**
 * subid_file_free_range() - Find ids that no line of two files grants
 * @texts:	Of /etc/subuid and /etc/subgid
 * @count:	How many are wanted
 * @ret:	Untouched on failure
 *
 * From 100000 on, as useradd(8) does. Return: 0, -ENOSPC
 */
must_check int subid_file_free_range(const char *const texts[2], uint32_t count,
				     struct id_range *ret);

/**
 * subid_covers_user() - Is one of @ranges' ids that of a user of this machine?
 * @passwd:	Text of passwd(5)
 * @ret_uid:	The first such id; untouched when there is none
 */
bool subid_covers_user(const struct id_ranges *ranges, const char *passwd,
		       uid_t *ret_uid);

#endif
