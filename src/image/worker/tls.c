// SPDX-License-Identifier: Apache-2.0
#include "image/worker/tls.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/fd.h"

enum { CERTIFICATE_MAX = 1 << 20 };

static bool ends_with(const char *text, const char *end)
{
	size_t length = strlen(text), tail = strlen(end);

	return length > tail && strcmp(text + length - tail, end) == 0;
}

must_check static int add_authority(const char *path, struct http_tls *tls,
				    struct error *err)
{
	auto_free char *text = NULL;
	char *all;

	if (file_read_text(path, CERTIFICATE_MAX, &text, NULL, err) < 0)
		return error_wrap(err, "read the certificate %s", path);
	all = xasprintf("%s%s\n", tls->authorities ? tls->authorities : "",
			text);
	free(tls->authorities);
	tls->authorities = all;
	return 0;
}

must_check static int add_ours(const char *path, struct http_tls *tls,
			       struct error *err)
{
	auto_free char *stem = xstrndup(path, strlen(path) - strlen(".cert"));
	auto_free char *key = xasprintf("%s.key", stem);

	if (tls->cert && strcmp(tls->cert, path) < 0)
		return 0;
	if (access(key, R_OK) < 0)
		return error_set(err, errno, "read %s, the key of %s", key,
				 path);
	free(tls->cert);
	free(tls->key);
	tls->cert = xstrdup(path);
	tls->key = steal_ptr(&key);
	return 0;
}

int http_tls_read(const char *dir, struct http_tls *ret, struct error *err)
{
	auto_closedir DIR *entries = dir ? opendir(dir) : NULL;
	struct dirent *entry;

	if (!entries)
		return !dir || errno == ENOENT || errno == ENOTDIR
			       ? 0
			       : error_set(err, errno, "open %s", dir);
	while ((entry = readdir(entries))) {
		auto_free char *path = xasprintf("%s/%s", dir, entry->d_name);
		int result = 0;

		if (ends_with(path, ".crt"))
			result = add_authority(path, ret, err);
		else if (ends_with(path, ".cert"))
			result = add_ours(path, ret, err);
		if (result < 0)
			return result;
	}
	return 0;
}

void http_tls_clear(struct http_tls *tls)
{
	free(tls->authorities);
	free(tls->cert);
	free(tls->key);
	*tls = (struct http_tls){ 0 };
}
