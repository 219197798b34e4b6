// SPDX-License-Identifier: Apache-2.0
/* Text, actions and blocks. */
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "command/template_parts.h"

static const char table_word[] = "table ";

void *template_alloc(struct template *template, size_t size)
{
	struct chunk *chunk = xcalloc(1, sizeof(*chunk) + size);

	chunk->next = template->chunks;
	template->chunks = chunk;
	return chunk + 1;
}

const char *template_text(struct template *template, const char *text,
			  size_t length)
{
	char *copy = template_alloc(template, length + 1);

	memcpy(copy, text, length);
	return copy;
}

struct json_object *template_keep(struct json_object *array,
				  struct json_object *value)
{
	json_object_array_add(array, value);
	return value;
}

/* \t and \n, as docker and podman replace them. Return: the length */
static size_t unescape(char *text)
{
	char *to = text;

	for (const char *from = text; *from; from++) {
		bool is_escape =
			*from == '\\' && (from[1] == 't' || from[1] == 'n');

		if (is_escape)
			from++;
		*to++ = (char)(!is_escape ? *from : *from == 't' ? '\t' : '\n');
	}
	*to = '\0';
	return (size_t)(to - text);
}

/* The text before the next action, trimmed where an action asks for it. */
static const char *read_text(struct scan *scan, size_t length)
{
	auto_free char *text = xstrndup(scan->at, length);
	size_t size = unescape(text);
	const char *start = text;
	const char *after = scan->at + length;

	if (scan->trim)
		start += strspn(start, " \t\r\n");
	size -= (size_t)(start - text);
	if (!strncmp(after, "{{-", 3) && after[3] &&
	    strchr(" \t\r\n", after[3]))
		while (size && strchr(" \t\r\n", start[size - 1]))
			size--;
	scan->trim = false;
	scan->at = after;
	return size ? template_text(scan->template, start, size) : NULL;
}

/* Past "{{" or "{{- ", at the first token. Comments give TOKEN_RIGHT. */
must_check static int enter_action(struct scan *scan)
{
	const char *comment;

	scan->at += strncmp(scan->at, "{{- ", 4) == 0 ||
				    strncmp(scan->at, "{{-\t", 4) == 0 ||
				    strncmp(scan->at, "{{-\n", 4) == 0
			    ? 3
			    : 2;
	comment = scan->at + strspn(scan->at, " \t\r\n");
	if (strncmp(comment, "/*", 2) != 0) {
		if (template_next(scan) < 0)
			return -scan->err->code;
		if (scan->token.kind == TOKEN_RIGHT)
			return error_say(scan->err, EINVAL,
					 "an action says nothing: {{}}");
		return 0;
	}
	comment = strstr(comment + 2, "*/");
	if (!comment)
		return error_say(scan->err, EINVAL, "a comment has no '*/'");
	scan->at = comment + 2;
	if (template_next(scan) < 0)
		return -scan->err->code;
	return scan->token.kind == TOKEN_RIGHT
		       ? 0
		       : error_say(scan->err, EINVAL,
				   "a comment stands alone: {{/* ... */}}");
}

static bool at_word(const struct scan *scan, const char *word)
{
	return scan->token.kind == TOKEN_WORD &&
	       scan->token.length == strlen(word) &&
	       strncmp(scan->token.text, word, scan->token.length) == 0;
}

/* What ended a list of nodes. */
enum stop { STOP_TEXT, STOP_END, STOP_ELSE };

must_check static int read_list(struct scan *scan, struct node **ret,
				enum stop *ret_stop);

must_check static int close_action(struct scan *scan)
{
	if (scan->token.kind == TOKEN_RIGHT)
		return 0;
	return error_say(scan->err, EINVAL,
			 "'%.*s' doesn't belong there in an action",
			 (int)(scan->token.length ? scan->token.length : 1),
			 scan->token.text);
}

static int must_end(const struct scan *scan, enum stop stop)
{
	return stop == STOP_END
		       ? 0
		       : error_say(scan->err, EINVAL,
				   stop == STOP_TEXT ? "{{end}} is missing"
						     : "a second {{else}}");
}

must_check static int read_block(struct scan *scan, enum node_kind kind,
				 struct node *node);

/* At the token behind "else". */
must_check static int read_else(struct scan *scan, struct node *node)
{
	enum stop stop;
	bool again = (at_word(scan, "if") && node->kind == NODE_IF) ||
		     (at_word(scan, "with") && node->kind == NODE_WITH);

	if (again) {
		node->otherwise = template_alloc(scan->template, sizeof(*node));
		/* Its {{end}} is ours too. */
		return template_next(scan) < 0
			       ? -scan->err->code
			       : read_block(scan, node->kind, node->otherwise);
	}
	if (close_action(scan) < 0 ||
	    read_list(scan, &node->otherwise, &stop) < 0)
		return -scan->err->code;
	return must_end(scan, stop);
}

