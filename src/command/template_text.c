// SPDX-License-Identifier: Apache-2.0
/* The functions of templates that make text. */
#include <ctype.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "command/template_parts.h"

must_check static int get_text(struct run *run, const struct value *value,
			       const char *function, const char **ret)
{
	enum json_type type = json_object_get_type(value->json);

	if (type == json_type_string) {
		*ret = json_object_get_string(value->json);
		return 0;
	}
	(void)error_say(run->err, EINVAL, "%s wants text, not %s", function,
			json_type_to_name(type));
	return -EINVAL;
}

must_check static int get_count(struct run *run, const struct value *value,
				const char *function, size_t *ret)
{
	int64_t count = json_object_get_int64(value->json);

	if (json_object_is_type(value->json, json_type_int) && count >= 0 &&
	    count <= TEMPLATE_WIDTH_MAX) {
		*ret = (size_t)count;
		return 0;
	}
	(void)error_say(run->err, EINVAL, "%s wants a number of characters",
			function);
	return -EINVAL;
}

static int call_json(struct run *run, const struct value *args, size_t count,
		     struct value *ret)
{
	const char *text = json_object_to_json_string_ext(
		args->json,
		JSON_C_TO_STRING_PLAIN | JSON_C_TO_STRING_NOSLASHESCAPE);

	(void)count;
	*ret = template_string(run, xstrdup(text));
	return 0;
}

