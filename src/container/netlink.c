// SPDX-License-Identifier: Apache-2.0
#include "container/netlink.h"

#include <string.h>
#include <sys/socket.h>

void netlink_begin(struct netlink_request *request, uint16_t type,
		   uint16_t flags, const void *body, size_t size)
{
	*request = (struct netlink_request){ 0 };
	request->head = (struct nlmsghdr){
		.nlmsg_len = (uint32_t)NLMSG_LENGTH(size),
		.nlmsg_type = type,
		.nlmsg_flags = NLM_F_REQUEST | flags,
		.nlmsg_seq = 1,
	};
	memcpy(NLMSG_DATA(&request->head), body, size);
}

int netlink_add(struct netlink_request *request, uint16_t type,
		const void *data, size_t size)
{
	size_t at = NLMSG_ALIGN(request->head.nlmsg_len);
	const struct rtattr attribute = {
		.rta_len = (uint16_t)RTA_LENGTH(size),
		.rta_type = type,
	};

	if (at + RTA_SPACE(size) > sizeof(request->bytes))
		return -EMSGSIZE;
	memcpy(request->bytes + at, &attribute, sizeof(attribute));
	memcpy(request->bytes + at + RTA_LENGTH(0), data, size);
	request->head.nlmsg_len = (uint32_t)(at + RTA_LENGTH(size));
	return 0;
}

static int send_request(int sock, const struct netlink_request *request)
{
	ssize_t sent = send(sock, request->bytes, request->head.nlmsg_len,
			    MSG_NOSIGNAL);

	return sent < 0 ? -errno : 0;
}

/* Return: 1 at the end of the answer, 0, negative errno */
static int take_message(const struct nlmsghdr *message, netlink_take *take,
			void *argument)
{
	const struct nlmsgerr *answer = NLMSG_DATA(message);

	if (message->nlmsg_type == NLMSG_ERROR)
		return answer->error < 0 ? answer->error : 1;
	if (message->nlmsg_type == NLMSG_DONE)
		return 1;
	return take ? take(message, argument) : 0;
}

int netlink_ask(int sock, const struct netlink_request *request,
		netlink_take *take, void *argument)
{
	_Alignas(NLMSG_ALIGNTO) char answer[32768];
	int result = send_request(sock, request);

	while (result == 0) {
		ssize_t size = recv(sock, answer, sizeof(answer), 0);

		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return size < 0 ? -errno : -EPIPE;
		for (const struct nlmsghdr *message = (const void *)answer;
		     result == 0 && NLMSG_OK(message, (size_t)size);
		     message = NLMSG_NEXT(message, size))
			result = take_message(message, take, argument);
	}
	return result < 0 ? result : 0;
}
