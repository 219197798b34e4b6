// SPDX-License-Identifier: Apache-2.0
#include "init/sync.h"

#include <stddef.h>
#include <string.h>

#include "base/fd.h"

/* Only as much of an error as says something: most messages are short. */
static size_t message_size(const struct sync_message *message)
{
	return offsetof(struct sync_message, error.text) +
	       strlen(message->error.text) + 1;
}

int sync_send(int sock, enum stage stage, int fd)
{
	struct sync_message message = { .stage = stage };

	return fd_send(sock, &message, message_size(&message), &fd, fd >= 0);
}

void sync_send_error(int sock, enum stage stage, const struct error *err)
{
	struct sync_message message = { .stage = stage, .error = *err };

	(void)!fd_send(sock, &message, message_size(&message), NULL, 0);
}

int sync_receive(int sock, struct sync_message *ret_message, int *ret_fd)
{
	struct sync_message message = { .stage = STAGE_END };
	int fd = -1;
	ssize_t size = fd_receive(sock, &message, sizeof(message), &fd,
				  ret_fd ? 1 : 0);

	/* The other side ended with something of ours unread: an end too. */
	if (size < 0 && size != -ECONNRESET)
		return (int)size;
	if (size <= 0)
		message.stage = STAGE_END;
	message.error.text[sizeof(message.error.text) - 1] = '\0';
	*ret_message = message;
	if (ret_fd)
		*ret_fd = fd;
	return 0;
}
