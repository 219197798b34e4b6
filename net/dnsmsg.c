// SPDX-License-Identifier: Apache-2.0
#include "net/dnsmsg.h"

#include <string.h>

#include "net/packet.h"

enum {
	OFFSET_FLAGS = 2,
	OFFSET_COUNTS = 4, /* of questions, answers, authorities, additions */
	FLAG_ANSWER = 0x80,
	MASK_OPCODE = 0x78,
	FLAG_TRUNCATED = 0x02,
	FLAG_RECURSION = 0x01,
	FLAG_RECURSES = 0x80, /* in the second byte, beside the result code */
	MASK_RCODE = 0x0f,
	TTL_SECONDS = 60,
	POINTER = 0xc0, /* in place of a label's length */
	POINTERS_MAX = 32,
	RECORD_SIZE = 10, /* between the name and the data */
};

/* As the names of hosts have it: whatever the locale, ASCII only. */
static uint8_t lower(uint8_t byte)
{
	return byte >= 'A' && byte <= 'Z' ? (uint8_t)(byte + 'a' - 'A') : byte;
}

/* A byte of a label, so that it can't be taken for a dot or the end. */
static char printable(uint8_t byte)
{
	if (byte <= ' ' || byte >= 0x7f || byte == '.')
		return '?';
	return (char)lower(byte);
}

/* Read the labels at @at. Return: offset behind them, 0: they are bad */
static size_t parse_name(const uint8_t *message, size_t size, size_t at,
			 char *name)
{
	size_t length = 0;

	while (at < size && message[at] != 0) {
		size_t label = message[at++];

		/* A pointer can't occur in the first name of a message. */
		if (label > DNS_LABEL_MAX || label > size - at ||
		    at + label + 1 - DNS_HEADER_SIZE > DNS_NAME_MAX)
			return 0;
		if (length > 0)
			name[length++] = '.';
		for (size_t i = 0; i < label; i++)
			name[length++] = printable(message[at + i]);
		at += label;
	}
	name[length] = '\0';
	return at < size ? at + 1 : 0;
}

/* Follow pointers to labels. Return: offset of a length, 0: of nothing good */
static size_t follow(const uint8_t *message, size_t size, size_t at)
{
	for (int i = 0; i < POINTERS_MAX; i++) {
		if (at >= size)
			return 0;
		if ((message[at] & POINTER) != POINTER)
			return at;
		if (size - at < 2)
			return 0;
		at = packet_get16(message + at) & 0x3fff;
	}
	return 0;
}

/* Return: offset behind the name as it lies at @at, perhaps with a pointer at
 * its end; 0: it doesn't end
 */
static size_t skip_name(const uint8_t *message, size_t size, size_t at)
{
	while (at < size) {
		if (message[at] == 0)
			return at + 1;
		if ((message[at] & POINTER) == POINTER)
			return size - at < 2 ? 0 : at + 2;
		if (message[at] > DNS_LABEL_MAX)
			return 0;
		at += (size_t)message[at] + 1;
	}
	return 0;
}

size_t dns_read_name(const uint8_t *message, size_t size, size_t at, char *name)
{
	size_t end = skip_name(message, size, at);
	size_t length = 0;

	while (end && (at = follow(message, size, at)) && message[at] != 0) {
		size_t label = message[at++];

		/* Each label and its length, and the root's at the end. */
		if (label > DNS_LABEL_MAX || label > size - at ||
		    length + label + 2 > DNS_NAME_MAX - 1)
			return 0;
		if (length > 0)
			name[length++] = '.';
		for (size_t i = 0; i < label; i++)
			name[length++] = printable(message[at + i]);
		at += label;
	}
	name[length] = '\0';
	return at ? end : 0;
}

bool dns_read_record(const uint8_t *message, size_t size, size_t at,
		     struct dns_record *ret)
{
	size_t fixed = skip_name(message, size, at);
	struct dns_record record = { .name = at };

	if (!fixed || size - fixed < RECORD_SIZE)
		return false;
	record.type = packet_get16(message + fixed);
	record.klass = packet_get16(message + fixed + 2);
	record.ttl = packet_get32(message + fixed + 4);
	record.data_size = packet_get16(message + fixed + 8);
	record.data = fixed + RECORD_SIZE;
	record.end = record.data + record.data_size;
	if (record.end > size)
		return false;
	*ret = record;
	return true;
}

size_t dns_answer_count(const uint8_t *message)
{
	return packet_get16(message + OFFSET_COUNTS + 2);
}

size_t dns_udp_limit(const uint8_t *message, size_t size, size_t question_end)
{
	struct dns_record record = { .end = question_end };

	while (dns_read_record(message, size, record.end, &record))
		if (record.type == DNS_TYPE_OPT)
			return record.klass > DNS_UDP_SIZE_MIN
				       ? record.klass
				       : DNS_UDP_SIZE_MIN;
	return DNS_UDP_SIZE_MIN;
}

int dns_parse_query(const uint8_t *message, size_t size,
		    struct dns_question *ret)
{
	struct dns_question question;

