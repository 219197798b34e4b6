// SPDX-License-Identifier: Apache-2.0
/* A digest as image-spec descriptor.md writes it: "sha256:" and 64 hexadecimal
 * digits in lower case. Nothing else is ever taken for one, so that a digest
 * can be a file name.
 */
#ifndef OCI_DIGEST_H
#define OCI_DIGEST_H

#include <stdbool.h>

#include "base/error.h"
#include "base/json.h"

enum { DIGEST_HEX = 64, DIGEST_LENGTH = 7 + DIGEST_HEX };

/* Plain data; all zero: none. */
struct digest {
	char text[DIGEST_LENGTH + 1];
};

/**
 * digest_parse() - Text to digest, strictly
 * @text:	NULL is no digest
 * @ret:	Untouched on failure
 * @err:	EINVAL: not of the form; EOPNOTSUPP: an algorithm that isn't
 *		sha256
 *
 * Return: 0, negative errno
 */
must_check int digest_parse(const char *text, struct digest *ret,
			    struct error *err);

/** digest_is_hex() - Are these 64 hexadecimal digits in lower case, no more? */
bool digest_is_hex(const char *text);

/** digest_from_bytes() - Of the 32 bytes that a hash function gives. */
void digest_from_bytes(const unsigned char *bytes, struct digest *ret);

/** digest_hex() - The part behind "sha256:"; borrowed */
const char *digest_hex(const struct digest *digest);

/** digest_is_set() - Is there one? */
bool digest_is_set(const struct digest *digest);

/** digest_equals() - Are both set, and the same? */
bool digest_equals(const struct digest *one, const struct digest *other);

/** digest_read() - A json_reader into a struct digest. */
must_check int digest_read(const struct json_node *node, void *target,
			   struct error *err);

#endif
