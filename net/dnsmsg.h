// SPDX-License-Identifier: Apache-2.0
/* As much of DNS messages (RFC 1035) as a forwarder has to understand. Pure. */
#ifndef NET_DNSMSG_H
#define NET_DNSMSG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

#define DNS_HEADER_SIZE 12
#define DNS_NAME_MAX    255 /* bytes in a message, with all lengths */
#define DNS_LABEL_MAX   63

enum dns_type {
	DNS_TYPE_A = 1,
	DNS_TYPE_CNAME = 5,
	DNS_TYPE_PTR = 12,
	DNS_TYPE_AAAA = 28,
	DNS_TYPE_OPT = 41,
	DNS_TYPE_IXFR = 251,
	DNS_TYPE_AXFR = 252,
};
enum dns_class { DNS_CLASS_IN = 1 };
enum dns_rcode {
	DNS_NOERROR = 0,
	DNS_FORMERR = 1,
	DNS_SERVFAIL = 2,
	DNS_NXDOMAIN = 3,
	DNS_NOTIMP = 4,
	DNS_REFUSED = 5,
};

/* What a client takes over UDP if it doesn't say. */
#define DNS_UDP_SIZE_MIN 512

struct dns_question {
	uint16_t type;
	uint16_t klass;
	size_t end;                  /* offset behind it in the message */
	char name[DNS_NAME_MAX + 1]; /* lower case, with dots, none at the end;
					odd bytes as '?' */
};

/* A record of a message; offsets are into it. */
struct dns_record {
	size_t name; /* whose it is, see dns_read_name() */
	uint16_t type;
	uint16_t klass;
	uint32_t ttl; /* seconds */
	size_t data;
	size_t data_size;
	size_t end; /* the next one begins here */
};

/**
 * dns_parse_query() - Check a query and take its question out
 *
 * Return: 0; -EBADMSG: no query with exactly one sound question
 */
must_check int dns_parse_query(const uint8_t *message, size_t size,
			       struct dns_question *ret);

/**
 * dns_is_answer() - Does @reply answer @query?
 * @question_end:	As dns_parse_query() found it in @query
 *
 * Compares id and question, so that a late or forged message doesn't count.
 */
bool dns_is_answer(const uint8_t *reply, size_t reply_size,
		   const uint8_t *query, size_t question_end);

/**
 * dns_read_name() - Read a name anywhere in a message, following pointers
 * @name:	Room for DNS_NAME_MAX + 1; as in struct dns_question
 *
 * Return: offset behind it; 0: it is bad
 */
size_t dns_read_name(const uint8_t *message, size_t size, size_t at,
		     char *name);

/**
 * dns_read_record() - Take the record at @at apart
 *
 * Return: is it sound, and all there? (But for the names in it.)
 */
bool dns_read_record(const uint8_t *message, size_t size, size_t at,
		     struct dns_record *ret);

/** dns_answer_count() - Number of records that answer, as the header has it */
size_t dns_answer_count(const uint8_t *message);

/**
 * dns_udp_limit() - Bytes of an answer that the sender of a query takes
 *
 * As EDNS (RFC 6891) has it, or DNS_UDP_SIZE_MIN.
 */
size_t dns_udp_limit(const uint8_t *message, size_t size, size_t question_end);

/** dns_is_truncated() - Does the answer say "ask again over TCP"? */
bool dns_is_truncated(const uint8_t *message);

/** dns_rcode_of() - Result code of a message with a whole header */
enum dns_rcode dns_rcode_of(const uint8_t *message);

/**
 * dns_make_reply() - Turn a query into an answer without records, in place
 * @question_end:	As dns_parse_query() found it
 *
 * Return: size of the answer
 */
size_t dns_make_reply(uint8_t *message, size_t question_end,
		      enum dns_rcode rcode);

/**
 * dns_add_address() - Append one address record for the question's name
 * @message:	From dns_make_reply(), with room for 28 bytes more
 * @size:	Of it so far
 * @address:	4 or 16 bytes: an A or AAAA record
 *
 * Return: new size
 */
size_t dns_add_address(uint8_t *message, size_t size, const uint8_t *address,
		       uint8_t address_size);

/**
 * dns_add_pointer() - The same with a name: a PTR record
 * @message:	With room for DNS_NAME_MAX + 12 bytes more
 * @name:	With dots between its labels, each of 1 to DNS_LABEL_MAX bytes,
 *and at most DNS_NAME_MAX - 2 bytes in all
 *
 * Return: new size
 */
size_t dns_add_pointer(uint8_t *message, size_t size, const char *name);

/**
 * dns_refuse() - Turn what isn't a query that we can read into an answer
 * @size:	Of the message
 *
 * Return: size of the answer; 0: that isn't to be answered
 */
size_t dns_refuse(uint8_t *message, size_t size);

/**
 * dns_truncate() - Cut an answer to @limit bytes: "ask again over TCP"
 * @question_end:	As dns_parse_query() found it in the query
 *
 * Whole records that answer are kept as long as they fit.
 *
 * Return: new size
 */
size_t dns_truncate(uint8_t *message, size_t size, size_t question_end,
		    size_t limit);

#endif
