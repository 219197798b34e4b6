// SPDX-License-Identifier: Apache-2.0
/* What the parts of templates share: tokens, the tree, values. */
#ifndef COMMAND_TEMPLATE_PARTS_H
#define COMMAND_TEMPLATE_PARTS_H

#include <json-c/json.h>
#include <stdio.h>

#include "command/template.h"

enum {
	TEMPLATE_DEPTH_MAX = 64,       /* of parentheses and blocks */
	TEMPLATE_STEPS_MAX = 1 << 20,  /* evaluations of one run */
	TEMPLATE_WIDTH_MAX = 64 << 10, /* of one padded value */
};

enum token_kind {
	TOKEN_END,   /* of the whole text */
	TOKEN_RIGHT, /* }} */
	TOKEN_DOT,   /* . */
	TOKEN_FIELD, /* .Name; the text is without the dot */
	TOKEN_NAME,  /* $x; the text is with the $ */
	TOKEN_WORD,  /* if, printf */
	TOKEN_LITERAL,
	TOKEN_PIPE,
	TOKEN_OPEN,
	TOKEN_CLOSE,
	TOKEN_DECLARE, /* := */
	TOKEN_ASSIGN,  /* = */
	TOKEN_COMMA,
};

struct token {
	enum token_kind kind;
	const char *text; /* in the source */
	size_t length;
	bool glued; /* no blank in front of it */
	struct json_object
		*value; /* of a literal; borrowed from the template */
};

/* A place in the source. */
struct scan {
	struct template *template;
	const char *at;
	struct token token; /* the one we are at, inside an action */
	bool trim;          /* the action that ended had "-}}" */
	int depth;
	struct error *err;
};

enum expr_kind { EXPR_LITERAL, EXPR_DOT, EXPR_NAME, EXPR_CALL, EXPR_PIPE };

/* An operand: a base, and fields taken from it. All is the template's. */
struct expr {
	enum expr_kind kind;
	const char *text;          /* as it was written, for messages */
	struct json_object *value; /* EXPR_LITERAL */
	const char *name;          /* EXPR_NAME */
	const struct template_function *function; /* EXPR_CALL */
	struct pipe *pipe;                        /* EXPR_PIPE */
	const char **fields;
	size_t field_count;
	struct expr *next; /* operand of the command */
};

/* "printf "%s" .Name": the first operand is what is called, or the value. */
struct command_node {
	struct expr *operands;
	struct command_node *next;
};

struct pipe {
	const char *names[2]; /* that get the value: $i, $v */
	bool assigns;         /* =, not := */
	struct command_node *commands;
};

enum node_kind {
	NODE_TEXT,
	NODE_ACTION,
	NODE_IF,
	NODE_WITH,
	NODE_RANGE,
	NODE_BREAK,
	NODE_CONTINUE,
};

struct node {
	enum node_kind kind;
	const char *text;
	struct pipe *pipe;
	struct node *body, *otherwise;
	struct node *next;
};

/* Everything that was read is freed at once. */
struct template
{
	struct chunk {
		struct chunk *next;
	} * chunks;
	struct json_object *literals; /* array */
	struct node *body;
	bool is_table;
};

/** template_alloc() - Zeroed memory that lives as long as the template. */
void *template_alloc(struct template *template, size_t size);

/** template_text() - A copy of the kind. */
const char *template_text(struct template *template, const char *text,
			  size_t length);

/** template_keep() - Let an array own @value, and borrow it from there. */
struct json_object *template_keep(struct json_object *array,
				  struct json_object *value);

/**
 * template_next() - Go on to the next token of an action
 *
 * Return: 0, -EINVAL
 */
must_check int template_next(struct scan *scan);

/**
 * template_literal() - Read a string, a character or a number at scan->at
 * @ret:	Owned
 *
 * Return: 0, -EINVAL
 */
must_check int template_literal(struct scan *scan, struct json_object **ret);

/** template_read_pipe() - A pipeline, as far as it goes. */
must_check int template_read_pipe(struct scan *scan, struct pipe **ret);

/* A value while it runs. */
struct value {
	struct json_object *json; /* borrowed; NULL: nil */
	bool missing;             /* a key that a map hasn't: <no value> */
	bool is_map;
};

/* A run. */
struct run {
	const struct template_rules *rules;
	const struct template_heading *headings;
	bool is_header;
	struct json_object *kept; /* array of what was made on the way */
	FILE *out;
	struct variable {
		const char *name;
		struct value value;
	} * variables;
	size_t variable_count;
	unsigned int steps;
	struct error *err;
};

/* A call. @args: of .least or more. Return: 0, -EINVAL */
typedef int template_call(struct run *run, const struct value *args,
			  size_t count, struct value *ret);

struct template_function {
	const char *name;
	size_t least, most; /* arguments */
	template_call *call;
	bool in_header; /* also there, where all others give their argument */
};

/** template_function_find() - NULL: there is none, and @err says so. */
const struct template_function *template_function_find(const char *name,
						       struct error *err);

extern const struct template_function template_text_functions[],
	template_logic_functions[];

/** template_string() - A value of @run that is this text; takes it. */
struct value template_string(struct run *run, char *text);

/** template_is_true() - Not false, zero, empty or nil. */
bool template_is_true(const struct value *value);

/** template_keys() - Of an object, in order; for strv_clear(). */
struct strv template_keys(struct json_object *object);

/** template_eval() - The value of a pipeline. */
must_check int template_eval(struct run *run, const struct pipe *pipe,
			     const struct value *dot, struct value *ret);

/** template_field() - A member of a value, or an error that names it. */
must_check int template_field(struct run *run, const struct value *of,
			      const char *name, const char *text,
			      struct value *ret);

/* How a value is printed: a verb of Go's fmt. */
struct verb {
	char letter; /* 'v', 's', 'd' ... */
	bool minus, plus, zero, sharp, blank, has_precision;
	int width, precision;
};

/** template_print() - Print a value as a verb has it. */
void template_print(FILE *out, const struct verb *verb,
		    const struct value *value);

/** template_printf() - Go's fmt.Fprintf. */
void template_printf(FILE *out, const char *format, const struct value *args,
		     size_t count);

#endif
