// SPDX-License-Identifier: Apache-2.0
#include "cli/port_requests.h"

#include <json.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "base/json.h"
#include "base/socket_holder.h"
#include "container/name_socket.h"

enum { PATIENCE_S = 10, ANSWER_MAX = 1 << 20 };

struct failure {
	char *desc;
	int code;
};

struct answer {
	struct port_list list;
	struct port_added added;
	struct failure failure;
};

static int read_entry(const struct json_node *node, void *target,
		      struct error *err)
{
	static const struct json_row rows[] = {
		{ "id", JSON_MEMBER(struct port_entry, id) },
		{ "proto", JSON_MEMBER(struct port_entry, protocol),
		  .required = true },
		{ "host_addr", JSON_MEMBER(struct port_entry, address),
		  .required = true },
		{ "host_port", JSON_MEMBER(struct port_entry, host_port) },
		{ "guest_port", JSON_MEMBER(struct port_entry, guest_port) },
		{ 0 },
	};
	struct port_list *list = target;
	struct port_entry *entry;

	list->entries = xrealloc_array(list->entries, list->count + 1,
				       sizeof(*list->entries));
	entry = &list->entries[list->count++];
	*entry = (struct port_entry){ 0 };
	return json_read_object(node, rows, entry, err);
}

static const struct json_row return_rows[] = {
	{ "entries", JSON_EACH, .read = read_entry,
	  .offset = offsetof(struct answer, list) },
	{ "id", JSON_MEMBER(struct answer, added.id) },
	{ "id6", JSON_MEMBER(struct answer, added.id6) },
	{ "host_port", JSON_MEMBER(struct answer, added.host_port) },
	{ 0 },
};

static const struct json_row error_rows[] = {
	{ "desc", JSON_MEMBER(struct failure, desc) },
	{ "errno", JSON_MEMBER(struct failure, code) },
	{ 0 },
};

static const struct json_row answer_rows[] = {
	{ "return", JSON_OBJECT, .rows = return_rows },
	{ "error", JSON_OBJECT, .rows = error_rows,
	  .offset = offsetof(struct answer, failure) },
	{ 0 },
};

void port_list_clear(struct port_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		free(list->entries[i].protocol);
		free(list->entries[i].address);
	}
	free(list->entries);
	*list = (struct port_list){ 0 };
}

static void answer_clear(struct answer *answer)
{
	port_list_clear(&answer->list);
	free(answer->failure.desc);
}

must_check static int read_answer(const char *text, size_t size,
				  struct answer *ret, struct error *err)
{
	auto_json struct json_object *document = NULL;
	struct json_node root = { 0 };

	if (json_parse(text, size, &document, err) < 0)
		return -err->code;
	root.value = document;
	return json_read_object(&root, answer_rows, ret, err);
}

/* Return: descriptor, negative errno */
must_check static int find(const struct name_owner *container,
			   struct error *err)
{
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	auto_close int sock =
		name_socket_connect(container->path, container->file);

	if (sock == -ENOENT || sock == -ECONNREFUSED)
		return error_say(
			err, ENOTSUP,
			"it has no ports of its own: no network (--network none), the host's or another container's");
	if (sock < 0 || setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience,
				   sizeof(patience)) < 0)
		return error_set(err, sock < 0 ? -sock : errno,
				 "talk to its holt-net");
	return steal_fd(&sock);
}

/* Have a request answered. @ret: zero; for answer_clear(), also after a
 * failure
 */
must_check static int ask(const struct name_owner *container,
			  struct json_object *request, struct answer *ret,
			  struct error *err)
{
	const char *text =
		json_object_to_json_string_ext(request, JSON_C_TO_STRING_PLAIN);
	auto_close int sock = find(container, err);
	auto_free char *answer = NULL;
	size_t size;
	int result;

