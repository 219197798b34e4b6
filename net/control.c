// SPDX-License-Identifier: Apache-2.0
#include "net/control.h"

#include <string.h>

#include "base/cleanup.h"
#include "base/fd.h"
#include "net/api.h"

int control_on_message(struct network *network)
{
	char request[CONTROL_REQUEST_MAX];
	ssize_t size =
		fd_receive(network->control, request, sizeof(request), NULL, 0);

	if (size == -EAGAIN)
		return 1;
	if (size <= 0)
		return 0;

	auto_free char *answer = api_execute(network, request, (size_t)size);

	/* Who doesn't take the answer off the socket misses it. */
	(void)!fd_send(network->control, answer, strlen(answer), NULL, 0);
	return 1;
}
