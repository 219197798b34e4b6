// SPDX-License-Identifier: Apache-2.0
#include <criterion/criterion.h>
#include <string.h>

#include "base/cleanup.h"
#include "net/dnsmsg.h"
#include "net/packet.h"

/* A query for "Www.example" of type A: 12 + 13 + 4 bytes. */
static const uint8_t sample[] = {
	0xab, 0xcd, 0x01, 0x00, 0,   1,   0,   0,   0,   0, 0, 0, 3, 'W', 'w',
	'w',  7,    'e',  'x',  'a', 'm', 'p', 'l', 'e', 0, 0, 1, 0, 1,
};

enum { END = sizeof(sample) };

Test(dnsmsg, a_query_is_taken_apart)
{
	struct dns_question question;

	cr_assert_eq(dns_parse_query(sample, sizeof(sample), &question), 0);
	cr_assert_str_eq(question.name, "www.example");
	cr_assert_eq(question.type, DNS_TYPE_A);
	cr_assert_eq(question.klass, DNS_CLASS_IN);
	cr_assert_eq(question.end, END);
}

Test(dnsmsg, a_query_cut_anywhere_is_bad)
{
	struct dns_question question;

	for (size_t size = 0; size < sizeof(sample); size++) {
		auto_free uint8_t *copy = malloc(size ? size : 1);

		memcpy(copy, sample, size);
		cr_assert_eq(dns_parse_query(copy, size, &question), -EBADMSG);
	}
}

Test(dnsmsg, what_is_no_query_with_one_question_is_bad)
{
	static const struct {
		size_t at;
		uint8_t value;
	} changes[] = {
		{ 2, 0x81 },  /* an answer */
		{ 2, 0x28 },  /* an update */
		{ 5, 0 },     /* no question */
		{ 5, 2 },     /* two */
		{ 12, 0xc0 }, /* a pointer, to itself */
		{ 12, 64 },   /* a label too long */
		{ 16, 63 },   /* a label beyond the end */
	};

	for (size_t i = 0; i < ARRAY_COUNT(changes); i++) {
		uint8_t copy[sizeof(sample)];
		struct dns_question question;

		memcpy(copy, sample, sizeof(sample));
		copy[changes[i].at] = changes[i].value;
		cr_assert_eq(dns_parse_query(copy, sizeof(copy), &question),
			     -EBADMSG, "case %zu", i);
	}
}

Test(dnsmsg, a_name_may_have_255_bytes_and_no_more)
{
	uint8_t query[400] = { 0, 0, 1, 0, 0, 1 };
	struct dns_question question;
	size_t at = DNS_HEADER_SIZE;

	for (int i = 0; i < 4; i++, at += 64) {
		query[at] = 63;
		memset(query + at + 1, 'a', 63);
	}
	cr_assert_eq(dns_parse_query(query, at + 5, &question), -EBADMSG);
	/* Three such labels and one of 61: 255 with the root. */
	at -= 64;
	query[at] = 61;
	query[at + 62] = 0;
	cr_assert_eq(dns_parse_query(query, at + 67, &question), 0);
	cr_assert_eq(strlen(question.name), 3 * 64 + 61);
}

Test(dnsmsg, odd_bytes_in_a_name_cannot_pose_as_a_dot)
{
	uint8_t copy[sizeof(sample)];
	struct dns_question question;

	memcpy(copy, sample, sizeof(sample));
	copy[14] = '.';
	copy[15] = 0;
	cr_assert_eq(dns_parse_query(copy, sizeof(copy), &question), 0);
	cr_assert_str_eq(question.name, "w??.example");
}

