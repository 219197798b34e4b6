// SPDX-License-Identifier: Apache-2.0
/* Theory of operation: a program of seccomp(2) jumps forward only and has no
 * other input than struct seccomp_data. For a given architecture and number we
 * can follow it up to an answer, or up to where it loads something else, mostly
 * an argument. What it does there depends on nothing before, so that place
 * stands for all that may follow.
 *
 * Where the program compares the number with k, the outcome can only change at
 * k or at k + 1; so it is followed once for each of these, and neighbours with
 * the same outcome are one range. The new program searches the ranges of the
 * architecture, a few instead of one for each call, and ends in an answer or
 * jumps to a copy of the old program's code for the arguments.
 */
#include "oci/seccomp_shorten.h"

#include <linux/seccomp.h>
#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "oci/seccomp_code.h"

enum {
	HOLDS_NUMBER = 1, /* what the accumulator may hold */
	HOLDS_ARCH = 2,
	RANGES_MAX = 2 * BPF_MAXINSNS + 1,
};

/* What a call comes to. */
struct outcome {
	bool is_code;   /* decided by the old program's code at .value */
	uint32_t value; /* or the answer */
};

struct breaks {
	uint32_t items[RANGES_MAX];
	size_t count;
};

/* What the calls of one architecture come to. */
struct table {
	struct seccomp_range *ranges;
	size_t count;
};

struct jump {
	size_t at; /* in the new program */
	size_t target;
};

struct shortening {
	const struct sock_filter *old;
	size_t length;

	uint8_t holds[BPF_MAXINSNS]; /* HOLDS_* before each instruction */
	uint8_t kept[BPF_MAXINSNS];  /* 1: part of what has to be copied */
	size_t copy[BPF_MAXINSNS];   /* where it is in the new program */

	struct breaks numbers, archs;
	struct outcome *outcomes; /* leaves of the tables' ranges */
	size_t outcome_count;
	struct table *tables;
	size_t table_count;
	struct seccomp_range *arch_ranges; /* leaves: index of the table */
	size_t arch_range_count;

	struct jump table_jumps[BPF_MAXINSNS]; /* targets: tables */
	size_t table_jump_count;
	struct jump jumps[BPF_MAXINSNS]; /* targets: in the old program */
	size_t jump_count;
	struct seccomp_code code;
};

static void shortening_free(struct shortening **owner)
{
	struct shortening *s = *owner;

	for (size_t i = 0; i < s->table_count; i++)
		free(s->tables[i].ranges);
	free(s->tables);
	free(s->outcomes);
	free(s->arch_ranges);
	free(s);
}

static bool is_load(const struct sock_filter *at)
{
	return at->code == (BPF_LD | BPF_W | BPF_ABS);
}

static bool is_jump(const struct sock_filter *at)
{
	return at->code == (BPF_JMP | BPF_JA);
}

static bool is_return(const struct sock_filter *at)
{
	return at->code == (BPF_RET | BPF_K);
}

/* Return: does @at compare in a way that we follow? */
static bool compare(const struct sock_filter *at, uint32_t value, bool *ret)
{
	switch (at->code) {
	case BPF_JMP | BPF_JEQ | BPF_K:
		*ret = value == at->k;
		return true;
	case BPF_JMP | BPF_JGE | BPF_K:
		*ret = value >= at->k;
		return true;
	case BPF_JMP | BPF_JGT | BPF_K:
		*ret = value > at->k;
		return true;
	default:
		return false;
	}
}

/* What a load puts into the accumulator. */
enum loaded { LOADED_NUMBER, LOADED_ARCH, LOADED_OTHER };

static enum loaded loaded(const struct sock_filter *at)
{
	if (at->k == offsetof(struct seccomp_data, nr))
		return LOADED_NUMBER;
	if (at->k == offsetof(struct seccomp_data, arch))
		return LOADED_ARCH;
	return LOADED_OTHER;
}

/* Return: false if there are instructions that we don't follow. */
static bool follow(const struct shortening *s, uint32_t arch, uint32_t number,
		   struct outcome *ret)
{
	const uint32_t values[] = {
		[LOADED_NUMBER] = number,
		[LOADED_ARCH] = arch,
	};
	uint32_t value = 0;
	bool holds = false;

	for (size_t i = 0; i < s->length; i++) {
		const struct sock_filter *at = &s->old[i];

		if (is_return(at)) {
			*ret = (struct outcome){ .value = at->k };
			return true;
		}
		if (is_load(at) && loaded(at) == LOADED_OTHER) {
			*ret = (struct outcome){ true, (uint32_t)i };
			return true;
		}
		if (is_load(at))
			value = values[loaded(at)];
		else if (is_jump(at))
			i += at->k;
		else if (compare(at, value, &holds))
			i += holds ? at->jt : at->jf;
		else
			return false;
	}
	return false;
}

