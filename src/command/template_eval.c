// SPDX-License-Identifier: Apache-2.0
/* The values of pipelines. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "command/suggest.h"
#include "command/template_parts.h"

struct value template_string(struct run *run, char *text)
{
	struct value value = {
		.json = template_keep(run->kept, json_object_new_string(text))
	};

	free(text);
	return value;
}

bool template_is_true(const struct value *value)
{
	switch ((int)json_object_get_type(value->json)) {
	case json_type_boolean:
		return json_object_get_boolean(value->json);
	case json_type_int:
		return json_object_get_int64(value->json) != 0;
	case json_type_double:
		return json_object_get_double(value->json) != 0;
	case json_type_string:
		return json_object_get_string_len(value->json) > 0;
	case json_type_array:
		return json_object_array_length(value->json) > 0;
	case json_type_object:
		return json_object_object_length(value->json) > 0;
	default:
		return false;
	}
}

static bool is_map_name(const struct run *run, const char *name)
{
	const char *const *maps = run->rules ? run->rules->maps : NULL;

	for (; maps && *maps; maps++)
		if (!strcmp(*maps, name))
			return true;
	return run->rules && run->rules->lenient;
}

must_check static int no_field(struct run *run, struct json_object *object,
			       const char *name, const char *text)
{
	struct suggestion near = suggestion_for(name);

	json_object_object_foreach(object, key, value)
	{
		(void)value;
		suggestion_consider(&near, key);
		if (!strcasecmp(key, name))
			near = (struct suggestion){ name, key, 0 };
	}
	return error_say(run->err, EINVAL,
			 "<%s>: can't evaluate field %s%s%s%s", text, name,
			 near.best ? " (did you mean '" : "",
			 near.best ? near.best : "", near.best ? "'?)" : "");
}

static bool is_upper(char c)
{
	return c >= 'A' && c <= 'Z';
}

static bool is_lower(char c)
{
	return c >= 'a' && c <= 'z';
}

/* Does a word begin at @c, which isn't the first letter? */
static bool begins_word(const char *c)
{
	return is_upper(*c) &&
	       (is_lower(c[-1]) || (is_upper(c[-1]) && is_lower(c[1])));
}

/* "IPAddress": "IP ADDRESS", as podman heads its columns. */
static char *heading(const struct run *run, const char *name)
{
	const struct template_heading *row = run->headings;
	char *text = NULL;
	size_t length = 0;

	for (; row && row->field; row++)
		if (!strcmp(row->field, name))
			return xstrdup(row->text);
	text = xcalloc(strlen(name) * 2 + 1, 1);
	for (const char *c = name; *c; c++) {
		if (c > name && begins_word(c))
			text[length++] = ' ';
		text[length++] = (char)(is_lower(*c) ? *c - 'a' + 'A' : *c);
	}
	return text;
}

int template_field(struct run *run, const struct value *of, const char *name,
		   const char *text, struct value *ret)
{
	struct json_object *found;

	if (run->is_header) {
		*ret = template_string(run, heading(run, name));
		return 0;
	}
	if (!of->json)
		return error_say(
			run->err, EINVAL,
			"<%s>: no field %s, for there is nothing to have it",
			text, name);
	if (!json_object_is_type(of->json, json_type_object))
		return error_say(
			run->err, EINVAL, "<%s>: can't evaluate field %s in %s",
			text, name,
			json_type_to_name(json_object_get_type(of->json)));
	if (json_object_object_get_ex(of->json, name, &found)) {
		*ret = (struct value){ .json = found,
				       .is_map = is_map_name(run, name) };
		return 0;
	}
	if (!of->is_map)
		return no_field(run, of->json, name, text);
	*ret = (struct value){ .missing = true };
	return 0;
}

/* NULL: there is none, which is an error. */
static struct value *variable(struct run *run, const char *name)
{
	struct suggestion near = suggestion_for(name);

	for (size_t i = run->variable_count; i-- > 0;) {
		if (!strcmp(run->variables[i].name, name))
			return &run->variables[i].value;
		suggestion_consider(&near, run->variables[i].name);
	}
	(void)error_say(run->err, EINVAL, "no variable %s%s%s%s", name,
			near.best ? " (did you mean '" : "",
			near.best ? near.best : "", near.best ? "'?)" : "");
	return NULL;
}

must_check static int eval_call(struct run *run, const struct expr *expr,
				const struct value *dot,
				const struct value *last, struct value *ret);

must_check static int eval_base(struct run *run, const struct expr *expr,
				const struct value *dot, struct value *ret)
{
	struct value *found = NULL;

	switch ((int)expr->kind) {
	case EXPR_LITERAL:
		*ret = (struct value){ .json = expr->value };
		return 0;
	case EXPR_NAME:
		found = variable(run, expr->name);
		if (!found)
			return -EINVAL;
		*ret = *found;
		return 0;
	case EXPR_PIPE:
		return template_eval(run, expr->pipe, dot, ret);
	case EXPR_DOT:
	default:
		*ret = *dot;
		return 0;
	}
}

must_check static int count_step(struct run *run)
{
	return ++run->steps < TEMPLATE_STEPS_MAX
		       ? 0
		       : error_say(run->err, EINVAL, "it would never end");
}

