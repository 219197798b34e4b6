// SPDX-License-Identifier: Apache-2.0
#include "image/worker/manifest.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/hash.h"

enum { MANIFEST_SECONDS = 120 };

#define ACCEPT \
	"Accept: application/vnd.oci.image.index.v1+json, " \
	"application/vnd.docker.distribution.manifest.list.v2+json, " \
	"application/vnd.oci.image.manifest.v1+json, " \
	"application/vnd.docker.distribution.manifest.v2+json"

/* One document: by @name, which is its digest unless @expected is NULL. */
must_check static int get(struct registry *registry, const char *name,
			  const struct digest *expected,
			  struct resolved_document *ret, char **ret_type,
			  struct error *err)
{
	auto_free char *path =
		xasprintf("%s/manifests/%s", registry->endpoint->path, name);
	auto_with(exchange_end) struct exchange exchange = {
		.registry = registry,
		.request = {
			.method = "GET",
			.limit = MANIFEST_SIZE_MAX,
			.seconds = MANIFEST_SECONDS,
		},
	};
	const struct http_answer *answer;
	const char *type;

	strv_addf(&exchange.headers, ACCEPT);
	if (exchange_run(&exchange, path, err) < 0)
		return error_wrap(err, "manifest %s", name);
	answer = exchange.answer;
	hash_bytes(answer->body, answer->size, &ret->digest);
	if (expected && !digest_equals(expected, &ret->digest))
		return error_say(
			err, EBADMSG,
			"what %s sends for %s is something else: its digest is %s",
			registry->endpoint->host, expected->text,
			ret->digest.text);
	type = http_answer_header(answer, "content-type");
	*ret_type = type ? xstrdup(type) : NULL;
	ret->size = answer->size;
	ret->text = xcalloc(answer->size + 1, 1);
	memcpy(ret->text, answer->body, answer->size);
	return 0;
}

/* "text/plain" of simple servers says nothing. */
static const char *said_type(const char *type)
{
	return type && media_type_find(type)->kind != MEDIA_UNKNOWN ? type
								    : NULL;
}

must_check static int check_size(const struct resolved_document *document,
				 const struct descriptor *entry,
				 struct error *err)
{
	if (document->size == entry->size)
		return 0;
	return error_say(err, EBADMSG,
			 "%s has %zu bytes, and not the %ju that its list says",
			 document->digest.text, document->size,
			 (uintmax_t)entry->size);
}

must_check static int choose(const struct resolved *resolved,
			     const struct platform *platform,
			     struct descriptor *ret, struct error *err)
{
	const struct descriptor *entry =
		manifest_choose(&resolved->manifest, platform);
	auto_free char *text = platform_text(platform);
	auto_with(strv_clear) struct strv offered = { 0 };
	auto_free char *list = NULL;

	if (entry) {
		*ret = *entry;
		return 0;
	}
	for (size_t i = 0; i < resolved->manifest.manifest_count; i++)
		if (!resolved->manifest.manifests[i].is_attestation &&
		    offered.count < 20)
			strv_add(&offered,
				 platform_text(&resolved->manifest.manifests[i]
							.platform));
	list = strv_join(&offered, ", ");
	return error_say(err, ENOENT,
			 "the image isn't there for %s, but for: %.500s", text,
			 list);
}

/* The next document: of the reference, or of the list before. */
must_check static int get_next(struct registry *registry,
			       const struct remote *remote,
			       struct resolved *resolved, struct error *err)
{
	struct resolved_document *document =
		&resolved->documents[resolved->count];
	const char *tag = remote->reference.tag;
	const struct digest *expected = digest_is_set(&remote->reference.digest)
						? &remote->reference.digest
						: NULL;
	const char *name = expected ? expected->text
			   : tag    ? tag
				    : REFERENCE_LATEST;
	struct descriptor entry = { 0 };
	auto_free char *type = NULL;
	struct manifest manifest;

	if (resolved->count) {
		if (choose(resolved, &remote->platform, &entry, err) < 0)
			return -err->code;
		platform_clear(&resolved->platform);
		platform_copy(&entry.platform, &resolved->platform);
		expected = &entry.digest;
		name = entry.digest.text;
	}
	if (get(registry, name, expected, document, &type, err) < 0 ||
	    (resolved->count && check_size(document, &entry, err) < 0))
		return -err->code;
	if (manifest_read(document->text, document->size, said_type(type),
			  &manifest, err) < 0)
		return error_wrap(err, "the manifest %s of %s", name,
				  registry->endpoint->host);
	if (resolved->count &&
	    media_type_find(entry.media_type)->kind != manifest.kind) {
		manifest_clear(&manifest);
		return error_say(err, EBADMSG,
				 "%s isn't the %s that its list says", name,
				 entry.media_type);
	}
	manifest_clear(&resolved->manifest);
	resolved->manifest = manifest;
	resolved->count++;
	return 0;
}

int resolve(struct registry *registry, const struct remote *remote,
	    struct resolved *ret, struct error *err)
{
	do {
		if (ret->count == RESOLVED_DOCUMENTS_MAX)
			return error_say(
				err, ELOOP,
				"lists of manifests lead to further lists");
		if (get_next(registry, remote, ret, err) < 0)
			return -err->code;
		if (ret->count == 1) {
			ret->named = ret->documents[0].digest;
			ret->type = ret->manifest.media_type;
			ret->is_known =
				digest_equals(&remote->newer_than, &ret->named);
		}
	} while (!ret->is_known && ret->manifest.kind == MEDIA_INDEX);
	return 0;
}

void resolved_clear(struct resolved *resolved)
{
	for (size_t i = 0; i < RESOLVED_DOCUMENTS_MAX; i++)
		free(resolved->documents[i].text);
	manifest_clear(&resolved->manifest);
	platform_clear(&resolved->platform);
	*resolved = (struct resolved){ 0 };
}
