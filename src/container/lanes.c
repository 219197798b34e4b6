// SPDX-License-Identifier: Apache-2.0
#include "container/lanes.h"

#include <json.h>
#include <stdlib.h>
#include <sys/socket.h>

#include "base/cleanup.h"
#include "base/json.h"

enum { PATIENCE_S = 10, ANSWER_MAX = 4096 };

void lanes_clear(struct lanes *lanes)
{
	free(lanes->tcp);
	free(lanes->reason);
	*lanes = (struct lanes){ 0 };
}

must_check static int read_answer(const char *text, size_t size,
				  struct lanes *ret, struct error *err)
{
	static const struct json_row lanes_rows[] = {
		{ "tcp", JSON_MEMBER(struct lanes, tcp), .required = true },
		{ "bypass", JSON_MEMBER(struct lanes, bypass) },
		{ "reason", JSON_MEMBER(struct lanes, reason) },
		{ "errno", JSON_MEMBER(struct lanes, code) },
		{ 0 },
	};
	static const struct json_row rows[] = {
		{ "return", JSON_OBJECT, .rows = lanes_rows, .required = true },
		{ 0 },
	};
	auto_json struct json_object *document = NULL;
	struct json_node root = { 0 };

	if (json_parse(text, size, &document, err) < 0)
		return -err->code;
	root.value = document;
	return json_read_object(&root, rows, ret, err);
}

int lanes_ask(int sock, struct lanes *ret, struct error *err)
{
	static const char request[] = "{\"execute\":\"show_lanes\"}";
	const struct timeval patience = { .tv_sec = PATIENCE_S };
	char answer[ANSWER_MAX];
	ssize_t size;

	if (setsockopt(sock, SOL_SOCKET, SO_RCVTIMEO, &patience,
		       sizeof(patience)) < 0 ||
	    send(sock, request, sizeof(request) - 1, MSG_NOSIGNAL) < 0)
		return error_set(err, errno, "talk to holt-net");
	/* It is sent in one piece, whatever the socket. */
	size = recv(sock, answer, sizeof(answer) - 1, 0);
	if (size <= 0)
		return error_set(err, size < 0 ? errno : EPIPE,
				 "talk to holt-net");
	answer[size] = '\0';
	return read_answer(answer, (size_t)size, ret, err) < 0
		       ? error_wrap(err, "the answer of holt-net")
		       : 0;
}
