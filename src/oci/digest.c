// SPDX-License-Identifier: Apache-2.0
#include "oci/digest.h"

#include <stdio.h>
#include <string.h>

static const char prefix[] = "sha256:";

enum { DIGEST_BYTES = DIGEST_HEX / 2, SHOWN_MAX = 80 };

bool digest_is_hex(const char *text)
{
	return strspn(text, "0123456789abcdef") == DIGEST_HEX &&
	       !text[DIGEST_HEX];
}

int digest_parse(const char *text, struct digest *ret, struct error *err)
{
	const char *shown = text ? text : "";

	if (strncmp(shown, prefix, strlen(prefix)) == 0 &&
	    digest_is_hex(shown + strlen(prefix))) {
		memcpy(ret->text, shown, sizeof(ret->text));
		return 0;
	}
	if (strncmp(shown, "sha512:", 7) == 0 ||
	    strncmp(shown, "sha384:", 7) == 0)
		return error_say(
			err, EOPNOTSUPP,
			"the digest %.*s is not of sha256, which is the one that holt knows",
			SHOWN_MAX, shown);
	return error_say(
		err, EINVAL,
		"'%.*s' is not a digest: that is \"sha256:\" and 64 hexadecimal digits in lower case",
		SHOWN_MAX, shown);
}

void digest_from_bytes(const unsigned char *bytes, struct digest *ret)
{
	char *at = ret->text + strlen(prefix);

	memcpy(ret->text, prefix, sizeof(prefix));
	for (size_t i = 0; i < DIGEST_BYTES; i++)
		(void)snprintf(at + 2 * i, 3, "%02x", bytes[i]);
}

const char *digest_hex(const struct digest *digest)
{
	return digest->text + (digest->text[0] ? strlen(prefix) : 0);
}

bool digest_is_set(const struct digest *digest)
{
	return digest->text[0] != '\0';
}

bool digest_equals(const struct digest *one, const struct digest *other)
{
	return digest_is_set(one) && strcmp(one->text, other->text) == 0;
}

int digest_read(const struct json_node *node, void *target, struct error *err)
{
	const char *text;

	if (json_get_string(node, &text, err) < 0)
		return -err->code;
	if (digest_parse(text, target, err) < 0)
		return json_wrap(err, node);
	return 0;
}
