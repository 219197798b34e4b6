// SPDX-License-Identifier: Apache-2.0
/* The job "tags": which tags a repository has; and "login": does a registry
 * know us?
 */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/json.h"
#include "image/worker/remotes.h"
#include "image/worker/report.h"
#include "image/worker/work.h"

enum {
	PAGE_SIZE_MAX = 4 << 20,
	PAGES_MAX = 1000,
	TAGS_MAX = 100000,
	SECONDS = 60
};

struct page {
	struct strv tags;
};

/* Return: the address of the next page, owned; NULL: this is the last */
static char *next_page(const struct http_answer *answer)
{
	const char *link = http_answer_header(answer, "link");
	const char *end = link ? strchr(link, '>') : NULL;

	if (!end || link[0] != '<' || !strstr(end, "next"))
		return NULL;
	return xstrndup(link + 1, (size_t)(end - link - 1));
}

must_check static int read_page(const struct http_answer *answer, size_t *count,
				struct error *err)
{
	static const struct json_row rows[] = {
		{ .key = "tags", JSON_MEMBER(struct page, tags) },
		{ 0 },
	};
	auto_json struct json_object *root = NULL;
	struct page page = { 0 };
	int result;

	if (json_parse(answer->body, answer->size, &root, err) < 0)
		return error_wrap(err, "the list of tags");

	struct json_node node = { .value = root };

	result = json_read_object(&node, rows, &page, err);
	*count += page.tags.count;
	for (size_t i = 0; result == 0 && i < page.tags.count; i++) {
		struct json_object *report = report_new("tag");

		report_text(report, "name", page.tags.items[i]);
		report_send(report);
	}
	strv_clear(&page.tags);
	if (result == 0 && *count > TAGS_MAX)
		return error_say(err, EFBIG, "more than %d tags", TAGS_MAX);
	return result;
}

/* One page; @path becomes that of the next, or NULL. */
must_check static int get_page(struct registry *registry, char **path,
			       size_t *count, struct error *err)
{
	auto_with(exchange_end) struct exchange exchange = {
		.registry = registry,
		.request = {
			.method = "GET",
			.limit = PAGE_SIZE_MAX,
			.seconds = SECONDS,
		},
	};
	char *next;

	if (exchange_run(&exchange, *path, err) < 0 ||
	    read_page(exchange.answer, count, err) < 0)
		return -err->code;
	next = next_page(exchange.answer);
	free(*path);
	*path = next;
	return 0;
}

int work_tags(struct error *err)
{
	auto_with(remotes_clear) struct remotes remotes = { 0 };
	auto_free char *path = NULL;
	struct registry *registry;
	size_t count = 0;

	if (remotes_open(&remotes, -1, "pull", err) < 0)
		return -err->code;
	/* What is asked for is what the registry has, not a mirror. */
	registry = &remotes.registries[remotes.remote.endpoint_count - 1];
	path = xasprintf("%s/tags/list", registry->endpoint->path);
	for (int pages = 0; path; pages++) {
		if (pages == PAGES_MAX)
			return error_say(err, ELOOP,
					 "the list of tags doesn't end");
		if (get_page(registry, &path, &count, err) < 0)
			return -err->code;
	}
	return 0;
}

int work_login(struct error *err)
{
	auto_with(remotes_clear) struct remotes remotes = { 0 };
	struct exchange exchange = { .request = { .method = "GET",
						  .limit = PAGE_SIZE_MAX,
						  .seconds = SECONDS } };
	int result;

	if (remotes_open(&remotes, -1, "pull", err) < 0)
		return -err->code;
	exchange.registry = &remotes.registries[0];
	result = exchange_run(&exchange, "", err);
	/* A token that everybody gets doesn't tell that it knows us. */
	if (result == 0 && exchange.registry->auth.withheld)
		result = error_say(
			err, EACCES,
			"%s wants the password to be sent to %s, which isn't its own: set HOLT_AUTH_SERVERS=%s if you trust that server with it",
			exchange.registry->endpoint->host,
			exchange.registry->auth.withheld,
			exchange.registry->auth.withheld);
	exchange_end(&exchange);
	return result;
}