	if (sock < 0)
		return sock;
	result = fd_write_all(sock, text, strlen(text));
	if (result < 0)
		return error_set(err, -result, "talk to its holt-net");
	if (fd_read_text(sock, ANSWER_MAX, &answer, &size, err) < 0)
		return err->code == EAGAIN
			       ? error_say(err, ETIMEDOUT,
					   "its holt-net doesn't answer")
			       : error_wrap(err, "talk to its holt-net");
	if (read_answer(answer, size, ret, err) < 0)
		return error_wrap(err, "the answer of its holt-net");
	return ret->failure.desc
		       ? error_say(err,
				   ret->failure.code ? ret->failure.code
						     : EPROTO,
				   "%s", ret->failure.desc)
		       : 0;
}

static void put_text(struct json_object *object, const char *key,
		     const char *text)
{
	(void)json_object_object_add(object, key, json_object_new_string(text));
}

static void put_number(struct json_object *object, const char *key,
		       unsigned int number)
{
	(void)json_object_object_add(object, key,
				     json_object_new_int64(number));
}

/* @ret_arguments: of it, to be filled. Return: owned by the caller */
static struct json_object *request_new(const char *execute,
				       struct json_object **ret_arguments)
{
	struct json_object *request = json_object_new_object();

	*ret_arguments = json_object_new_object();
	put_text(request, "execute", execute);
	(void)json_object_object_add(request, "arguments", *ret_arguments);
	return request;
}

static int compare(const void *a, const void *b)
{
	const struct port_entry *one = a, *other = b;
	int result = one->guest_port - other->guest_port;

	if (!result)
		result = strcmp(one->protocol, other->protocol);
	if (!result)
		result = one->host_port - other->host_port;
	return result ? result : strcmp(one->address, other->address);
}

int port_requests_list(const struct name_owner *container,
		       struct port_list *ret, struct error *err)
{
	struct json_object *arguments;
	auto_json struct json_object *request =
		request_new("list_hostfwd", &arguments);
	auto_with(answer_clear) struct answer answer = { 0 };

	if (ask(container, request, &answer, err) < 0)
		return -err->code;
	*ret = answer.list;
	answer.list = (struct port_list){ 0 };
	if (ret->count)
		qsort(ret->entries, ret->count, sizeof(*ret->entries), compare);
	return 0;
}

/* holt-net, which has given up what root may do and can't look into processes,
 * knows less than we do.
 */
static int explain(const struct port_wish *wish, struct error *err)
{
	uint8_t protocol =
		strcmp(wish->protocol, "udp") ? IPPROTO_TCP : IPPROTO_UDP;
	const char *where = strstr(err->text, ": ");
	int length = where ? (int)(where - err->text) : 0;
	char text[sizeof(err->text)], holder[SOCKET_HOLDER_TEXT_MAX];

	memcpy(text, err->text, sizeof(text));
	if (err->code == EADDRINUSE && length &&
	    socket_holder_find(protocol, wish->host_port, holder))
		return error_say(err, EADDRINUSE, "%.*s: it is in use by %s",
				 length, text, holder);
	if (err->code == EACCES && geteuid() == 0 && length)
		return error_say(
			err, EACCES,
			"%.*s: a port below net.ipv4.ip_unprivileged_port_start can't be added, for holt-net isn't root any more: publish it from the start",
			length, text);
	return -err->code;
}

int port_requests_add(const struct name_owner *container,
		      const struct port_wish *wish, struct port_added *ret,
		      struct error *err)
{
	struct json_object *arguments;
	auto_json struct json_object *request =
		request_new("add_hostfwd", &arguments);
	auto_with(answer_clear) struct answer answer = { 0 };

	put_text(arguments, "proto", wish->protocol);
	put_text(arguments, "host_addr", wish->address);
	put_number(arguments, "host_port", wish->host_port);
	put_number(arguments, "guest_port", wish->guest_port);
	if (ask(container, request, &answer, err) < 0)
		return explain(wish, err);
	*ret = answer.added;
	return 0;
}

int port_requests_remove(const struct name_owner *container, unsigned int id,
			 struct error *err)
{
	struct json_object *arguments;
	auto_json struct json_object *request =
		request_new("remove_hostfwd", &arguments);
	auto_with(answer_clear) struct answer answer = { 0 };

	put_number(arguments, "id", id);
	return ask(container, request, &answer, err);
}
