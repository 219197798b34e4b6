// SPDX-License-Identifier: Apache-2.0
#include "net/control.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "base/fd.h"

enum { NAME_MAX_LENGTH = 64 };

static const char *skip_blanks(const char *at, const char *end)
{
	while (at < end && isspace((unsigned char)*at))
		at++;
	return at;
}

/* Copy the name after "execute": from @request, up to what no name has in it.
 * Return: is there one?
 */
static bool find_name(const char *request, size_t size, char *name)
{
	static const char key[] = "\"execute\"";
	const char *end = request + size;
	const char *at = memmem(request, size, key, sizeof(key) - 1);
	size_t length = 0;

	if (!at)
		return false;
	at = skip_blanks(at + sizeof(key) - 1, end);
	if (at == end || *at != ':')
		return false;
	at = skip_blanks(at + 1, end);
	if (at == end || *at != '"')
		return false;
	for (at++; at < end && length < NAME_MAX_LENGTH; at++) {
		if (!isalnum((unsigned char)*at) && *at != '_' && *at != '-')
			break;
		name[length++] = *at;
	}
	name[length] = '\0';
	return length > 0;
}

size_t control_reply(const char *request, size_t size, char *reply)
{
	char name[NAME_MAX_LENGTH + 1];
	int length;

	if (find_name(request, size, name))
		length = snprintf(
			reply, CONTROL_REPLY_MAX,
			"{\"error\":{\"desc\":\"unknown request: %s\"}}", name);
	else
		length = snprintf(
			reply, CONTROL_REPLY_MAX,
			"{\"error\":{\"desc\":\"bad request: no \\\"execute\\\" in it\"}}");
	return length < 0 ? 0 : (size_t)length;
}

int control_on_message(int sock)
{
	char request[CONTROL_REQUEST_MAX], reply[CONTROL_REPLY_MAX];
	ssize_t size = fd_receive(sock, request, sizeof(request), NULL, 0);

	if (size == -EAGAIN)
		return 1;
	if (size <= 0)
		return 0;

	size_t length = control_reply(request, (size_t)size, reply);

	/* Who doesn't take the answer off the socket misses it. */
	(void)!fd_send(sock, reply, length, NULL, 0);
	return 1;
}