Test(dnsmsg, only_the_answer_to_this_query_counts)
{
	uint8_t reply[sizeof(sample)];

	memcpy(reply, sample, sizeof(sample));
	cr_assert_not(dns_is_answer(reply, END, sample, END), "a query");
	reply[2] |= 0x80;
	cr_assert(dns_is_answer(reply, END, sample, END));
	cr_assert_not(dns_is_answer(reply, END - 1, sample, END), "cut");
	cr_assert_not(dns_is_answer(reply, 11, sample, END), "no header");
	reply[13] = 'w';
	cr_assert(dns_is_answer(reply, END, sample, END), "other case");
	reply[13] = 'x';
	cr_assert_not(dns_is_answer(reply, END, sample, END), "other name");
	reply[13] = 'w';
	reply[END - 3] = 28;
	cr_assert_not(dns_is_answer(reply, END, sample, END), "other type");
	reply[END - 3] = 1;
	reply[0] ^= 1;
	cr_assert_not(dns_is_answer(reply, END, sample, END), "other id");
}

Test(dnsmsg, an_error_may_come_without_the_question)
{
	uint8_t reply[DNS_HEADER_SIZE] = { 0xab, 0xcd, 0x81, 0x81 };

	cr_assert(dns_is_answer(reply, sizeof(reply), sample, END));
	reply[3] = 0x80;
	cr_assert_not(dns_is_answer(reply, sizeof(reply), sample, END));
}

Test(dnsmsg, an_address_answers_the_question)
{
	static const uint8_t address[] = { 10, 0, 2, 2 };
	uint8_t message[sizeof(sample) + 28];
	size_t size;

	memcpy(message, sample, sizeof(sample));
	size = dns_make_reply(message, END, DNS_NOERROR);
	size = dns_add_address(message, size, address, 4);
	cr_assert_eq(size, END + 16);
	cr_assert(dns_is_answer(message, size, sample, END));
	cr_assert_eq(message[2], 0x81, "an answer, recursion desired");
	cr_assert_eq(message[3], 0x80);
	cr_assert_eq(packet_get16(message + 6), 1);
	cr_assert_arr_eq(message + size - 4, address, 4);
}

Test(dnsmsg, a_failure_has_no_records)
{
	uint8_t message[sizeof(sample)];

	memcpy(message, sample, sizeof(sample));
	message[11] = 1; /* EDNS in the query */
	cr_assert_eq(dns_make_reply(message, END, DNS_SERVFAIL), END);
	cr_assert_eq(dns_rcode_of(message), DNS_SERVFAIL);
	cr_assert_eq(message[11], 0);
}

/* A record of @size bytes of data, whose name is the question's. */
static size_t put_record(uint8_t *message, size_t at, uint16_t type,
			 uint16_t size)
{
	packet_put16(message + at, 0xc00c);
	packet_put16(message + at + 2, type);
	packet_put16(message + at + 4, DNS_CLASS_IN);
	packet_put32(message + at + 6, 7);
	packet_put16(message + at + 10, size);
	memset(message + at + 12, 'x', size);
	return at + 12 + size;
}

Test(dnsmsg, truncating_keeps_the_answers_that_fit)
{
	uint8_t message[600];
	size_t size = END;

	memcpy(message, sample, sizeof(sample));
	message[2] |= 0x80;
	for (int i = 0; i < 3; i++)
		size = put_record(message, size, 16, 50);
	packet_put16(message + 6, 3);
	packet_put16(message + 10, 1);
	cr_assert_eq(dns_truncate(message, size, END, END + 125), END + 124);
	cr_assert(dns_is_truncated(message));
	cr_assert_eq(dns_answer_count(message), 2);
	cr_assert_eq(packet_get16(message + 10), 0);
	cr_assert_eq(dns_truncate(message, size, END, END + 61), END);
	cr_assert_eq(dns_answer_count(message), 0);
}

Test(dnsmsg, truncating_survives_what_the_header_promises)
{
	uint8_t message[600] = { 0 };

	memcpy(message, sample, sizeof(sample));
	message[7] = 20;
	cr_assert_eq(dns_truncate(message, END, END, END), END);
	cr_assert(dns_is_truncated(message));
	cr_assert_eq(message[7], 0);
}