	if (size < DNS_HEADER_SIZE ||
	    (message[OFFSET_FLAGS] & (FLAG_ANSWER | MASK_OPCODE)) ||
	    packet_get16(message + OFFSET_COUNTS) != 1)
		return -EBADMSG;

	size_t at = parse_name(message, size, DNS_HEADER_SIZE, question.name);

	if (at == 0 || size - at < 4)
		return -EBADMSG;
	question.type = packet_get16(message + at);
	question.klass = packet_get16(message + at + 2);
	question.end = at + 4;
	*ret = question;
	return 0;
}

bool dns_is_answer(const uint8_t *reply, size_t reply_size,
		   const uint8_t *query, size_t question_end)
{
	if (reply_size < DNS_HEADER_SIZE || memcmp(reply, query, 2) != 0 ||
	    !(reply[OFFSET_FLAGS] & FLAG_ANSWER))
		return false;
	/* Some servers leave the question out when they report an error. */
	if (packet_get16(reply + OFFSET_COUNTS) == 0)
		return dns_rcode_of(reply) != DNS_NOERROR;
	if (reply_size < question_end)
		return false;
	for (size_t i = DNS_HEADER_SIZE; i < question_end; i++)
		if (lower(reply[i]) != lower(query[i]))
			return false;
	return true;
}

enum dns_rcode dns_rcode_of(const uint8_t *message)
{
	return message[OFFSET_FLAGS + 1] & MASK_RCODE;
}

size_t dns_make_reply(uint8_t *message, size_t question_end,
		      enum dns_rcode rcode)
{
	message[OFFSET_FLAGS] &= FLAG_RECURSION;
	message[OFFSET_FLAGS] |= FLAG_ANSWER;
	message[OFFSET_FLAGS + 1] = FLAG_RECURSES | (uint8_t)rcode;
	memset(message + OFFSET_COUNTS, 0, 8);
	packet_put16(message + OFFSET_COUNTS, 1);
	return question_end;
}

/* All but the data, of a record for the question's name. Return: where those go
 */
static uint8_t *begin_record(uint8_t *message, size_t size, enum dns_type type,
			     size_t data_size)
{
	uint8_t *at = message + size;
	uint8_t *count = message + OFFSET_COUNTS + 2;

	packet_put16(count, (uint16_t)(packet_get16(count) + 1));
	packet_put16(at, 0xc000 | DNS_HEADER_SIZE); /* the question's name */
	packet_put16(at + 2, (uint16_t)type);
	packet_put16(at + 4, DNS_CLASS_IN);
	packet_put32(at + 6, TTL_SECONDS);
	packet_put16(at + 10, (uint16_t)data_size);
	return at + 12;
}

size_t dns_add_address(uint8_t *message, size_t size, const uint8_t *address,
		       uint8_t address_size)
{
	uint8_t *data = begin_record(
		message, size, address_size == 4 ? DNS_TYPE_A : DNS_TYPE_AAAA,
		address_size);

	memcpy(data, address, address_size);
	return size + 12 + address_size;
}

size_t dns_add_pointer(uint8_t *message, size_t size, const char *name)
{
	/* Each dot becomes the length of what is behind it. */
	size_t data_size = strlen(name) + 2;
	uint8_t *at = begin_record(message, size, DNS_TYPE_PTR, data_size);

	while (*name) {
		size_t label = strcspn(name, ".");

		*at++ = (uint8_t)label;
		memcpy(at, name, label);
		at += label;
		name += label + (name[label] == '.');
	}
	*at = 0;
	return size + 12 + data_size;
}

size_t dns_refuse(uint8_t *message, size_t size)
{
	bool is_query;

	if (size < DNS_HEADER_SIZE || (message[OFFSET_FLAGS] & FLAG_ANSWER))
		return 0;
	is_query = !(message[OFFSET_FLAGS] & MASK_OPCODE);
	message[OFFSET_FLAGS] &= FLAG_RECURSION | MASK_OPCODE;
	message[OFFSET_FLAGS] |= FLAG_ANSWER;
	message[OFFSET_FLAGS + 1] = is_query ? DNS_FORMERR : DNS_NOTIMP;
	memset(message + OFFSET_COUNTS, 0, 8);
	return DNS_HEADER_SIZE;
}

bool dns_is_truncated(const uint8_t *message)
{
	return message[OFFSET_FLAGS] & FLAG_TRUNCATED;
}

size_t dns_truncate(uint8_t *message, size_t size, size_t question_end,
		    size_t limit)
{
	struct dns_record record = { .end = question_end };
	size_t count = dns_answer_count(message), kept = 0, end = question_end;

	while (kept < count &&
	       dns_read_record(message, size, record.end, &record) &&
	       record.end <= limit) {
		end = record.end;
		kept++;
	}
	message[OFFSET_FLAGS] |= FLAG_TRUNCATED;
	packet_put16(message + OFFSET_COUNTS + 2, (uint16_t)kept);
	memset(message + OFFSET_COUNTS + 4, 0, 4);
	return end;
}
