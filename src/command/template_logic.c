// SPDX-License-Identifier: Apache-2.0
/* The functions of templates that compare, count and look into values. */
#include <string.h>

#include "base/alloc.h"
#include "command/suggest.h"
#include "command/template_parts.h"

static struct value boolean(struct run *run, bool is)
{
	return (struct value){
		.json = template_keep(run->kept, json_object_new_boolean(is))
	};
}

static int call_not(struct run *run, const struct value *args, size_t count,
		    struct value *ret)
{
	(void)count;
	*ret = boolean(run, !template_is_true(args));
	return 0;
}

/* The run evaluates only as many as are needed; the last is the answer. */
static int call_last(struct run *run, const struct value *args, size_t count,
		     struct value *ret)
{
	(void)run;
	*ret = args[count - 1];
	return 0;
}

static int call_len(struct run *run, const struct value *args, size_t count,
		    struct value *ret)
{
	int64_t length;

	(void)count;
	switch ((int)json_object_get_type(args->json)) {
	case json_type_string:
		length = json_object_get_string_len(args->json);
		break;
	case json_type_array:
		length = (int64_t)json_object_array_length(args->json);
		break;
	case json_type_object:
		length = json_object_object_length(args->json);
		break;
	case json_type_null:
		length = 0; /* a list or map that is nil */
		break;
	default:
		return error_say(run->err, EINVAL, "len of what has no length");
	}
	*ret = (struct value){
		.json = template_keep(run->kept, json_object_new_int64(length))
	};
	return 0;
}

/* What a map has under a key that isn't there: "" where its values are text. */
static struct value absent(struct run *run, struct json_object *map)
{
	json_object_object_foreach(map, key, value)
	{
		(void)key;
		if (!json_object_is_type(value, json_type_string))
			return (struct value){ 0 };
	}
	return template_string(run, xstrdup(""));
}

must_check static int index_list(struct run *run, struct json_object *list,
				 const struct value *index, struct value *ret)
{
	int64_t at = json_object_get_int64(index->json);

	if (!json_object_is_type(index->json, json_type_int))
		return error_say(run->err, EINVAL,
				 "index: a list is indexed by a number");
	if (at < 0 || (size_t)at >= json_object_array_length(list))
		return error_say(run->err, EINVAL,
				 "index out of range: %ld of a list of %zu", at,
				 json_object_array_length(list));
	*ret = (struct value){ .json = json_object_array_get_idx(list,
								 (size_t)at) };
	return 0;
}

must_check static int index_text(struct run *run, struct json_object *text,
				 const struct value *index, struct value *ret)
{
	int64_t at = json_object_get_int64(index->json);

	if (!json_object_is_type(index->json, json_type_int) || at < 0 ||
	    at >= json_object_get_string_len(text))
		return error_say(run->err, EINVAL, "index out of range");
	*ret = (struct value){
		.json = template_keep(
			run->kept,
			json_object_new_int((
				unsigned char)json_object_get_string(text)[at]))
	};
	return 0;
}

must_check static int index_map(struct run *run, struct json_object *map,
				const struct value *index, struct value *ret)
{
	struct json_object *found;

	if (!json_object_is_type(index->json, json_type_string))
		return error_say(run->err, EINVAL,
				 "index: a map is indexed by text");
	*ret = json_object_object_get_ex(
		       map, json_object_get_string(index->json), &found)
		       ? (struct value){ .json = found }
		       : absent(run, map);
	return 0;
}

static int call_index(struct run *run, const struct value *args, size_t count,
		      struct value *ret)
{
	struct value value = args[0];

	for (size_t i = 1; i < count; i++) {
		int result = 0;

		switch ((int)json_object_get_type(value.json)) {
		case json_type_array:
			result = index_list(run, value.json, &args[i], &value);
			break;
		case json_type_object:
			result = index_map(run, value.json, &args[i], &value);
			break;
		case json_type_string:
			result = index_text(run, value.json, &args[i], &value);
			break;
		case json_type_null:
			return error_say(run->err, EINVAL, "index of nil");
		default:
			return error_say(run->err, EINVAL,
					 "index of what has no elements");
		}
		if (result < 0)
			return result;
	}
	*ret = value;
	return 0;
}

/* The bounds of slice, which are the second and third argument if given. */
must_check static int bounds(struct run *run, const struct value *args,
			     size_t count, size_t length, size_t bound[2])
{
	bound[0] = 0;
	bound[1] = length;
	for (size_t i = 1; i < count; i++) {
		int64_t at = json_object_get_int64(args[i].json);

		if (!json_object_is_type(args[i].json, json_type_int) ||
		    at < 0 || (size_t)at > length)
			return error_say(run->err, EINVAL,
					 "slice: index out of range");
		bound[i - 1] = (size_t)at;
	}
	return bound[0] <= bound[1]
		       ? 0
		       : error_say(run->err, EINVAL, "slice: %zu is behind %zu",
				   bound[0], bound[1]);
}

static int call_slice(struct run *run, const struct value *args, size_t count,
		      struct value *ret)
{
	struct json_object *of = args->json, *list;
	size_t bound[2];

