// SPDX-License-Identifier: Apache-2.0
#include "image/worker/challenge.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/cleanup.h"

#define HEADER "www-authenticate: "

static const char token_characters[] =
	"!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

static const char *skip_blanks(const char *at)
{
	return at + strspn(at, " \t");
}

/* Blanks and commas between what is listed. */
static const char *skip_between(const char *at)
{
	return at + strspn(at, " \t,");
}

/* Return: behind the quoted string or token; NULL: neither. Its text is owned.
 */
static const char *take_value(const char *at, char **ret)
{
	size_t length = strspn(at, token_characters);
	char *text;

	if (*at != '"') {
		if (length == 0)
			return NULL;
		*ret = xstrndup(at, length);
		return at + length;
	}
	text = xcalloc(strlen(at), 1);
	length = 0;
	for (at++; *at && *at != '"'; at++) {
		if (*at == '\\' && at[1])
			at++;
		text[length++] = *at;
	}
	if (*at != '"') {
		free(text);
		return NULL;
	}
	*ret = text;
	return at + 1;
}

/* NULL: a parameter that we have no use for. */
static char **find_place(struct challenge *challenge, const char *name,
			 size_t length)
{
	static const struct {
		const char *name;
		size_t offset;
	} places[] = {
		{ "realm", offsetof(struct challenge, realm) },
		{ "service", offsetof(struct challenge, service) },
		{ "scope", offsetof(struct challenge, scope) },
		{ "error", offsetof(struct challenge, error) },
	};

	for (size_t i = 0; i < ARRAY_COUNT(places); i++)
		if (strlen(places[i].name) == length &&
		    strncasecmp(places[i].name, name, length) == 0)
			return (char **)(void *)((char *)challenge +
						 places[i].offset);
	return NULL;
}

/* NAME=VALUE. Return: behind it; NULL: that isn't what stands here */
static const char *take_parameter(const char *at, struct challenge *challenge)
{
	size_t length = strspn(at, token_characters);
	const char *equals = skip_blanks(at + length);
	char **place = find_place(challenge, at, length);
	char *value = NULL;
	const char *end;

	if (length == 0 || *equals != '=')
		return NULL;
	end = take_value(skip_blanks(equals + 1), &value);
	if (!end)
		return NULL;
	/* Twice the same: the first counts, and nobody is led astray. */
	if (place && !*place)
		*place = value;
	else
		free(value);
	return end;
}

/* "abc==", which schemes that we don't know may have. */
static const char *skip_token68(const char *at)
{
	size_t length = strspn(at, token_characters);
	size_t padding = strspn(at + length, "=");
	const char *end = at + length + padding;

	return length && padding && strchr(" \t,", *end) ? end : at;
}

/* A scheme and its parameters. Return: where the next one may stand; NULL */
static const char *take_challenge(const char *at, struct challenge *ret)
{
	size_t length = strspn(at, token_characters);
	const char *next;

	if (length == 0)
		return NULL;
	if (length == 6 && strncasecmp(at, "bearer", 6) == 0)
		ret->kind = CHALLENGE_BEARER;
	else if (length == 5 && strncasecmp(at, "basic", 5) == 0)
		ret->kind = CHALLENGE_BASIC;
	at = skip_between(skip_token68(skip_blanks(at + length)));
	while ((next = take_parameter(at, ret)))
		at = skip_between(next);
	return at;
}

/* A Bearer without a realm leads nowhere. */
static enum challenge_kind usable_kind(const struct challenge *challenge)
{
	if (challenge->kind == CHALLENGE_BEARER &&
	    (!challenge->realm || !*challenge->realm))
		return CHALLENGE_NONE;
	return challenge->kind;
}

/* The first of each kind goes to @found. */
static void read_value(const char *at, struct challenge *found)
{
	for (at = skip_between(at); at && *at;) {
		struct challenge next = { 0 };
		enum challenge_kind kind;

		at = take_challenge(at, &next);
		kind = usable_kind(&next);
		if (kind == CHALLENGE_NONE || found[kind].kind == kind)
			challenge_clear(&next);
		else
			found[kind] = next;
	}
}

void challenge_read(const struct strv *headers, struct challenge *ret)
{
	struct challenge found[CHALLENGE_BEARER + 1] = { 0 };

	for (size_t i = 0; i < headers->count; i++)
		if (strncmp(headers->items[i], HEADER, strlen(HEADER)) == 0)
			read_value(headers->items[i] + strlen(HEADER), found);
	if (found[CHALLENGE_BEARER].kind) {
		challenge_clear(&found[CHALLENGE_BASIC]);
		*ret = found[CHALLENGE_BEARER];
	} else {
		*ret = found[CHALLENGE_BASIC];
	}
}

void challenge_clear(struct challenge *challenge)
{
	free(challenge->realm);
	free(challenge->service);
	free(challenge->scope);
	free(challenge->error);
	*challenge = (struct challenge){ 0 };
}
