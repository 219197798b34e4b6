// SPDX-License-Identifier: Apache-2.0
#include "net/netlink.h"

#include <assert.h>
#include <linux/netlink.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "base/cleanup.h"

/* The kernel finds the length of a request in its header, which grows with each
 * attribute; so does that of a nest.
 */
static void *grow(struct netlink_batch *batch, size_t size)
{
	uint8_t *at = batch->data + batch->size;
	struct nlmsghdr *head = (void *)(batch->data + batch->request);

	assert(batch->size + NLMSG_ALIGN(size) <= NETLINK_SIZE_MAX);
	memset(at, 0, NLMSG_ALIGN(size));
	batch->size += NLMSG_ALIGN(size);
	head->nlmsg_len = (uint32_t)(batch->size - batch->request);
	return at;
}

void netlink_begin(struct netlink_batch *batch, const char *what, uint16_t type,
		   uint16_t flags, const void *body, size_t size)
{
	struct nlmsghdr *head;

	assert(batch->count < NETLINK_REQUESTS_MAX);
	batch->request = batch->size;
	head = grow(batch, NLMSG_LENGTH(size));
	head->nlmsg_type = type;
	head->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	head->nlmsg_seq = (uint32_t)batch->count;
	memcpy(NLMSG_DATA(head), body, size);
	batch->requests[batch->count++] =
		(struct netlink_request){ .what = what };
}

void netlink_put(struct netlink_batch *batch, uint16_t type, const void *data,
		 size_t size)
{
	struct nlattr *at = grow(batch, NLA_HDRLEN + size);

	at->nla_type = type;
	at->nla_len = (uint16_t)(NLA_HDRLEN + size);
	memcpy((uint8_t *)at + NLA_HDRLEN, data, size);
}

void netlink_put_text(struct netlink_batch *batch, uint16_t type,
		      const char *text)
{
	netlink_put(batch, type, text, strlen(text) + 1);
}

void netlink_put_u32(struct netlink_batch *batch, uint16_t type, uint32_t value)
{
	netlink_put(batch, type, &value, sizeof(value));
}

void netlink_put_raw(struct netlink_batch *batch, const void *data, size_t size)
{
	memcpy(grow(batch, size), data, size);
}

size_t netlink_nest(struct netlink_batch *batch, uint16_t type)
{
	size_t nest = batch->size;
	struct nlattr *at = grow(batch, NLA_HDRLEN);

	at->nla_type = type | NLA_F_NESTED;
	return nest;
}

void netlink_unnest(struct netlink_batch *batch, size_t nest)
{
	struct nlattr *at = (void *)(batch->data + nest);

	at->nla_len = (uint16_t)(batch->size - nest);
}

void netlink_hush(struct netlink_batch *batch)
{
	struct nlmsghdr *head = (void *)(batch->data + batch->request);

	head->nlmsg_flags &= (uint16_t)~NLM_F_ACK;
	batch->requests[batch->count - 1].silent = true;
}

void netlink_forgive(struct netlink_batch *batch, size_t first)
{
	for (size_t i = first; i < batch->count; i++)
		batch->requests[i].optional = true;
}

/* Judge the answers in one datagram. Return: how many there were, negative
 * errno of the first that matters
 */
static int judge(const struct netlink_batch *batch, void *data, size_t size,
		 struct error *err)
{
	int answers = 0;

	for (struct nlmsghdr *head = data; NLMSG_OK(head, size);
	     head = NLMSG_NEXT(head, size)) {
		const struct nlmsgerr *answer = NLMSG_DATA(head);

		if (head->nlmsg_type != NLMSG_ERROR ||
		    head->nlmsg_seq >= batch->count)
			continue;
		answers += !batch->requests[head->nlmsg_seq].silent;
		if (answer->error && !batch->requests[head->nlmsg_seq].optional)
			return error_set(err, -answer->error, "%s",
					 batch->requests[head->nlmsg_seq].what);
	}
	return answers;
}

static size_t expected_answers(const struct netlink_batch *batch)
{
	size_t count = 0;

	for (size_t i = 0; i < batch->count; i++)
		count += !batch->requests[i].silent;
	return count;
}

int netlink_commit(const struct netlink_batch *batch, int protocol,
		   struct error *err)
{
	auto_close int sock =
		socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol);
	_Alignas(8) uint8_t answer[8192];
	size_t left = expected_answers(batch);

	if (sock < 0)
		return error_set(err, errno, "open a netlink socket");
	if (send(sock, batch->data, batch->size, 0) < 0)
		return error_set(err, errno, "send to the kernel's netlink");
	while (left > 0) {
		ssize_t size = recv(sock, answer, sizeof(answer), 0);

		if (size < 0 && errno == EINTR)
			continue;
		if (size <= 0)
			return error_set(err, size < 0 ? errno : EIO,
					 "receive from the kernel's netlink");

		int answers = judge(batch, answer, (size_t)size, err);

		if (answers < 0)
			return answers;
		left -= (size_t)answers < left ? (size_t)answers : left;
	}
	return 0;
}