/* What the accumulator may hold behind @at, where it may hold @before. */
static uint8_t holds_after(const struct sock_filter *at, uint8_t before)
{
	static const uint8_t after[] = {
		[LOADED_NUMBER] = HOLDS_NUMBER,
		[LOADED_ARCH] = HOLDS_ARCH,
		[LOADED_OTHER] = 0,
	};

	return is_load(at) ? after[loaded(at)] : before;
}

/* Set @flags at each instruction that may come next after number @i. */
static void mark_next(const struct shortening *s, size_t i, uint8_t *marks,
		      uint8_t flags)
{
	const struct sock_filter *at = &s->old[i];

	if (BPF_CLASS(at->code) == BPF_RET)
		return;
	if (is_jump(at)) {
		marks[i + 1 + at->k] |= flags;
	} else if (BPF_CLASS(at->code) == BPF_JMP) {
		marks[i + 1 + at->jt] |= flags;
		marks[i + 1 + at->jf] |= flags;
	} else {
		marks[i + 1] |= flags;
	}
}

/* What the accumulator may hold before each instruction. Jumps go forward, so
 * one pass sees every way there is before it gets there.
 */
static void find_holds(struct shortening *s)
{
	for (size_t i = 0; i < s->length; i++)
		mark_next(s, i, s->holds, holds_after(&s->old[i], s->holds[i]));
}

static void add_break(struct breaks *breaks, uint32_t value)
{
	breaks->items[breaks->count++] = value;
	if (value != UINT32_MAX)
		breaks->items[breaks->count++] = value + 1;
}

static int by_value(const void *a, const void *b)
{
	uint32_t left, right;

	memcpy(&left, a, sizeof(left));
	memcpy(&right, b, sizeof(right));
	return left < right ? -1 : left > right;
}

static void settle(struct breaks *breaks)
{
	size_t kept = 1;

	breaks->items[breaks->count++] = 0;
	qsort(breaks->items, breaks->count, sizeof(*breaks->items), by_value);
	for (size_t i = 1; i < breaks->count; i++)
		if (breaks->items[i] != breaks->items[kept - 1])
			breaks->items[kept++] = breaks->items[i];
	breaks->count = kept;
}

static void find_breaks(struct shortening *s)
{
	for (size_t i = 0; i < s->length; i++) {
		const struct sock_filter *at = &s->old[i];
		bool ignored;

		if (!compare(at, 0, &ignored))
			continue;
		if (s->holds[i] & HOLDS_NUMBER)
			add_break(&s->numbers, at->k);
		if (s->holds[i] & HOLDS_ARCH)
			add_break(&s->archs, at->k);
	}
	settle(&s->numbers);
	settle(&s->archs);
}

/* Return: index of @outcome among all that there are */
static int find_outcome(struct shortening *s, const struct outcome *outcome)
{
	size_t i = 0;

	while (i < s->outcome_count &&
	       (s->outcomes[i].is_code != outcome->is_code ||
		s->outcomes[i].value != outcome->value))
		i++;
	if (i == s->outcome_count) {
		s->outcomes = xrealloc_array(s->outcomes, i + 1,
					     sizeof(*s->outcomes));
		s->outcomes[s->outcome_count++] = *outcome;
	}
	return (int)i;
}

static bool make_table(struct shortening *s, uint32_t arch, struct table *ret)
{
	const struct breaks *numbers = &s->numbers;

	ret->ranges = xcalloc(numbers->count, sizeof(*ret->ranges));
	for (size_t i = 0; i < numbers->count; i++) {
		struct outcome outcome;

		if (!follow(s, arch, numbers->items[i], &outcome))
			return false;

		int leaf = find_outcome(s, &outcome);

		if (ret->count && ret->ranges[ret->count - 1].leaf == leaf)
			continue;
		ret->ranges[ret->count++] = (struct seccomp_range){
			.first = numbers->items[i],
			.leaf = leaf,
		};
	}
	return true;
}

/* Return: index of a table that says the same as the last one, perhaps itself
 */
static int find_table(const struct shortening *s)
{
	const struct table *last = &s->tables[s->table_count - 1];
	size_t i = 0;

	while (s->tables[i].count != last->count ||
	       memcmp(s->tables[i].ranges, last->ranges,
		      last->count * sizeof(*last->ranges)) != 0)
		i++;
	return (int)i;
}

static bool make_tables(struct shortening *s)
{
	s->tables = xcalloc(s->archs.count, sizeof(*s->tables));
	s->arch_ranges = xcalloc(s->archs.count, sizeof(*s->arch_ranges));
	for (size_t i = 0; i < s->archs.count; i++) {
		struct table *table = &s->tables[s->table_count++];

		if (!make_table(s, s->archs.items[i], table))
			return false;

		int index = find_table(s);

		if ((size_t)index != s->table_count - 1) {
			free(table->ranges);
			*table = (struct table){ 0 };
			s->table_count--;
		}
		if (s->arch_range_count &&
		    s->arch_ranges[s->arch_range_count - 1].leaf == index)
			continue;
		s->arch_ranges[s->arch_range_count++] = (struct seccomp_range){
			.first = s->archs.items[i],
			.leaf = index,
		};
	}
	return true;
}