	if (json_object_is_type(of, json_type_string)) {
		if (bounds(run, args, count,
			   (size_t)json_object_get_string_len(of), bound) < 0)
			return -EINVAL;
		*ret = template_string(
			run, xstrndup(json_object_get_string(of) + bound[0],
				      bound[1] - bound[0]));
		return 0;
	}
	if (!json_object_is_type(of, json_type_array))
		return error_say(run->err, EINVAL,
				 "slice of what is neither text nor a list");
	if (bounds(run, args, count, json_object_array_length(of), bound) < 0)
		return -EINVAL;
	list = template_keep(run->kept, json_object_new_array());
	for (size_t i = bound[0]; i < bound[1]; i++)
		json_object_array_add(
			list,
			json_object_get(json_object_array_get_idx(of, i)));
	*ret = (struct value){ .json = list };
	return 0;
}

static int compare_numbers(struct json_object *one, struct json_object *other)
{
	int64_t a = json_object_get_int64(one),
		b = json_object_get_int64(other);

	return a < b ? -1 : a > b;
}

static int compare_reals(struct json_object *one, struct json_object *other)
{
	double a = json_object_get_double(one),
	       b = json_object_get_double(other);

	return a < b ? -1 : a > b;
}

/* @ret: as of strcmp() */
must_check static int compare(struct run *run, const struct value *one,
			      const struct value *other, bool ordered, int *ret)
{
	enum json_type type = json_object_get_type(one->json);

	if (type != json_object_get_type(other->json)) {
		if (!ordered && (!one->json || !other->json)) {
			*ret = 1; /* nil is nothing else */
			return 0;
		}
		return error_say(
			run->err, EINVAL,
			"incompatible types for comparison: %s and %s",
			json_type_to_name(type),
			json_type_to_name(json_object_get_type(other->json)));
	}
	if (type == json_type_string)
		*ret = strcmp(json_object_get_string(one->json),
			      json_object_get_string(other->json));
	else if (type == json_type_int)
		*ret = compare_numbers(one->json, other->json);
	else if (type == json_type_double)
		*ret = compare_reals(one->json, other->json);
	else if (type == json_type_boolean && !ordered)
		*ret = json_object_get_boolean(one->json) !=
		       json_object_get_boolean(other->json);
	else if (type == json_type_null && !ordered)
		*ret = 0;
	else
		return error_say(run->err, EINVAL, "%s can't be compared",
				 json_type_to_name(type));
	return 0;
}

/* Equal to any of those behind it? */
static int call_eq(struct run *run, const struct value *args, size_t count,
		   struct value *ret)
{
	int order = 1;

	for (size_t i = 1; order != 0 && i < count; i++)
		if (compare(run, args, &args[i], false, &order) < 0)
			return -EINVAL;
	*ret = boolean(run, order == 0);
	return 0;
}

static int call_ne(struct run *run, const struct value *args, size_t count,
		   struct value *ret)
{
	int order = 0;

	(void)count;
	if (compare(run, args, &args[1], false, &order) < 0)
		return -EINVAL;
	*ret = boolean(run, order != 0);
	return 0;
}

static int call_lt(struct run *run, const struct value *args, size_t count,
		   struct value *ret)
{
	int order = 0;

	(void)count;
	if (compare(run, args, &args[1], true, &order) < 0)
		return -EINVAL;
	*ret = boolean(run, order < 0);
	return 0;
}

static int call_le(struct run *run, const struct value *args, size_t count,
		   struct value *ret)
{
	int order = 0;

	(void)count;
	if (compare(run, args, &args[1], true, &order) < 0)
		return -EINVAL;
	*ret = boolean(run, order <= 0);
	return 0;
}

static int call_gt(struct run *run, const struct value *args, size_t count,
		   struct value *ret)
{
	const struct value swapped[2] = { args[1], args[0] };

	return call_lt(run, swapped, count, ret);
}

static int call_ge(struct run *run, const struct value *args, size_t count,
		   struct value *ret)
{
	const struct value swapped[2] = { args[1], args[0] };

	return call_le(run, swapped, count, ret);
}

const struct template_function template_logic_functions[] = {
	{ "and", 1, SIZE_MAX, call_last, true },
	{ "or", 1, SIZE_MAX, call_last, true },
	{ "not", 1, 1, call_not, true },
	{ "len", 1, 1, call_len, false },
	{ "index", 1, SIZE_MAX, call_index, false },
	{ "slice", 1, 3, call_slice, false },
	{ "eq", 2, SIZE_MAX, call_eq, true },
	{ "ne", 2, 2, call_ne, true },
	{ "lt", 2, 2, call_lt, true },
	{ "le", 2, 2, call_le, true },
	{ "gt", 2, 2, call_gt, true },
	{ "ge", 2, 2, call_ge, true },
	{ 0 },
};

static const struct template_function *const tables[] = {
	template_text_functions,
	template_logic_functions,
};

const struct template_function *template_function_find(const char *name,
						       struct error *err)
{
	struct suggestion near = suggestion_for(name);

	for (size_t i = 0; i < 2; i++) {
		for (const struct template_function *f = tables[i]; f->name;
		     f++) {
			if (!strcmp(f->name, name))
				return f;
			suggestion_consider(&near, f->name);
		}
	}
	(void)error_say(err, EINVAL, "no function '%s'%s%s%s", name,
			near.best ? " (did you mean '" : "",
			near.best ? near.best : "", near.best ? "'?)" : "");
	return NULL;
}
