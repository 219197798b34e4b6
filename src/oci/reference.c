// SPDX-License-Identifier: Apache-2.0
#include "oci/reference.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/parse.h"

enum { SHOWN_MAX = 300, PORT_MAX = 65535 };

static const char lower_digits[] = "abcdefghijklmnopqrstuvwxyz0123456789";
static const char word[] =
	"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";

must_check static int complain(const char *text, const char *why,
			       struct error *err)
{
	return error_say(err, EINVAL, "'%.*s' is not an image's name: %s",
			 SHOWN_MAX, text, why);
}

/* A name that would do in lower case: the commonest of mistakes. */
must_check static int complain_of_case(const char *text, struct error *err)
{
	auto_free char *lower = xstrndup(text, SHOWN_MAX);

	for (char *at = lower; *at; at++)
		*at = (char)(tolower)((unsigned char)*at);
	return error_say(
		err, EINVAL,
		"'%.*s' is not an image's name: it has to be in lower case; did you mean '%s'?",
		SHOWN_MAX, text, lower);
}

/* One component of a path: lower case letters and digits, between them one of
 * ".", "_", "__" or any number of "-".
 */
static bool is_component(const char *text, size_t length)
{
	size_t at = 0;

	while (at < length) {
		size_t part = strspn(text + at, lower_digits);

		if (part == 0 || part > length - at)
			return false;
		at += part;
		if (at == length)
			return true;
		if (text[at] == '.')
			at++;
		else if (text[at] == '_')
			at += text[at + 1] == '_' ? 2 : 1;
		else if (text[at] == '-')
			at += strspn(text + at, "-");
		else
			return false;
	}
	return false;
}

