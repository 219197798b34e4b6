// SPDX-License-Identifier: Apache-2.0
#include "cgroup/device_rules.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/cleanup.h"

static const struct spec_device_rule defaults[] = {
	{ true, 'c', -1, -1, false, false, true },
	{ true, 'b', -1, -1, false, false, true },
	{ true, 'c', 1, 3, true, true, true },    /* null */
	{ true, 'c', 1, 5, true, true, true },    /* zero */
	{ true, 'c', 1, 7, true, true, true },    /* full */
	{ true, 'c', 1, 8, true, true, true },    /* random */
	{ true, 'c', 1, 9, true, true, true },    /* urandom */
	{ true, 'c', 5, 0, true, true, true },    /* tty */
	{ true, 'c', 5, 1, true, true, true },    /* console */
	{ true, 'c', 5, 2, true, true, true },    /* ptmx */
	{ true, 'c', 136, -1, true, true, true }, /* pts */
};

void device_rules_clear(struct device_rules *rules)
{
	free(rules->items);
	*rules = (struct device_rules){ 0 };
}

static void add(struct device_rules *list, const struct spec_device_rule *rule)
{
	list->items = xrealloc_array(list->items, list->count + 1,
				     sizeof(*list->items));
	list->items[list->count++] = *rule;
}

void device_rules_make(const struct spec_resources *resources,
		       struct device_rules *ret)
{
	for (size_t i = 0; i < resources->device_count; i++)
		add(ret, &resources->devices[i]);
	for (size_t i = 0; ret->count && i < ARRAY_COUNT(defaults); i++)
		add(ret, &defaults[i]);
}

static void number_text(int64_t number, char *text, size_t room)
{
	if (number < 0)
		(void)snprintf(text, room, "*");
	else
		(void)snprintf(text, room, "%" PRId64, number);
}

char *device_rule_text(const struct spec_device_rule *rule)
{
	char major[24], minor[24];

	number_text(rule->major, major, sizeof(major));
	number_text(rule->minor, minor, sizeof(minor));
	return xasprintf("%c %s:%s %s%s%s", rule->type, major, minor,
			 rule->read ? "r" : "", rule->write ? "w" : "",
			 rule->make_node ? "m" : "");
}

/* Registers: r1 points to struct bpf_cgroup_dev_ctx; r2 is the kind of device,
 * r3 what of the access nobody has allowed yet, r4 and r5 the numbers, r0 what
 * is returned.
 *
 * Rules are looked at from the last to the first. One that denies ends it as
 * soon as it touches what is left of the access; one that allows takes its part
 * away, and when nothing is left, the access is granted. What no rule speaks of
 * is allowed, as in a v1 cgroup that has never been written to.
 */
struct program {
	struct bpf_insn *items;
	size_t count;
};

static void emit(struct program *program, struct bpf_insn instruction)
{
	program->items = xrealloc_array(program->items, program->count + 1,
					sizeof(*program->items));
	program->items[program->count++] = instruction;
}

#define INSTRUCTION(op, to, from, jump, number) \
	((struct bpf_insn){ .code = (op), \
			    .dst_reg = (to), \
			    .src_reg = (from), \
			    .off = (jump), \
			    .imm = (number) })

static void emit_start(struct program *p)
{
	/* r2 = r3 = access_type */
	emit(p, INSTRUCTION(BPF_LDX | BPF_MEM | BPF_W, 2, 1, 0, 0));
	emit(p, INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_X, 3, 2, 0, 0));
	emit(p, INSTRUCTION(BPF_ALU | BPF_AND | BPF_K, 2, 0, 0, 0xffff));
	emit(p, INSTRUCTION(BPF_ALU | BPF_RSH | BPF_K, 3, 0, 0, 16));
	emit(p, INSTRUCTION(BPF_LDX | BPF_MEM | BPF_W, 4, 1, 4, 0));
	emit(p, INSTRUCTION(BPF_LDX | BPF_MEM | BPF_W, 5, 1, 8, 0));
}

static void emit_return(struct program *p, int value)
{
	emit(p, INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_K, 0, 0, 0, value));
	emit(p, INSTRUCTION(BPF_JMP | BPF_EXIT, 0, 0, 0, 0));
}

static int access_bits(const struct spec_device_rule *rule)
{
	return (rule->make_node ? BPF_DEVCG_ACC_MKNOD : 0) |
	       (rule->read ? BPF_DEVCG_ACC_READ : 0) |
	       (rule->write ? BPF_DEVCG_ACC_WRITE : 0);
}

static void emit_rule(struct program *p, const struct spec_device_rule *rule)
{
	const int bits = access_bits(rule);
	struct program body = { 0 };

	/* The part behind the comparisons, so that their jumps know its size.
	 */
	if (rule->allow) {
		emit(&body,
		     INSTRUCTION(BPF_ALU | BPF_AND | BPF_K, 3, 0, 0, ~bits));
		emit(&body, INSTRUCTION(BPF_JMP | BPF_JNE | BPF_K, 3, 0, 2, 0));
		emit_return(&body, 1);
	} else {
		emit(&body,
		     INSTRUCTION(BPF_ALU64 | BPF_MOV | BPF_X, 0, 3, 0, 0));
		emit(&body,
		     INSTRUCTION(BPF_ALU | BPF_AND | BPF_K, 0, 0, 0, bits));
		emit(&body, INSTRUCTION(BPF_JMP | BPF_JEQ | BPF_K, 0, 0, 2, 0));
		emit_return(&body, 0);
	}

	const struct {
		bool compared;
		unsigned char at;
		int value;
	} parts[] = {
		{ rule->type != 'a', 2,
		  rule->type == 'b' ? BPF_DEVCG_DEV_BLOCK
				    : BPF_DEVCG_DEV_CHAR },
		{ rule->major >= 0, 4, (int)rule->major },
		{ rule->minor >= 0, 5, (int)rule->minor },
	};
	size_t left = 0;

	for (size_t i = 0; i < ARRAY_COUNT(parts); i++)
		left += parts[i].compared;
	for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
		if (!parts[i].compared)
			continue;
		left--;
		emit(p,
		     INSTRUCTION(BPF_JMP | BPF_JNE | BPF_K, parts[i].at, 0,
				 (short)(left + body.count), parts[i].value));
	}
	for (size_t i = 0; i < body.count; i++)
		emit(p, body.items[i]);
	free(body.items);
}

struct bpf_insn *device_rules_program(const struct device_rules *rules,
				      size_t *ret_count)
{
	struct program program = { 0 };

	emit_start(&program);
	for (size_t i = rules->count; i > 0; i--)
		emit_rule(&program, &rules->items[i - 1]);
	emit_return(&program, 1);
	*ret_count = program.count;
	return program.items;
}
