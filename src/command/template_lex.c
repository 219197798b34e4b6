// SPDX-License-Identifier: Apache-2.0
/* The words inside {{ and }}. */
#include <ctype.h>
#include <string.h>

#include "command/template_parts.h"

static bool is_name_byte(char c)
{
	return isalnum((unsigned char)c) || c == '_' || (c & 0x80);
}

static bool is_blank(char c)
{
	return c && strchr(" \t\r\n", c);
}

static void take_name(struct scan *scan, enum token_kind kind, size_t skip)
{
	const char *end = scan->at + skip;

	while (is_name_byte(*end))
		end++;
	scan->token.kind = kind;
	scan->token.length = (size_t)(end - scan->token.text);
	scan->at = end;
}

static const struct {
	char text[3];
	enum token_kind kind;
} signs[] = {
	{ "}}", TOKEN_RIGHT }, { ":=", TOKEN_DECLARE }, { "=", TOKEN_ASSIGN },
	{ "|", TOKEN_PIPE },   { "(", TOKEN_OPEN },     { ")", TOKEN_CLOSE },
	{ ",", TOKEN_COMMA },  { ".", TOKEN_DOT },
};

static bool take_sign(struct scan *scan)
{
	for (size_t i = 0; i < sizeof(signs) / sizeof(signs[0]); i++) {
		size_t length = strlen(signs[i].text);

		if (strncmp(scan->at, signs[i].text, length) != 0)
			continue;
		scan->token.kind = signs[i].kind;
		scan->token.length = length;
		scan->at += length;
		return true;
	}
	return false;
}

static bool is_number(const char *at)
{
	if (*at == '+' || *at == '-')
		at++;
	if (*at == '.')
		at++;
	return isdigit((unsigned char)*at);
}

must_check static int take_literal(struct scan *scan)
{
	struct json_object *value;
	int result = template_literal(scan, &value);

	if (result < 0)
		return result;
	scan->token.kind = TOKEN_LITERAL;
	scan->token.value = template_keep(scan->template->literals, value);
	scan->token.length = (size_t)(scan->at - scan->token.text);
	return 0;
}

int template_next(struct scan *scan)
{
	const char *before = scan->at;

	while (is_blank(*scan->at))
		scan->at++;
	scan->token =
		(struct token){ .text = scan->at, .glued = scan->at == before };
	if (!*scan->at)
		return error_say(scan->err, EINVAL, "an action has no '}}'");
	if (!scan->token.glued && !strncmp(scan->at, "-}}", 3)) {
		scan->token.kind = TOKEN_RIGHT;
		scan->trim = true;
		scan->at += 3;
		return 0;
	}
	if (strchr("\"`'", *scan->at) || is_number(scan->at))
		return take_literal(scan);
	if (*scan->at == '.' && is_name_byte(scan->at[1])) {
		scan->token.text++;
		take_name(scan, TOKEN_FIELD, 1);
	} else if (*scan->at == '$') {
		take_name(scan, TOKEN_NAME, 1);
	} else if (is_name_byte(*scan->at)) {
		take_name(scan, TOKEN_WORD, 0);
	} else if (!take_sign(scan)) {
		return error_say(scan->err, EINVAL,
				 "unexpected '%c' in an action", *scan->at);
	}
	return 0;
}
