// SPDX-License-Identifier: Apache-2.0
/* SHA-256 of what passes by. */
#ifndef IMAGE_WORKER_HASH_H
#define IMAGE_WORKER_HASH_H

#include <stddef.h>

#include "oci/digest.h"

/* For hash_clear(). Zero: not begun. */
struct hash {
	void *context; /* of libcrypto; owned */
};

/** hash_begin() - From nothing, also anew. */
void hash_begin(struct hash *hash);

/** hash_add() - What comes next. */
void hash_add(struct hash *hash, const void *data, size_t size);

/** hash_end() - The digest of all that was added; hash_begin() goes on. */
void hash_end(struct hash *hash, struct digest *ret);

void hash_clear(struct hash *hash);

/** hash_bytes() - The digest of what is all there. */
void hash_bytes(const void *data, size_t size, struct digest *ret);

#endif