/* At the token behind "if", "with" or "range"; to behind its {{end}}. */
must_check static int read_block(struct scan *scan, enum node_kind kind,
				 struct node *node)
{
	enum stop stop;

	if (++scan->depth > TEMPLATE_DEPTH_MAX)
		return error_say(scan->err, EINVAL,
				 "blocks are too deep in each other");
	node->kind = kind;
	if (template_read_pipe(scan, &node->pipe) < 0 ||
	    close_action(scan) < 0 || read_list(scan, &node->body, &stop) < 0)
		return -scan->err->code;
	if (stop == STOP_ELSE) {
		if (read_else(scan, node) < 0)
			return -scan->err->code;
	} else if (must_end(scan, stop) < 0) {
		return -scan->err->code;
	}
	scan->depth--;
	return 0;
}

static const struct {
	const char *word;
	enum node_kind kind;
} keywords[] = {
	{ "if", NODE_IF },
	{ "with", NODE_WITH },
	{ "range", NODE_RANGE },
	{ "break", NODE_BREAK },
	{ "continue", NODE_CONTINUE },
};

must_check static int read_action(struct scan *scan, struct node *node)
{
	for (size_t i = 0; i < ARRAY_COUNT(keywords); i++) {
		if (!at_word(scan, keywords[i].word))
			continue;
		node->kind = keywords[i].kind;
		if (template_next(scan) < 0)
			return -scan->err->code;
		return node->kind == NODE_BREAK || node->kind == NODE_CONTINUE
			       ? close_action(scan)
			       : read_block(scan, node->kind, node);
	}
	node->kind = NODE_ACTION;
	return template_read_pipe(scan, &node->pipe) < 0 ? -scan->err->code
							 : close_action(scan);
}

/* Return: 1 when it ends the list */
must_check static int read_stop(struct scan *scan, enum stop *ret_stop)
{
	bool is_end = at_word(scan, "end");

	if (!is_end && !at_word(scan, "else"))
		return 0;
	if (template_next(scan) < 0 || (is_end && close_action(scan) < 0))
		return -scan->err->code;
	*ret_stop = is_end ? STOP_END : STOP_ELSE;
	return 1;
}

/* At "{{": a node, or what ends the list. Return: 1 when it ends, 0, -EINVAL */
must_check static int read_next(struct scan *scan, struct node ***last,
				enum stop *ret_stop)
{
	int stopped;

	if (enter_action(scan) < 0)
		return -scan->err->code;
	if (scan->token.kind == TOKEN_RIGHT)
		return 0; /* a comment */
	stopped = read_stop(scan, ret_stop);
	if (stopped != 0)
		return stopped;
	**last = template_alloc(scan->template, sizeof(***last));
	if (read_action(scan, **last) < 0)
		return -scan->err->code;
	*last = &(**last)->next;
	return 0;
}

static int read_list(struct scan *scan, struct node **ret, enum stop *ret_stop)
{
	int stopped = 0;

	*ret_stop = STOP_TEXT;
	while (stopped == 0 && *scan->at) {
		const char *open = strstr(scan->at, "{{");
		const char *text =
			read_text(scan, open ? (size_t)(open - scan->at)
					     : strlen(scan->at));

		if (text) {
			*ret = template_alloc(scan->template, sizeof(**ret));
			(*ret)->text = text;
			ret = &(*ret)->next;
		}
		if (open)
			stopped = read_next(scan, &ret, ret_stop);
	}
	return stopped < 0 ? stopped : 0;
}

int template_parse(const char *text, struct template **ret, struct error *err)
{
	auto_with(template_free) struct template *template =
		xcalloc(1, sizeof(*template));
	struct scan scan = { .template = template, .at = text, .err = err };
	enum stop stop;

	template->literals = json_object_new_array();
	template->is_table = !strncmp(text, table_word, strlen(table_word));
	if (template->is_table)
		scan.at += strlen(table_word);
	if (read_list(&scan, &template->body, &stop) < 0)
		return error_wrap(err, "template");
	if (stop != STOP_TEXT)
		return error_say(err, EINVAL, "template: {{%s}} ends no block",
				 stop == STOP_END ? "end" : "else");
	*ret = steal_ptr(&template);
	return 0;
}

bool template_is_table(const struct template *template)
{
	return template->is_table;
}

void template_free(struct template **template)
{
	if (!*template)
		return;
	for (struct chunk *chunk = (*template)->chunks, *next; chunk;
	     chunk = next) {
		next = chunk->next;
		free(chunk);
	}
	json_object_put((*template)->literals);
	free(*template);
	*template = NULL;
}
