// SPDX-License-Identifier: Apache-2.0
#include "network/message.h"

#include <json.h>
#include <string.h>
#include <sys/socket.h>

#include "base/fd.h"

enum { MESSAGE_MAX = 1 << 20 };

/* The byte is what the descriptor goes with. */
int message_send(int sock, struct json_object *message, int fd)
{
	const char *text =
		json_object_to_json_string_ext(message, JSON_C_TO_STRING_PLAIN);
	int result = fd_send(sock, "m", 1, &fd, fd >= 0);

	if (result == 0)
		result = fd_write_all(sock, text, strlen(text));
	if (result == 0 && shutdown(sock, SHUT_WR) < 0)
		result = -errno;
	return result;
}

int message_receive(int sock, struct json_object **ret, int *ret_fd,
		    struct error *err)
{
	auto_free char *text = NULL;
	auto_close int fd = -1;
	ssize_t size;
	size_t length;
	char byte;

	size = fd_receive(sock, &byte, sizeof(byte), &fd, 1);
	if (size == 0)
		return error_say(err, ECONNRESET, "it ended without a word");
	if (size < 0)
		return error_set(err, (int)-size, "receive");
	if (fd_read_text(sock, MESSAGE_MAX, &text, &length, err) < 0 ||
	    json_parse(text, length, ret, err) < 0)
		return -err->code;
	*ret_fd = steal_fd(&fd);
	return 0;
}
