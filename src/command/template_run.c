// SPDX-License-Identifier: Apache-2.0
/* A template at work: blocks and what they print. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "command/template_parts.h"

/* What a list of nodes ended with. */
enum { WALKED = 0, BROKEN = 1, CONTINUED = 2 };

must_check static int walk(struct run *run, const struct node *node,
			   const struct value *dot);

static int by_name(const void *one, const void *other)
{
	return strcmp(*(char *const *)one, *(char *const *)other);
}

struct strv template_keys(struct json_object *object)
{
	struct strv keys = { 0 };

	json_object_object_foreach(object, key, value)
	{
		(void)value;
		strv_add(&keys, xstrdup(key));
	}
	if (keys.count)
		qsort(keys.items, keys.count, sizeof(*keys.items), by_name);
	return keys;
}

static void declare(struct run *run, const char *name,
		    const struct value *value)
{
	if (!name)
		return;
	run->variables = xrealloc_array(run->variables, run->variable_count + 1,
					sizeof(*run->variables));
	run->variables[run->variable_count++] =
		(struct variable){ name, *value };
}

/* One round of a range. Return: 0, BROKEN, negative errno */
must_check static int round_of(struct run *run, const struct node *node,
			       const struct value *key,
			       const struct value *value)
{
	const char *const *names = node->pipe->names;
	size_t before = run->variable_count;
	int result;

	if (++run->steps > TEMPLATE_STEPS_MAX)
		return error_say(run->err, EINVAL, "it would never end");
	declare(run, names[0], names[1] ? key : value);
	declare(run, names[1], value);
	result = walk(run, node->body, value);
	run->variable_count = before;
	return result == CONTINUED ? 0 : result;
}

static struct value number(struct run *run, size_t count)
{
	return (struct value){ .json = template_keep(
				       run->kept,
				       json_object_new_int64((int64_t)count)) };
}

must_check static int range_list(struct run *run, const struct node *node,
				 struct json_object *list)
{
	int result = 0;

	for (size_t i = 0; !result && i < json_object_array_length(list); i++) {
		const struct value key = number(run, i);
		const struct value value = { .json = json_object_array_get_idx(
						     list, i) };

		result = round_of(run, node, &key, &value);
	}
	return result;
}

must_check static int range_map(struct run *run, const struct node *node,
				struct json_object *map)
{
	auto_with(strv_clear) struct strv keys = template_keys(map);
	int result = 0;

	for (size_t i = 0; !result && i < keys.count; i++) {
		const struct value key =
			template_string(run, xstrdup(keys.items[i]));
		const struct value value = { .json = json_object_object_get(
						     map, keys.items[i]) };

		result = round_of(run, node, &key, &value);
	}
	return result;
}

must_check static int range_number(struct run *run, const struct node *node,
				   struct json_object *count)
{
	int64_t end = json_object_get_int64(count);
	int result = 0;

	for (int64_t i = 0; !result && i < end; i++) {
		const struct value value = number(run, (size_t)i);

		result = round_of(run, node, &value, &value);
	}
	return result;
}

must_check static int walk_range(struct run *run, const struct node *node,
				 const struct value *dot,
				 const struct value *over)
{
	int result;

	if (run->is_header)
		return round_of(run, node, over, over);
	if (!template_is_true(over) &&
	    !json_object_is_type(over->json, json_type_string))
		return walk(run, node->otherwise, dot);
	switch ((int)json_object_get_type(over->json)) {
	case json_type_array:
		result = range_list(run, node, over->json);
		break;
	case json_type_object:
		result = range_map(run, node, over->json);
		break;
	case json_type_int:
		result = range_number(run, node, over->json);
		break;
	default:
		return error_say(
			run->err, EINVAL, "range can't iterate over %s",
			json_type_to_name(json_object_get_type(over->json)));
	}
	return result == BROKEN ? 0 : result;
}

must_check static int walk_block(struct run *run, const struct node *node,
				 const struct value *dot)
{
	size_t before = run->variable_count;
	struct value value = { 0 };
	int result;

	if (template_eval(run, node->pipe, dot, &value) < 0)
		return -EINVAL;
	if (node->kind == NODE_RANGE) {
		run->variable_count = before; /* they are of each round */
		result = walk_range(run, node, dot, &value);
	} else if (!template_is_true(&value)) {
		result = walk(run, node->otherwise, dot);
	} else {
		result = walk(run, node->body,
			      node->kind == NODE_WITH ? &value : dot);
	}
	run->variable_count = before;
	return result;
}

static void print(FILE *out, const struct value *value)
{
	static const struct verb plain = { .letter = 'v' };

	if (value->missing)
		(void)fputs("<no value>", out);
	else
		template_print(out, &plain, value);
}

must_check static int walk_node(struct run *run, const struct node *node,
				const struct value *dot)
{
	struct value value = { 0 };

	switch ((int)node->kind) {
	case NODE_TEXT:
		(void)fputs(node->text, run->out);
		return 0;
	case NODE_BREAK:
		return BROKEN;
	case NODE_CONTINUE:
		return CONTINUED;
	case NODE_ACTION:
		if (template_eval(run, node->pipe, dot, &value) < 0)
			return -EINVAL;
		if (!node->pipe->names[0])
			print(run->out, &value);
		return 0;
	default:
		return walk_block(run, node, dot);
	}
}

static int walk(struct run *run, const struct node *node,
		const struct value *dot)
{
	size_t before = run->variable_count;
	int result = WALKED;

	for (; node && result == WALKED; node = node->next)
		result = walk_node(run, node, dot);
	run->variable_count = before;
	return result;
}

must_check static int run_whole(const struct template *template,
				struct run *run, struct json_object *dot,
				char **ret)
{
	const struct value whole = {
		.json = dot,
		.is_map = run->rules && run->rules->lenient,
	};
	auto_free char *text = NULL;
	size_t size;
	int result;

	run->out = open_memstream(&text, &size);
	if (!run->out)
		return error_set(run->err, errno, "template");
	run->kept = json_object_new_array();
	declare(run, "$", &whole);
	result = walk(run, template->body, &whole);
	(void)fclose(run->out);
	json_object_put(run->kept);
	free(run->variables);
	if (result < 0)
		return error_wrap(run->err, "template");
	*ret = steal_ptr(&text);
	return 0;
}

int template_run(const struct template *template, struct json_object *dot,
		 const struct template_rules *rules, char **ret,
		 struct error *err)
{
	struct run run = { .rules = rules, .err = err };

	return run_whole(template, &run, dot, ret);
}

int template_header(const struct template *template,
		    const struct template_heading *headings, char **ret,
		    struct error *err)
{
	struct run run = { .headings = headings,
			   .is_header = true,
			   .err = err };

	return run_whole(template, &run, NULL, ret);
}
