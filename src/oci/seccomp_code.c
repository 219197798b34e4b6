// SPDX-License-Identifier: Apache-2.0
#include "oci/seccomp_code.h"

void seccomp_emit(struct seccomp_code *code, struct sock_filter instruction)
{
	if (code->length == BPF_MAXINSNS)
		code->is_full = true;
	else
		code->items[code->length++] = instruction;
}

void seccomp_emit_return(struct seccomp_code *code, uint32_t value)
{
	seccomp_emit(code,
		     (struct sock_filter)BPF_STMT(BPF_RET | BPF_K, value));
}

void seccomp_emit_load(struct seccomp_code *code, size_t offset)
{
	seccomp_emit(code, (struct sock_filter)BPF_STMT(
				   BPF_LD | BPF_W | BPF_ABS, (uint32_t)offset));
}

/* A tree of n leaves has n - 1 comparisons. The way to the lower half falls
 * through, that to the upper half jumps over it: a comparison can jump over 255
 * instructions, a plain jump over any number.
 */
void seccomp_emit_search(struct seccomp_code *code,
			 const struct seccomp_range *ranges, size_t count,
			 void (*emit_leaf)(void *argument, int leaf),
			 void *argument)
{
	size_t middle = count / 2, jump = code->length;
	bool is_far = 3 * middle > 255; /* more than it can be */

	if (count == 1) {
		emit_leaf(argument, ranges[0].leaf);
		return;
	}
	seccomp_emit(code, (struct sock_filter)BPF_JUMP(
				   BPF_JMP | BPF_JGE | BPF_K,
				   ranges[middle].first, 0, is_far ? 1 : 0));
	if (is_far)
		seccomp_emit(code,
			     (struct sock_filter)BPF_STMT(BPF_JMP | BPF_JA, 0));
	seccomp_emit_search(code, ranges, middle, emit_leaf, argument);
	if (code->is_full)
		return;
	if (is_far)
		code->items[jump + 1].k = (uint32_t)(code->length - jump - 2);
	else
		code->items[jump].jt = (uint8_t)(code->length - jump - 1);
	seccomp_emit_search(code, ranges + middle, count - middle, emit_leaf,
			    argument);
}
