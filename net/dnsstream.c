// SPDX-License-Identifier: Apache-2.0
#include "net/dnsstream.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>

#include "net/packet.h"

static bool is_later(ssize_t result)
{
	return result < 0 && (errno == EAGAIN || errno == EINTR);
}

size_t dnsstream_put(uint8_t *data, const uint8_t *message, size_t size)
{
	packet_put16(data, (uint16_t)size);
	memcpy(data + DNSSTREAM_HEAD, message, size);
	return DNSSTREAM_HEAD + size;
}

int dnsstream_send(int fd, const uint8_t *data, size_t size, size_t *done)
{
	while (*done < size) {
		ssize_t sent =
			send(fd, data + *done, size - *done, MSG_NOSIGNAL);

		if (sent < 0)
			return is_later(sent) ? 0 : -1;
		*done += (size_t)sent;
	}
	return 1;
}

/* Bytes up to the end of the message, as far as is known. */
static size_t wanted(const uint8_t *data, size_t done)
{
	return done < DNSSTREAM_HEAD ? DNSSTREAM_HEAD
				     : DNSSTREAM_HEAD + packet_get16(data);
}

int dnsstream_receive(int fd, uint8_t *data, size_t room, size_t *done)
{
	for (;;) {
		size_t end = wanted(data, *done);
		ssize_t size;

		if (end > room)
			return -1;
		size = recv(fd, data + *done, end - *done, 0);
		if (size <= 0)
			return is_later(size) ? 0 : -1;
		*done += (size_t)size;
		if (*done < DNSSTREAM_HEAD || *done < wanted(data, *done))
			continue;
		return *done > DNSSTREAM_HEAD ? (int)(*done - DNSSTREAM_HEAD)
					      : -1;
	}
}
