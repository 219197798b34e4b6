// SPDX-License-Identifier: Apache-2.0
/* Base64 (RFC 4648, 4), as files of credentials have it. */
#ifndef IMAGE_BASE64_H
#define IMAGE_BASE64_H

#include "base/error.h"

/** base64_encode() - Of a text; owned. */
char *base64_encode(const char *text);

/**
 * base64_decode() - To a text
 * @ret:	Owned
 *
 * Return: 0, -EINVAL: it isn't of the form, or has a NUL in it
 */
must_check int base64_decode(const char *text, char **ret);

#endif
