// SPDX-License-Identifier: Apache-2.0
#include "runtime/ps_request.h"

#include <stdlib.h>
#include <string.h>

#define FULL "user=UID,pid,ppid,c,stime,tty,time,cmd"
#define BSD  "user,pid,%cpu,%mem,vsz,rss,tty,stat,start,time,command"

void ps_request_clear(struct ps_request *request)
{
	for (size_t i = 0; i < request->count; i++)
		free(request->titles[i]);
	*request = (struct ps_request){ 0 };
}

static int add(const char *word, size_t length, const char *title,
	       struct ps_request *ret, struct error *err)
{
	const struct ps_column *column = ps_column_find(word, length);

	if (!column)
		return error_say(err, EINVAL, "ps: there is no column '%.*s'",
				 (int)length, word);
	if (ret->count == PS_COLUMNS_MAX)
		return error_say(err, EINVAL, "ps: more than %d columns",
				 PS_COLUMNS_MAX);
	ret->columns[ret->count] = column;
	ret->titles[ret->count++] = xstrdup(title ? title : column->title);
	return 0;
}

/* "pid,user=WHO ARE YOU": a title of one's own goes up to the next comma where
 * ps(1) lets it go on to the end; engines rely on neither.
 */
static int add_list(const char *list, struct ps_request *ret, struct error *err)
{
	for (;;) {
		size_t length = strcspn(list, ", ");
		size_t name = strcspn(list, ",= ");
		char *title = NULL;

		if (name < length)
			title = xstrndup(list + name + 1, length - name - 1);

		int result = name ? add(list, name, title, ret, err) : 0;

		free(title);
		if (result < 0)
			return result;
		if (!list[length])
			return 0;
		list += length + 1;
	}
}

/* The letters that select processes, which the container does here, and those
 * that widen lines, which are never cut.
 */
static bool is_cluster(const char *word, const char *letters)
{
	return *word && strspn(word, letters) == strlen(word);
}

/* Is it -o? Return: its list, which may be the next word; NULL: no */
static const char *format_of(char *const *words, int count, int *at)
{
	static const char *const names[] = { "-o", "--format", "o" };
	const char *word = words[*at];

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		if (!strcmp(word, names[i]))
			return *at + 1 < count ? words[++*at] : "";
	}
	if (!strncmp(word, "--format=", 9))
		return word + 9;
	if (!strncmp(word, "-o", 2))
		return word + 2;
	return NULL;
}

static int read_word(char *const *words, int count, int *at,
		     const char **ret_style, struct ps_request *ret,
		     struct error *err)
{
	const char *word = words[*at];
	const char *list = format_of(words, count, at);

	if (list)
		return *list ? add_list(list, ret, err)
			     : error_say(err, EINVAL,
					 "ps: %s needs a list of columns",
					 word);
	if (word[0] == '-' && is_cluster(word + 1, "eAafwW")) {
		*ret_style = FULL;
		return 0;
	}
	if (is_cluster(word[0] == '-' ? word + 1 : word, "auxw")) {
		*ret_style = BSD;
		return 0;
	}
	return error_say(
		err, EINVAL,
		"ps: '%s' is not known here: -ef, aux and -o COLUMN,... are",
		word);
}

int ps_request_read(char *const *words, int count, struct ps_request *ret,
		    struct error *err)
{
	const char *style = FULL;

	for (int i = 0; i < count; i++)
		if (read_word(words, count, &i, &style, ret, err) < 0)
			return -err->code;
	return ret->count ? 0 : add_list(style, ret, err);
}
