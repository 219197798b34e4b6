// SPDX-License-Identifier: Apache-2.0
/* What was denied, as a line of JSON. Pure. */
#ifndef NET_DENIAL_H
#define NET_DENIAL_H

#include <stddef.h>
#include <stdint.h>

#define DENIAL_LINE_MAX 2048

struct denial {
	const char *protocol; /* "tcp", "udp", "icmp", "dns" */
	int family;
	const uint8_t *src; /* 4 or 16 bytes */
	const uint8_t *dst;
	uint16_t src_port; /* host order; 0: it has none */
	uint16_t dst_port;
	const char *name; /* as far as we know; NULL or empty: we don't */
	const char *rule; /* as it was given; NULL: none allows it */
};

/* A line of the log, with its end. */
struct denial_line {
	size_t size;
	char text[DENIAL_LINE_MAX];
};

/**
 * denial_write() - Say what was denied
 * @time_ms:	Since 1970
 */
void denial_write(const struct denial *denial, int64_t time_ms,
		  struct denial_line *ret);

/** denial_write_count() - Say that @count lines weren't written */
void denial_write_count(uint64_t count, int64_t time_ms,
			struct denial_line *ret);

/** denial_write_full() - Say that there won't be more */
void denial_write_full(int64_t time_ms, struct denial_line *ret);

#endif