static char lower(char c)
{
	return (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
}

static char upper(char c)
{
	return (char)(c >= 'a' && c <= 'z' ? c - 'a' + 'A' : c);
}

static int call_lower(struct run *run, const struct value *args, size_t count,
		      struct value *ret)
{
	const char *text = NULL;
	char *copy;

	(void)count;
	if (get_text(run, args, "lower", &text) < 0)
		return -EINVAL;
	copy = xstrdup(text);
	for (char *c = copy; *c; c++)
		*c = lower(*c);
	*ret = template_string(run, copy);
	return 0;
}

static int call_upper(struct run *run, const struct value *args, size_t count,
		      struct value *ret)
{
	const char *text = NULL;
	char *copy;

	(void)count;
	if (get_text(run, args, "upper", &text) < 0)
		return -EINVAL;
	copy = xstrdup(text);
	for (char *c = copy; *c; c++)
		*c = upper(*c);
	*ret = template_string(run, copy);
	return 0;
}

/* Of a word as Go's strings.Title has them? */
static bool is_word_byte(char c)
{
	return c & 0x80 || isalnum((unsigned char)c) || c == '_' || c == '\'';
}

/* The first letter of each word. */
static int call_title(struct run *run, const struct value *args, size_t count,
		      struct value *ret)
{
	const char *text = NULL;
	char *copy;

	(void)count;
	if (get_text(run, args, "title", &text) < 0)
		return -EINVAL;
	copy = xstrdup(text);
	for (size_t i = 0; copy[i]; i++)
		if (i == 0 || !is_word_byte(text[i - 1]))
			copy[i] = upper(copy[i]);
	*ret = template_string(run, copy);
	return 0;
}

static int call_join(struct run *run, const struct value *args, size_t count,
		     struct value *ret)
{
	auto_with(strv_clear) struct strv words = { 0 };
	const char *between = NULL;

	(void)count;
	if (args->json && !json_object_is_type(args->json, json_type_array))
		return error_say(run->err, EINVAL, "join wants a list");
	if (get_text(run, &args[1], "join", &between) < 0)
		return -EINVAL;
	for (size_t i = 0;
	     args->json && i < json_object_array_length(args->json); i++) {
		const struct value word = { .json = json_object_array_get_idx(
						    args->json, i) };
		const char *text = NULL;

		if (get_text(run, &word, "join", &text) < 0)
			return -EINVAL;
		strv_add(&words, xstrdup(text));
	}
	*ret = template_string(run, words.count ? strv_join(&words, between)
						: xstrdup(""));
	return 0;
}

/* How far to the next separator; without one each character stands alone. */
static size_t piece(const char *text, const char *between)
{
	const char *end = *between ? strstr(text, between) : text + 1;

	while (!*between && (*end & 0xc0) == 0x80)
		end++;
	return end ? (size_t)(end - text) : strlen(text);
}

static int call_split(struct run *run, const struct value *args, size_t count,
		      struct value *ret)
{
	const char *text = NULL, *between = NULL;
	struct json_object *list;

	(void)count;
	if (get_text(run, args, "split", &text) < 0 ||
	    get_text(run, &args[1], "split", &between) < 0)
		return -EINVAL;
	list = template_keep(run->kept, json_object_new_array());
	while (*text || *between) {
		size_t length = piece(text, between);

		json_object_array_add(
			list, json_object_new_string_len(text, (int)length));
		text += length;
		if (*between && !*text)
			break;
		text += strlen(between);
	}
	*ret = (struct value){ .json = list };
	return 0;
}

/* pad TEXT BEFORE AFTER: blanks around what isn't empty. */
static int call_pad(struct run *run, const struct value *args, size_t count,
		    struct value *ret)
{
	const char *text = NULL;
	size_t before = 0, after = 0;

	(void)count;
	if (get_text(run, args, "pad", &text) < 0 ||
	    get_count(run, &args[1], "pad", &before) < 0 ||
	    get_count(run, &args[2], "pad", &after) < 0)
		return -EINVAL;
	*ret = template_string(run,
			       !*text ? xstrdup("")
				      : xasprintf("%*s%s%*s", (int)before, "",
						  text, (int)after, ""));
	return 0;
}

static int call_truncate(struct run *run, const struct value *args,
			 size_t count, struct value *ret)
{
	const char *text = NULL;
	size_t length = 0;

	(void)count;
	if (get_text(run, args, "truncate", &text) < 0 ||
	    get_count(run, &args[1], "truncate", &length) < 0)
		return -EINVAL;
	*ret = template_string(run, xstrndup(text, length));
	return 0;
}

static int call_printf(struct run *run, const struct value *args, size_t count,
		       struct value *ret)
{
	auto_free char *text = NULL;
	const char *format = NULL;
	size_t size;
	FILE *out;

	if (get_text(run, args, "printf", &format) < 0)
		return -EINVAL;
	out = open_memstream(&text, &size);
	if (!out)
		return error_set(run->err, errno, "printf");
	template_printf(out, format, args + 1, count - 1);
	(void)fclose(out);
	*ret = template_string(run, steal_ptr(&text));
	return 0;
}

/* Blanks between all, or only where neither side is text. */
static int print_all(struct run *run, const struct value *args, size_t count,
		     bool line, struct value *ret)
{
	static const struct verb plain = { .letter = 'v' };
	auto_free char *text = NULL;
	bool was_text = true;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return error_set(run->err, errno, "print");
	for (size_t i = 0; i < count; i++) {
		bool is_text =
			json_object_is_type(args[i].json, json_type_string);

		if (i && (line || (!was_text && !is_text)))
			(void)fputc(' ', out);
		template_print(out, &plain, &args[i]);
		was_text = is_text;
	}
	if (line)
		(void)fputc('\n', out);
	(void)fclose(out);
	*ret = template_string(run, steal_ptr(&text));
	return 0;
}

static int call_print(struct run *run, const struct value *args, size_t count,
		      struct value *ret)
{
	return print_all(run, args, count, false, ret);
}

static int call_println(struct run *run, const struct value *args, size_t count,
			struct value *ret)
{
	return print_all(run, args, count, true, ret);
}

const struct template_function template_text_functions[] = {
	{ "json", 1, 1, call_json, false },
	{ "join", 2, 2, call_join, false },
	{ "lower", 1, 1, call_lower, false },
	{ "pad", 3, 3, call_pad, false },
	{ "print", 0, SIZE_MAX, call_print, true },
	{ "printf", 1, SIZE_MAX, call_printf, true },
	{ "println", 0, SIZE_MAX, call_println, true },
	{ "split", 2, 2, call_split, false },
	{ "title", 1, 1, call_title, false },
	{ "truncate", 2, 2, call_truncate, false },
	{ "upper", 1, 1, call_upper, false },
	{ 0 },
};