Test(dnsmsg, records_cut_anywhere_are_bad)
{
	uint8_t message[100];
	struct dns_record record;
	size_t size;

	memcpy(message, sample, sizeof(sample));
	size = put_record(message, END, DNS_TYPE_A, 4);
	cr_assert(dns_read_record(message, size, END, &record));
	cr_assert_eq(record.type, DNS_TYPE_A);
	cr_assert_eq(record.ttl, 7);
	cr_assert_eq(record.end, size);
	cr_assert_eq(message[record.data], 'x');
	for (size_t cut = END; cut < size; cut++) {
		auto_free uint8_t *copy = malloc(cut);

		memcpy(copy, message, cut);
		cr_assert_not(dns_read_record(copy, cut, END, &record));
	}
}

Test(dnsmsg, names_are_read_through_pointers)
{
	static const uint8_t message[] = {
		0,    0,   0,    0,  0,   0, 0,   0,   0,
		0,    0,   0,    1,  'A', 2, 'b', 'c', 0, /* 12: a.bc */
		1,    'd', 0xc0, 14,                      /* 18: d.bc */
		0xc0, 18,                                 /* 22: the same */
		0xc0, 24,                                 /* 24: itself */
		1,    'e', 0xc0, 26,                      /* 26: e.e.e... */
		0xc0,                                     /* 30: cut */
	};
	char name[DNS_NAME_MAX + 1];

	cr_assert_eq(dns_read_name(message, sizeof(message), 12, name), 18);
	cr_assert_str_eq(name, "a.bc");
	cr_assert_eq(dns_read_name(message, sizeof(message), 22, name), 24);
	cr_assert_str_eq(name, "d.bc");
	cr_assert_eq(dns_read_name(message, sizeof(message), 24, name), 0);
	cr_assert_eq(dns_read_name(message, sizeof(message), 26, name), 0);
	cr_assert_eq(dns_read_name(message, sizeof(message), 30, name), 0);
	cr_assert_eq(dns_read_name(message, sizeof(message), 31, name), 0);
}

Test(dnsmsg, a_client_may_say_how_much_it_takes)
{
	uint8_t message[100];
	size_t size;

	memcpy(message, sample, sizeof(sample));
	cr_assert_eq(dns_udp_limit(message, END, END), 512);
	size = put_record(message, END, DNS_TYPE_OPT, 0);
	packet_put16(message + END + 4, 1400);
	cr_assert_eq(dns_udp_limit(message, size, END), 1400);
	packet_put16(message + END + 4, 100);
	cr_assert_eq(dns_udp_limit(message, size, END), 512);
}

Test(dnsmsg, what_cant_be_read_is_refused_unless_it_is_an_answer)
{
	uint8_t message[sizeof(sample)];

	memcpy(message, sample, sizeof(sample));
	message[5] = 2;
	cr_assert_eq(dns_refuse(message, END), DNS_HEADER_SIZE);
	cr_assert_eq(dns_rcode_of(message), DNS_FORMERR);
	cr_assert_eq(message[2], 0x81);
	cr_assert_eq(message[5], 0);
	cr_assert_eq(dns_refuse(message, END), 0, "an answer");
	cr_assert_eq(dns_refuse(message, 11), 0);
	message[2] = 0x28;
	cr_assert_eq(dns_refuse(message, END), DNS_HEADER_SIZE);
	cr_assert_eq(dns_rcode_of(message), DNS_NOTIMP);
}

Test(dnsmsg, a_pointer_is_read_as_the_name_it_was_made_of)
{
	static const char *const names[] = { "one", "one.web", "a.b.c" };

	for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
		uint8_t message[600];
		struct dns_record record;
		char name[DNS_NAME_MAX + 1];
		size_t size;

		memcpy(message, sample, sizeof(sample));
		size = dns_make_reply(message, END, DNS_NOERROR);
		size = dns_add_pointer(message, size, names[i]);
		cr_assert_eq(dns_answer_count(message), 1);
		cr_assert(dns_read_record(message, size, END, &record));
		cr_expect_eq(record.type, DNS_TYPE_PTR);
		cr_expect_eq(record.end, size);
		cr_expect_eq(dns_read_name(message, size, record.data, name),
			     size);
		cr_expect_str_eq(name, names[i]);
	}
}
