// SPDX-License-Identifier: Apache-2.0
#include "image/worker/refusal.h"

#include <json-c/json.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"

enum { SHOWN_MAX = 200 };

/* {"errors":[{"code":"..","message":".."}]}: the first; owned. */
static char *own_words(const struct http_answer *answer)
{
	auto_json struct json_object *root = NULL;
	struct json_object *errors = NULL, *code = NULL, *message = NULL;
	struct error ignored;
	char *text;

	if (json_parse(answer->body, answer->size, &root, &ignored) < 0 ||
	    !json_object_object_get_ex(root, "errors", &errors) ||
	    !json_object_is_type(errors, json_type_array) ||
	    json_object_array_length(errors) == 0)
		return xstrdup("");
	errors = json_object_array_get_idx(errors, 0);
	(void)json_object_object_get_ex(errors, "code", &code);
	(void)json_object_object_get_ex(errors, "message", &message);
	text = xasprintf(": %.*s", SHOWN_MAX,
			 message ? json_object_get_string(message)
			 : code  ? json_object_get_string(code)
				 : "");
	/* It may come to a terminal. */
	for (char *at = text; *at; at++)
		if ((unsigned char)*at < ' ' || *at == 127)
			*at = '?';
	return text;
}

static int say_denied(const struct http_answer *answer, const char *registry,
		      const char *withheld, const char *words,
		      struct error *err)
{
	if (withheld)
		return error_say(
			err, EACCES,
			"%s refuses (%ld)%s; it wants the password to be sent to %s, which isn't its own: set HOLT_AUTH_SERVERS=%s if you trust that server with it",
			registry, answer->status, words, withheld, withheld);
	return error_say(
		err, EACCES,
		"%s refuses (%ld)%s; if there is such a thing and you may have it, 'holt login %s' helps",
		registry, answer->status, words, registry);
}

static int say_limited(const char *registry, const char *words,
		       struct error *err)
{
	bool is_hub = strstr(registry, "docker.io") != NULL;

	return error_say(
		err, EDQUOT, "%s wants no more requests for a while (429)%s%s",
		registry, words,
		is_hub ? "; Docker Hub counts what is pulled from one address: 'holt login docker.io' raises the limit, and so does a mirror in registries.conf avoid it"
		       : "");
}

int refusal_say(const struct http_answer *answer, const char *host,
		const char *registry, const char *withheld, struct error *err)
{
	auto_free char *words = NULL;

	if (answer->error.code) {
		*err = answer->error;
		return -err->code;
	}
	words = own_words(answer);
	switch (answer->status) {
	case 401:
	case 403:
		return say_denied(answer, registry, withheld, words, err);
	case 404:
		return error_say(err, ENOENT, "%s has no such thing (404)%s",
				 host, words);
	case 429:
		return say_limited(registry, words, err);
	default:
		return error_say(err, EIO, "%s answers %ld%s", host,
				 answer->status, words);
	}
}
