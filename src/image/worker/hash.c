// SPDX-License-Identifier: Apache-2.0
#include "image/worker/hash.h"

#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"
#include "base/exit.h"

/* It fails without memory, or without SHA-256. */
static void require(int result)
{
	if (result == 1)
		return;
	(void)fputs("holt-image: libcrypto can't do SHA-256\n", stderr);
	exit(EXIT_HOLT);
}

void hash_begin(struct hash *hash)
{
	if (!hash->context)
		hash->context = EVP_MD_CTX_new();
	require(hash->context &&
		EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL));
}

void hash_add(struct hash *hash, const void *data, size_t size)
{
	require(EVP_DigestUpdate(hash->context, data, size));
}

void hash_end(struct hash *hash, struct digest *ret)
{
	unsigned char bytes[EVP_MAX_MD_SIZE];

	require(EVP_DigestFinal_ex(hash->context, bytes, NULL));
	digest_from_bytes(bytes, ret);
}

void hash_clear(struct hash *hash)
{
	EVP_MD_CTX_free(hash->context);
	hash->context = NULL;
}

void hash_bytes(const void *data, size_t size, struct digest *ret)
{
	auto_with(hash_clear) struct hash hash = { 0 };

	hash_begin(&hash);
	hash_add(&hash, data, size);
	hash_end(&hash, ret);
}
