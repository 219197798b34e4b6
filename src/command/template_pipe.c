// SPDX-License-Identifier: Apache-2.0
/* Pipelines: commands with | between them, their operands, and what a value is
 * called.
 */
#include <string.h>

#include "command/template_parts.h"

static bool token_is(const struct scan *scan, enum token_kind kind)
{
	return scan->token.kind == kind;
}

static const char *token_copy(const struct scan *scan)
{
	return template_text(scan->template, scan->token.text,
			     scan->token.length);
}

static void add_field(struct scan *scan, struct expr *expr)
{
	const char **fields = template_alloc(
		scan->template, (expr->field_count + 1) * sizeof(*fields));

	for (size_t i = 0; i < expr->field_count; i++)
		fields[i] = expr->fields[i];
	fields[expr->field_count++] = token_copy(scan);
	expr->fields = fields;
}

/* true, false, nil or a function. */
must_check static int read_word(struct scan *scan, struct expr *expr)
{
	const char *name = token_copy(scan);

	expr->kind = EXPR_LITERAL;
	if (!strcmp(name, "nil"))
		return 0;
	if (!strcmp(name, "true") || !strcmp(name, "false")) {
		expr->value = template_keep(
			scan->template->literals,
			json_object_new_boolean(!strcmp(name, "true")));
		return 0;
	}
	expr->kind = EXPR_CALL;
	expr->function = template_function_find(name, scan->err);
	return expr->function ? 0 : -EINVAL;
}

must_check static int read_nested(struct scan *scan, struct expr *expr)
{
	expr->kind = EXPR_PIPE;
	if (++scan->depth > TEMPLATE_DEPTH_MAX)
		return error_say(scan->err, EINVAL, "too many parentheses");
	if (template_next(scan) < 0 ||
	    template_read_pipe(scan, &expr->pipe) < 0)
		return -scan->err->code;
	if (!token_is(scan, TOKEN_CLOSE))
		return error_say(scan->err, EINVAL, "a '(' has no ')'");
	scan->depth--;
	return 0;
}

must_check static int read_base(struct scan *scan, struct expr *expr)
{
	switch ((int)scan->token.kind) {
	case TOKEN_FIELD:
		add_field(scan, expr);
		expr->kind = EXPR_DOT;
		return 0;
	case TOKEN_DOT:
		expr->kind = EXPR_DOT;
		return 0;
	case TOKEN_NAME:
		expr->kind = EXPR_NAME;
		expr->name = token_copy(scan);
		return 0;
	case TOKEN_LITERAL:
		expr->kind = EXPR_LITERAL;
		expr->value = scan->token.value;
		return 0;
	case TOKEN_WORD:
		return read_word(scan, expr);
	default:
		return read_nested(scan, expr);
	}
}

static bool begins_operand(const struct scan *scan)
{
	switch ((int)scan->token.kind) {
	case TOKEN_FIELD:
	case TOKEN_DOT:
	case TOKEN_NAME:
	case TOKEN_WORD:
	case TOKEN_LITERAL:
	case TOKEN_OPEN:
		return true;
	default:
		return false;
	}
}

must_check static int read_operand(struct scan *scan, struct expr **ret)
{
	struct expr *expr = template_alloc(scan->template, sizeof(*expr));
	const char *start =
		scan->token.text - (scan->token.kind == TOKEN_FIELD ? 1 : 0);
	const char *end;

	if (read_base(scan, expr) < 0)
		return -scan->err->code;
	end = scan->at;
	if (template_next(scan) < 0)
		return -scan->err->code;
	while (token_is(scan, TOKEN_FIELD) && scan->token.glued) {
		add_field(scan, expr);
		end = scan->at;
		if (template_next(scan) < 0)
			return -scan->err->code;
	}
	expr->text =
		template_text(scan->template, start, (size_t)(end - start));
	*ret = expr;
	return 0;
}

must_check static int read_command(struct scan *scan, struct command_node **ret)
{
	struct command_node *command =
		template_alloc(scan->template, sizeof(*command));
	struct expr **last = &command->operands;

	for (; begins_operand(scan); last = &(*last)->next)
		if (read_operand(scan, last) < 0)
			return -scan->err->code;
	if (!command->operands)
		return error_say(scan->err, EINVAL,
				 "a value is missing before '%.*s'",
				 (int)scan->token.length, scan->token.text);
	*ret = command;
	return 0;
}

/* "$x :=", "$i, $v :=": undone when neither sign follows. */
must_check static int read_names(struct scan *scan, struct pipe *pipe)
{
	struct scan before = *scan;
	const char *names[2] = { token_copy(scan), NULL };

	if (template_next(scan) < 0)
		return -scan->err->code;
	if (token_is(scan, TOKEN_COMMA)) {
		if (template_next(scan) < 0)
			return -scan->err->code;
		if (!token_is(scan, TOKEN_NAME))
			return error_say(
				scan->err, EINVAL,
				"',' stands between two variables: $i, $v");
		names[1] = token_copy(scan);
		if (template_next(scan) < 0)
			return -scan->err->code;
	}
	if (!token_is(scan, TOKEN_DECLARE) && !token_is(scan, TOKEN_ASSIGN)) {
		if (names[1])
			return error_say(scan->err, EINVAL,
					 "':=' is missing behind %s, %s",
					 names[0], names[1]);
		*scan = before;
		return 0;
	}
	pipe->assigns = token_is(scan, TOKEN_ASSIGN);
	memcpy(pipe->names, names, sizeof(names));
	return template_next(scan);
}

int template_read_pipe(struct scan *scan, struct pipe **ret)
{
	struct pipe *pipe = template_alloc(scan->template, sizeof(*pipe));
	struct command_node **last = &pipe->commands;

	if (token_is(scan, TOKEN_NAME) && read_names(scan, pipe) < 0)
		return -scan->err->code;
	if (read_command(scan, last) < 0)
		return -scan->err->code;
	while (token_is(scan, TOKEN_PIPE)) {
		last = &(*last)->next;
		if (template_next(scan) < 0 || read_command(scan, last) < 0)
			return -scan->err->code;
	}
	*ret = pipe;
	return 0;
}
