// SPDX-License-Identifier: Apache-2.0
/* Values in GVariant's text format, as annotations for systemd have them:
 * 'text', true, 5, uint64 5000000, ['a.service'], @as [], ('/dev/null', 'rw').
 * Pure.
 *
 * What comes of it is a list of small steps, in the order in which a message
 * of D-Bus is built.
 */
#ifndef CGROUP_VARIANT_H
#define CGROUP_VARIANT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/error.h"

enum variant_step {
	VARIANT_BASIC, /* append .value or .text, of type .type */
	VARIANT_OPEN,  /* begin an array ('a') or a tuple ('r') of .text */
	VARIANT_CLOSE, /* end it */
};

struct variant_part {
	enum variant_step step;
	char type;  /* letter of D-Bus's type */
	char *text; /* owned; string, or signature of what is within */
	union {
		uint8_t byte;
		int boolean; /* as sd-bus takes it */
		int16_t int16;
		uint16_t uint16;
		int32_t int32;
		uint32_t uint32;
		int64_t int64;
		uint64_t uint64;
		double real;
	} value;
};

/* Zero is the empty one. */
struct variant {
	char *signature;            /* owned: "s", "a(ss)" */
	struct variant_part *parts; /* owned */
	size_t count;
};

void variant_clear(struct variant *variant);

/**
 * variant_parse() - Read a text
 * @ret:	Empty; for variant_clear(), also after a failure
 * @err:	EINVAL: says where it stops making sense; dictionaries, variants
 *		and byte strings, which no property of a unit has, are refused
 *
 * Return: 0, -EINVAL
 */
must_check int variant_parse(const char *text, struct variant *ret,
			     struct error *err);

/**
 * variant_to_microseconds() - A number of seconds as systemd has it
 * @variant:	A number of any type; becomes one of type 't'
 *
 * Return: 0, -EINVAL (not a number, negative or too large)
 */
must_check int variant_to_microseconds(struct variant *variant,
				       struct error *err);

#endif
