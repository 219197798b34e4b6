// SPDX-License-Identifier: Apache-2.0
#include "image/worker/tar_records.h"

#include <ctype.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "image/worker/names.h"

/* Names have no character set, whatever a header says of it: a reader that
 * knows of none takes them as they are.
 */
static const char begin[] = "21 hdrcharset=BINARY\n";

enum { KEY_MAX = 300, DIGITS_MAX = 18 };

struct record {
	const char *whole; /* with its length and its newline */
	size_t whole_size;
	char key[KEY_MAX];
	const char *value; /* not ended */
	size_t size;
};

/* Is it a value for such a key? */
typedef bool value_fn(const char *value, size_t size);

static bool is_path(const char *value, size_t size)
{
	return !memchr(value, '\0', size);
}

static bool is_digits(const char *value, size_t size)
{
	for (size_t i = 0; i < size; i++)
		if (!isdigit((unsigned char)value[i]))
			return false;
	return size > 0;
}

static bool is_number(const char *value, size_t size)
{
	return size <= DIGITS_MAX && is_digits(value, size);
}

/* What is beyond all times is taken for the last one. */
static bool is_time(const char *value, size_t size)
{
	const char *dot;

	if (size && *value == '-') {
		value++;
		size--;
	}
	dot = memchr(value, '.', size);
	if (!dot)
		return is_digits(value, size);
	return is_digits(value, (size_t)(dot - value)) &&
	       (dot + 1 == value + size ||
		is_digits(dot + 1, (size_t)(value + size - dot - 1)));
}

static bool is_known_charset(const char *value, size_t size)
{
	static const char *const known[] = { "BINARY",
					     "ISO-IR 10646 2000 UTF-8" };

	for (size_t i = 0; i < ARRAY_COUNT(known); i++)
		if (size == strlen(known[i]) &&
		    memcmp(value, known[i], size) == 0)
			return true;
	return false;
}

static bool is_any(const char *value, size_t size)
{
	(void)value;
	(void)size;
	return true;
}

enum use {
	IGNORE,
	KEEP_ONE, /* twice, it would have two meanings */
	KEEP,
	REFUSE, /* other readers take the content for another */
};

#define XATTR_KEY "SCHILY.xattr."

static const struct row {
	const char *key; /* ends with a dot: all that begin with it */
	enum use use;
	value_fn *is_value;
} rows[] = {
	{ "path", KEEP_ONE, is_path },
	{ "linkpath", KEEP_ONE, is_path },
	{ "size", KEEP_ONE, is_number },
	{ "uid", KEEP_ONE, is_number },
	{ "gid", KEEP_ONE, is_number },
	{ "mtime", KEEP_ONE, is_time },
	{ XATTR_KEY, KEEP_ONE, is_any },
	{ "GNU.sparse.name", KEEP_ONE, is_path },
	{ "GNU.sparse.", KEEP, is_path },
	{ "hdrcharset", IGNORE, is_known_charset },
	{ "SCHILY.realsize", REFUSE, is_any },
	{ "SCHILY.offset", REFUSE, is_any },
	{ "SUN.holesdata", REFUSE, is_any },
	{ "", IGNORE, is_any },
};

static const struct row *find_row(const char *key)
{
	const struct row *row = rows;

	for (; *row->key; row++) {
		size_t length = strlen(row->key);

		if (strcmp(row->key, key) == 0 ||
		    (row->key[length - 1] == '.' &&
		     strncmp(row->key, key, length) == 0))
			break;
	}
	return row;
}

static int malformed(struct error *err)
{
	return error_say(err, EBADMSG, "a pax header that is none");
}

/* "LENGTH KEY=VALUE\n", where LENGTH counts itself. */
must_check static int read_record(const char *text, size_t left,
				  struct record *ret, struct error *err)
{
	const char *space = memchr(text, ' ', left);
	const char *equals;
	char *end;
	unsigned long size;

	/* A number that long is larger than a header may be. */
	if (!space || space - text > DIGITS_MAX ||
	    !is_number(text, (size_t)(space - text)))
		return malformed(err);
	size = strtoul(text, &end, 10);
	if (end != space || size > left || size <= (size_t)(space + 1 - text) ||
	    text[size - 1] != '\n')
		return malformed(err);
	equals = memchr(space, '=', size - (size_t)(space - text));
	if (!equals || equals == space + 1 ||
	    memchr(space, '\0', (size_t)(equals - space)))
		return malformed(err);
	if (equals - space > KEY_MAX)
		return error_say(
			err, EBADMSG,
			"a pax record whose key, with the name of an attribute perhaps, is too long");
	memset(ret->key, 0, sizeof(ret->key));
	memcpy(ret->key, space + 1, (size_t)(equals - space - 1));
	ret->whole = text;
	ret->whole_size = size;
	ret->value = equals + 1;
	ret->size = (size_t)(text + size - 1 - ret->value);
	return 0;
}

static void add(struct tar_records *records, const char *text, size_t size)
{
	records->text = xrealloc_array(records->text, records->size + size, 1);
	memcpy(records->text + records->size, text, size);
	records->size += size;
}

must_check static int take(const struct record *record, struct names *seen,
			   struct tar_records *records, struct error *err)
{
	const struct row *row = find_row(record->key);

	if (row->use == REFUSE)
		return error_say(
			err, EOPNOTSUPP,
			"its content is stored as only few programs know it (%s)",
			record->key);
	if (!row->is_value(record->value, record->size) ||
	    strcmp(record->key, XATTR_KEY) == 0)
		return error_say(err, EBADMSG,
				 "a pax record whose value can't be one: %s",
				 record->key);
	/* Without a value: that of the header itself counts. */
	if (row->use == IGNORE || (!record->size && row->is_value == is_path))
		return 0;
	if (row->use == KEEP_ONE && names_have(seen, record->key))
		return error_say(err, EBADMSG, "two pax records of %s",
				 record->key);
	names_add(seen, record->key);
	if (strcmp(record->key, "linkpath") == 0)
		records->has_target = true;
	if (strcmp(record->key, "size") == 0) {
		records->has_content = true;
		records->content = strtoul(record->value, NULL, 10);
	}
	if (!records->size)
		add(records, begin, strlen(begin));
	add(records, record->whole, record->whole_size);
	return 0;
}

int tar_records_read(const char *text, size_t size, struct tar_records *ret,
		     struct error *err)
{
	auto_with(tar_records_clear) struct tar_records records = { 0 };
	auto_with(names_clear) struct names seen = { 0 };
	struct record record = { 0 };

	for (size_t at = 0; at < size; at += record.whole_size)
		if (read_record(text + at, size - at, &record, err) < 0 ||
		    take(&record, &seen, &records, err) < 0)
			return -err->code;
	*ret = records;
	records = (struct tar_records){ 0 };
	return 0;
}

int tar_records_ignore(const char *text, size_t size, struct error *err)
{
	struct record record = { 0 };

	for (size_t at = 0; at < size; at += record.whole_size) {
		if (read_record(text + at, size - at, &record, err) < 0)
			return -err->code;
		if (find_row(record.key)->use != IGNORE)
			return error_say(
				err, EOPNOTSUPP,
				"it says of all entries at once what their %s is: not all programs heed that",
				record.key);
	}
	return 0;
}

void tar_records_clear(struct tar_records *records)
{
	free(records->text);
	*records = (struct tar_records){ 0 };
}