must_check static int check_path(const char *text, const char *path,
				 struct error *err)
{
	if (!*path)
		return complain(text, "nothing stands for the repository", err);
	if (strlen(path) > REFERENCE_PATH_MAX)
		return complain(text, "it is longer than 255 characters", err);
	for (const char *at = path;;) {
		size_t length = strcspn(at, "/");

		if (!is_component(at, length)) {
			if (strpbrk(path, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
				return complain_of_case(text, err);
			return complain(
				text,
				"between slashes stand lower case letters and digits, with single . _ - between them",
				err);
		}
		if (!at[length])
			return 0;
		at += length + 1;
	}
}

static bool is_port(const char *text)
{
	uint64_t port;

	return parse_number(text, PORT_MAX, &port) == 0 && port != 0;
}

/* Labels of letters, digits and dashes. */
static bool is_host_name(const char *host)
{
	for (const char *at = host;; at++) {
		size_t length = strcspn(at, ".");

		if (length == 0 || at[0] == '-' || at[length - 1] == '-' ||
		    strspn(at,
			   "-abcdefghijklmnopqrstuvwxyz"
			   "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_") < length)
			return false;
		at += length;
		if (!*at)
			return true;
	}
}

/* A host's name or address, perhaps with a port. */
static bool is_domain(const char *text)
{
	auto_free char *host = xstrdup(text);
	char *port = strrchr(host, ':');

	if (host[0] == '[') {
		char *end = strchr(host, ']');

		if (!end || (end[1] && end[1] != ':') ||
		    (end[1] && !is_port(end + 2)))
			return false;
		*end = '\0';
		return host[1] &&
		       strspn(host + 1, "0123456789abcdefABCDEF:.") ==
			       strlen(host + 1);
	}
	if (port) {
		if (!is_port(port + 1))
			return false;
		*port = '\0';
	}
	return is_host_name(host);
}

/* Is what stands before the first slash a host? docker's rule. */
static bool looks_like_domain(const char *first)
{
	return strpbrk(first, ".:[") || strcmp(first, "localhost") == 0 ||
	       strpbrk(first, "ABCDEFGHIJKLMNOPQRSTUVWXYZ");
}

must_check static int check_tag(const char *text, const char *tag,
				struct error *err)
{
	if (!strspn(tag, word) || strlen(tag) > REFERENCE_TAG_MAX ||
	    tag[strspn(tag, "-.abcdefghijklmnopqrstuvwxyz"
			    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_")])
		return complain(
			text,
			"a tag is letters, digits and . _ -, at most 128 of them, the first neither . nor -",
			err);
	return 0;
}

static void split_domain(struct reference *reference)
{
	char *slash = strchr(reference->path, '/');

	if (!slash)
		return;
	*slash = '\0';
	if (looks_like_domain(reference->path)) {
		reference->domain = xstrdup(reference->path);
		memmove(reference->path, slash + 1, strlen(slash + 1) + 1);
	} else {
		*slash = '/';
	}
}

/* Cut off "@DIGEST" and ":TAG". */
must_check static int split_end(const char *text, struct reference *reference,
				struct error *err)
{
	char *at = strchr(reference->path, '@');
	char *colon;

	if (at) {
		*at = '\0';
		if (digest_parse(at + 1, &reference->digest, err) < 0)
			return error_wrap(err, "%.*s", SHOWN_MAX, text);
	}
	colon = strrchr(reference->path, ':');
	if (colon && !strchr(colon, '/')) {
		*colon = '\0';
		if (check_tag(text, colon + 1, err) < 0)
			return -err->code;
		reference->tag = xstrdup(colon + 1);
	}
	return 0;
}

int reference_parse(const char *text, struct reference *ret, struct error *err)
{
	auto_with(reference_clear) struct reference reference = { 0 };

	if (strstr(text, "://"))
		return complain(
			text,
			"it has no \"https://\" in front; just HOST/PATH:TAG",
			err);
	if (digest_is_hex(text))
		return complain(text, "it is an id", err);
	reference.path = xstrdup(text);
	if (split_end(text, &reference, err) < 0)
		return -err->code;
	split_domain(&reference);
	if (reference.domain && !is_domain(reference.domain)) {
		if (strpbrk(reference.domain, ".:[") == NULL)
			return complain_of_case(text, err);
		return complain(text, "before the first slash stands no host",
				err);
	}
	if (check_path(text, reference.path, err) < 0)
		return -err->code;
	*ret = reference;
	reference = (struct reference){ 0 };
	return 0;
}

void reference_complete(struct reference *reference)
{
	if (reference->domain &&
	    (strcmp(reference->domain, "index.docker.io") == 0 ||
	     strcmp(reference->domain, "registry-1.docker.io") == 0)) {
		free(reference->domain);
		reference->domain = NULL;
	}
	if (!reference->domain)
		reference->domain = xstrdup(REFERENCE_DOCKER_IO);
	if (strcmp(reference->domain, REFERENCE_DOCKER_IO) == 0 &&
	    !strchr(reference->path, '/')) {
		char *path = xasprintf("library/%s", reference->path);

		free(reference->path);
		reference->path = path;
	}
	if (!reference->tag && !digest_is_set(&reference->digest))
		reference->tag = xstrdup(REFERENCE_LATEST);
}

char *reference_repository(const struct reference *reference)
{
	return xasprintf("%s%s%s", reference->domain ? reference->domain : "",
			 reference->domain ? "/" : "", reference->path);
}

char *reference_name(const struct reference *reference)
{
	auto_free char *repository = reference_repository(reference);

	if (digest_is_set(&reference->digest))
		return xasprintf("%s@%s", repository, reference->digest.text);
	return xasprintf("%s:%s", repository,
			 reference->tag ? reference->tag : REFERENCE_LATEST);
}

char *reference_short(const char *name)
{
	static const char *const prefixes[] = { "docker.io/library/",
						"docker.io/" };

	for (size_t i = 0; i < ARRAY_COUNT(prefixes); i++)
		if (strncmp(name, prefixes[i], strlen(prefixes[i])) == 0)
			return xstrdup(name + strlen(prefixes[i]));
	return xstrdup(name);
}

void reference_copy(const struct reference *from, struct reference *ret)
{
	*ret = (struct reference){
		.domain = from->domain ? xstrdup(from->domain) : NULL,
		.path = from->path ? xstrdup(from->path) : NULL,
		.tag = from->tag ? xstrdup(from->tag) : NULL,
		.digest = from->digest,
	};
}

void reference_clear(struct reference *reference)
{
	free(reference->domain);
	free(reference->path);
	free(reference->tag);
	*reference = (struct reference){ 0 };
}
