// SPDX-License-Identifier: Apache-2.0
#include "image/transport.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"

static const struct row {
	const char *prefix;
	enum transport_kind kind;
	bool has_path, has_name;
	const char *format;
} rows[] = {
	{ "docker://", TRANSPORT_REGISTRY, false, true, NULL },
	{ "oci:", TRANSPORT_OCI, true, true, "oci" },
	{ "oci-archive:", TRANSPORT_OCI_ARCHIVE, true, true, "oci-archive" },
	{ "docker-archive:", TRANSPORT_DOCKER_ARCHIVE, true, true,
	  "docker-archive" },
	{ "dir:", TRANSPORT_DIR, true, false, "dir" },
};

/* Storage and daemons of other engines, and what hardly anybody has. */
static const char *const unsupported[] = {
	"containers-storage:",
	"docker-daemon:",
	"ostree:",
	"sif:",
	"tarball:",
	"atomic:",
};

static const struct row *find(const char *text)
{
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		if (!strncmp(text, rows[i].prefix, strlen(rows[i].prefix)))
			return &rows[i];
	return NULL;
}

int transport_parse(const char *text, struct transport *ret, struct error *err)
{
	const struct row *row = find(text);
	size_t length;

	for (size_t i = 0; i < ARRAY_COUNT(unsupported); i++)
		if (!strncmp(text, unsupported[i], strlen(unsupported[i])))
			return error_say(
				err, EOPNOTSUPP,
				"%s: the transport %s is not supported", text,
				unsupported[i]);
	if (!row) {
		*ret = (struct transport){ .name = xstrdup(text) };
		return 0;
	}
	text += strlen(row->prefix);
	if (!*text)
		return error_say(err, EINVAL, "%s needs a %s behind it",
				 row->prefix, row->has_path ? "path" : "name");
	*ret = (struct transport){ .kind = row->kind };
	length = row->has_path ? strlen(text) : 0;
	if (row->has_path && row->has_name)
		length = strcspn(text, ":");
	if (row->has_path)
		ret->path = xstrndup(text, length);
	text += length;
	text += row->has_path && *text == ':';
	if (*text)
		ret->name = xstrdup(text);
	return 0;
}

const char *transport_format(enum transport_kind kind)
{
	for (size_t i = 0; i < ARRAY_COUNT(rows); i++)
		if (rows[i].kind == kind)
			return rows[i].format;
	return NULL;
}

const char *transport_prefix(size_t index)
{
	return index < ARRAY_COUNT(rows) ? rows[index].prefix : NULL;
}

bool transport_has_path(const char *word)
{
	const struct row *row = find(word);

	return row && row->has_path;
}

void transport_clear(struct transport *transport)
{
	free(transport->path);
	free(transport->name);
	*transport = (struct transport){ 0 };
}