/* In code that is copied: no state but the accumulator, which it loads first.
 */
static bool can_copy(const struct sock_filter *at)
{
	return is_load(at) || is_jump(at) || is_return(at) ||
	       (BPF_CLASS(at->code) == BPF_JMP && BPF_SRC(at->code) == BPF_K) ||
	       (BPF_CLASS(at->code) == BPF_ALU && BPF_SRC(at->code) == BPF_K);
}

/* Return: false if there is something that we can't copy. */
static bool mark_kept(struct shortening *s)
{
	for (size_t i = 0; i < s->outcome_count; i++)
		if (s->outcomes[i].is_code)
			s->kept[s->outcomes[i].value] = 1;
	for (size_t i = 0; i < s->length; i++) {
		if (!s->kept[i])
			continue;
		if (!can_copy(&s->old[i]))
			return false;
		mark_next(s, i, s->kept, 1);
	}
	return true;
}

static void emit_jump(struct shortening *s, size_t target)
{
	if (s->code.is_full)
		return; /* nor would .jumps take it */
	s->jumps[s->jump_count].at = s->code.length;
	s->jumps[s->jump_count++].target = target;
	seccomp_emit(&s->code,
		     (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
}

static void emit_outcome(void *argument, int leaf)
{
	struct shortening *s = argument;
	const struct outcome *outcome = &s->outcomes[leaf];

	if (outcome->is_code)
		emit_jump(s, outcome->value);
	else
		seccomp_emit_return(&s->code, outcome->value);
}

/* The searches come behind the one for the architecture. */
static void emit_table_jump(void *argument, int leaf)
{
	struct shortening *s = argument;

	if (s->code.is_full)
		return;
	s->table_jumps[s->table_jump_count].at = s->code.length;
	s->table_jumps[s->table_jump_count++].target = (size_t)leaf;
	seccomp_emit(&s->code,
		     (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
}

static void emit_table(struct shortening *s, size_t index)
{
	const struct table *table = &s->tables[index];

	for (size_t i = 0; i < s->table_jump_count; i++) {
		size_t at = s->table_jumps[i].at;

		if (s->table_jumps[i].target == index)
			s->code.items[at].k =
				(uint32_t)(s->code.length - at - 1);
	}
	if (table->count > 1)
		seccomp_emit_load(&s->code, offsetof(struct seccomp_data, nr));
	seccomp_emit_search(&s->code, table->ranges, table->count, emit_outcome,
			    s);
}

static void emit_tables(struct shortening *s)
{
	if (s->arch_range_count > 1) {
		seccomp_emit_load(&s->code,
				  offsetof(struct seccomp_data, arch));
		seccomp_emit_search(&s->code, s->arch_ranges,
				    s->arch_range_count, emit_table_jump, s);
	}
	for (size_t i = 0; i < s->table_count && !s->code.is_full; i++)
		emit_table(s, i);
}

/* In the old order, so that no distance grows. */
static void emit_copies(struct shortening *s)
{
	for (size_t i = 0; i < s->length; i++) {
		if (!s->kept[i])
			continue;
		s->copy[i] = s->code.length;
		seccomp_emit(&s->code, s->old[i]);
	}
}

static void settle_jumps(struct shortening *s)
{
	for (size_t i = 0; i < s->jump_count; i++) {
		size_t at = s->jumps[i].at;

		s->code.items[at].k =
			(uint32_t)(s->copy[s->jumps[i].target] - at - 1);
	}
	for (size_t i = 0; i < s->length; i++) {
		const struct sock_filter *from = &s->old[i];
		struct sock_filter *to = &s->code.items[s->copy[i]];
		size_t next = s->copy[i] + 1;

		if (!s->kept[i] || BPF_CLASS(from->code) != BPF_JMP)
			continue;
		if (is_jump(from)) {
			to->k = (uint32_t)(s->copy[i + 1 + from->k] - next);
			continue;
		}
		to->jt = (uint8_t)(s->copy[i + 1 + from->jt] - next);
		to->jf = (uint8_t)(s->copy[i + 1 + from->jf] - next);
	}
}

void seccomp_shorten(struct seccomp_program *program)
{
	auto_with(shortening_free) struct shortening *s =
		xcalloc(1, sizeof(*s));

	s->old = program->code;
	s->length = program->length;
	find_holds(s);
	find_breaks(s);
	if (!make_tables(s) || !mark_kept(s))
		return;
	emit_tables(s);
	emit_copies(s);
	if (s->code.is_full || s->code.length >= s->length)
		return;
	settle_jumps(s);
	memcpy(program->code, s->code.items,
	       s->code.length * sizeof(*program->code));
	program->length = (unsigned short)s->code.length;
}
