// SPDX-License-Identifier: Apache-2.0
#include "image/worker/endpoint.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "image/worker/request.h"

enum { JOBS = 6, RETRIES = 3, RETRY_DELAY = 1000, STALL_SECONDS = 30 };

static const struct json_row endpoint_rows[] = {
	{ .key = "host", JSON_MEMBER(struct endpoint, host), .required = true },
	{ .key = "path", JSON_MEMBER(struct endpoint, path) },
	{ .key = "plain", JSON_MEMBER(struct endpoint, plain) },
	{ .key = "insecure", JSON_MEMBER(struct endpoint, insecure) },
	{ .key = "verify", JSON_MEMBER(struct endpoint, verify) },
	{ .key = "certs", JSON_MEMBER(struct endpoint, certificates) },
	{ .key = "username", JSON_MEMBER(struct endpoint, username) },
	{ .key = "password", JSON_MEMBER(struct endpoint, password) },
	{ .key = "identityToken",
	  JSON_MEMBER(struct endpoint, identity_token) },
	{ 0 },
};

static int read_endpoint(const struct json_node *node, void *target,
			 struct error *err)
{
	struct remote *remote = target;
	struct endpoint *endpoint;

	remote->endpoints =
		xrealloc_array(remote->endpoints, remote->endpoint_count + 1,
			       sizeof(*remote->endpoints));
	endpoint = &remote->endpoints[remote->endpoint_count++];
	*endpoint = (struct endpoint){ 0 };
	return json_read_object(node, endpoint_rows, endpoint, err);
}

static const struct json_row reference_rows[] = {
	{ .key = "domain", JSON_MEMBER(struct reference, domain) },
	{ .key = "path", JSON_MEMBER(struct reference, path) },
	{ .key = "tag", JSON_MEMBER(struct reference, tag) },
	{ .key = "digest",
	  .kind = JSON_READ,
	  .read = digest_read,
	  .offset = offsetof(struct reference, digest) },
	{ 0 },
};

static const struct json_row remote_rows[] = {
	{ .key = "reference",
	  .kind = JSON_OBJECT,
	  .rows = reference_rows,
	  .offset = offsetof(struct remote, reference) },
	{ .key = "endpoints", .kind = JSON_EACH, .read = read_endpoint },
	{ .key = "platform",
	  .kind = JSON_OBJECT,
	  .rows = platform_rows,
	  .offset = offsetof(struct remote, platform) },
	{ .key = "authServers", JSON_MEMBER(struct remote, auth_servers) },
	{ .key = "jobs", JSON_MEMBER(struct remote, jobs) },
	{ .key = "retries", JSON_MEMBER(struct remote, retries) },
	{ .key = "retryDelay", JSON_MEMBER(struct remote, retry_delay) },
	{ .key = "stall", JSON_MEMBER(struct remote, stall_seconds) },
	{ .key = "ifNewerThan",
	  .kind = JSON_READ,
	  .read = digest_read,
	  .offset = offsetof(struct remote, newer_than) },
	{ .key = "manifest",
	  .kind = JSON_READ,
	  .read = digest_read,
	  .offset = offsetof(struct remote, manifest) },
	{ .key = "mountFrom", JSON_MEMBER(struct remote, mount_from) },
	{ .key = "volatile", JSON_MEMBER(struct remote, volatile_store) },
	{ 0 },
};

static void set_defaults(struct remote *remote)
{
	remote->jobs = JOBS;
	remote->retries = RETRIES;
	remote->retry_delay = RETRY_DELAY;
	remote->stall_seconds = STALL_SECONDS;
}

/* What goes into the path of a request. */
static bool is_path(const char *text)
{
	return *text &&
	       !text[strspn(text,
			    "abcdefghijklmnopqrstuvwxyz0123456789._-/")] &&
	       !strstr(text, "..") && text[0] != '/';
}

must_check static int check(struct remote *remote, struct error *err)
{
	if (!remote->endpoint_count)
		return error_say(err, EINVAL, "the request names no registry");
	if (!remote->jobs)
		remote->jobs = 1;
	if (!remote->platform.os)
		platform_of_host(&remote->platform);
	for (size_t i = 0; i < remote->endpoint_count; i++) {
		struct endpoint *endpoint = &remote->endpoints[i];

		if (!endpoint->path && remote->reference.path)
			endpoint->path = xstrdup(remote->reference.path);
		if (endpoint->path && !is_path(endpoint->path))
			return error_say(err, EINVAL,
					 "'%.200s' is no repository",
					 endpoint->path);
	}
	return 0;
}

int remote_read(struct remote *ret, struct error *err)
{
	auto_with(remote_clear) struct remote remote = { 0 };

	set_defaults(&remote);
	if (request_read(remote_rows, &remote, err) < 0 ||
	    check(&remote, err) < 0)
		return -err->code;
	*ret = remote;
	remote = (struct remote){ 0 };
	return 0;
}

static void endpoint_clear(struct endpoint *endpoint)
{
	free(endpoint->host);
	free(endpoint->path);
	free(endpoint->certificates);
	free(endpoint->username);
	free(endpoint->password);
	free(endpoint->identity_token);
}

void remote_clear(struct remote *remote)
{
	for (size_t i = 0; i < remote->endpoint_count; i++)
		endpoint_clear(&remote->endpoints[i]);
	free(remote->endpoints);
	reference_clear(&remote->reference);
	platform_clear(&remote->platform);
	strv_clear(&remote->auth_servers);
	strv_clear(&remote->mount_from);
	*remote = (struct remote){ 0 };
}