must_check static int eval_operand(struct run *run, const struct expr *expr,
				   const struct value *dot, struct value *ret)
{
	struct value value = { 0 };

	if (count_step(run) < 0)
		return -EINVAL;
	if (expr->kind == EXPR_CALL) {
		const struct expr alone = { .kind = EXPR_CALL,
					    .text = expr->text,
					    .function = expr->function };

		if (eval_call(run, &alone, dot, NULL, &value) < 0)
			return -EINVAL;
	} else if (eval_base(run, expr, dot, &value) < 0) {
		return -EINVAL;
	}
	for (size_t i = 0; i < expr->field_count; i++)
		if (template_field(run, &value, expr->fields[i], expr->text,
				   &value) < 0)
			return -EINVAL;
	*ret = value;
	return 0;
}

/* and, or: is the answer known without the arguments that follow? */
static bool is_decided(const struct template_function *function,
		       const struct value *value)
{
	return (!strcmp(function->name, "and") && !template_is_true(value)) ||
	       (!strcmp(function->name, "or") && template_is_true(value));
}

/* The operands of a call, @last behind them. @ret: room for all */
must_check static int eval_arguments(struct run *run, const struct expr *call,
				     const struct value *dot,
				     const struct value *last,
				     struct value *args, size_t *ret_count)
{
	size_t count = 0;

	for (const struct expr *operand = call->next; operand;
	     operand = operand->next) {
		if (eval_operand(run, operand, dot, &args[count]) < 0)
			return -EINVAL;
		count++;
		if (is_decided(call->function, &args[count - 1])) {
			*ret_count = count;
			return 0;
		}
	}
	if (last)
		args[count++] = *last;
	*ret_count = count;
	return 0;
}

static size_t count_operands(const struct expr *first)
{
	size_t count = 0;

	for (; first; first = first->next)
		count++;
	return count;
}

static int eval_call(struct run *run, const struct expr *expr,
		     const struct value *dot, const struct value *last,
		     struct value *ret)
{
	const struct template_function *function = expr->function;
	size_t given = count_operands(expr->next) + (last ? 1 : 0);
	auto_free struct value *args = xcalloc(given + 1, sizeof(*args));
	size_t count;

	if (given < function->least || given > function->most)
		return error_say(
			run->err, EINVAL,
			"wrong number of arguments for %s: %zu, not %zu%s",
			function->name, given,
			given < function->least ? function->least
						: function->most,
			function->most == SIZE_MAX ? " or more" : "");
	if (eval_arguments(run, expr, dot, last, args, &count) < 0)
		return -EINVAL;
	if (run->is_header && !function->in_header) {
		*ret = args[0]; /* its heading */
		return 0;
	}
	return function->call(run, args, count, ret);
}

/* docker's {{.Label "key"}} */
must_check static int eval_label(struct run *run, const struct expr *expr,
				 const struct value *dot, struct value *ret)
{
	struct value labels = { 0 }, key = { 0 };
	struct json_object *found;

	if (eval_operand(run, expr->next, dot, &key) < 0)
		return -EINVAL;
	if (run->is_header) {
		*ret = key;
		return 0;
	}
	if (template_field(run, dot, "Labels", expr->text, &labels) < 0)
		return -EINVAL;
	if (!json_object_is_type(labels.json, json_type_object) ||
	    !json_object_is_type(key.json, json_type_string) ||
	    !json_object_object_get_ex(
		    labels.json, json_object_get_string(key.json), &found)) {
		*ret = template_string(run, xstrdup(""));
		return 0;
	}
	*ret = (struct value){ .json = found };
	return 0;
}

static bool is_label(const struct expr *expr)
{
	return expr->kind == EXPR_DOT && expr->field_count == 1 &&
	       !strcmp(expr->fields[0], "Label") && expr->next &&
	       !expr->next->next;
}

must_check static int eval_command(struct run *run,
				   const struct command_node *command,
				   const struct value *dot,
				   const struct value *last, struct value *ret)
{
	const struct expr *first = command->operands;

	if (first->kind == EXPR_CALL && !first->field_count)
		return eval_call(run, first, dot, last, ret);
	if (!last && is_label(first))
		return eval_label(run, first, dot, ret);
	if (first->next || last)
		return error_say(run->err, EINVAL,
				 "can't give argument to non-function %s",
				 first->text);
	return eval_operand(run, first, dot, ret);
}

must_check static int store(struct run *run, const struct pipe *pipe,
			    const struct value *value)
{
	struct value *found = NULL;

	if (pipe->assigns) {
		found = variable(run, pipe->names[0]);
		if (!found)
			return -EINVAL;
		*found = *value;
		return 0;
	}
	run->variables = xrealloc_array(run->variables, run->variable_count + 1,
					sizeof(*run->variables));
	run->variables[run->variable_count++] =
		(struct variable){ pipe->names[0], *value };
	return 0;
}

int template_eval(struct run *run, const struct pipe *pipe,
		  const struct value *dot, struct value *ret)
{
	struct value value = { 0 };
	const struct value *last = NULL;

	for (const struct command_node *command = pipe->commands; command;
	     command = command->next) {
		struct value next = { 0 };

		if (eval_command(run, command, dot, last, &next) < 0)
			return -EINVAL;
		value = next;
		last = &value;
	}
	/* Two names are range's, which sets them itself. */
	if (pipe->names[0] && !pipe->names[1] && store(run, pipe, &value) < 0)
		return -EINVAL;
	*ret = value;
	return 0;
}
