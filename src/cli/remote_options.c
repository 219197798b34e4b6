// SPDX-License-Identifier: Apache-2.0
#include "cli/remote_options.h"

#include <stdlib.h>
#include <string.h>

#include "base/alloc.h"
#include "base/cleanup.h"
#include "base/parse.h"

enum { RETRIES_MAX = 1000, DELAY_MAX = 24 * 60 * 60 };

/* "2", "2s", "500ms", "1m" in milliseconds */
must_check static int parse_delay(const char *text, unsigned int *ret,
				  struct error *err)
{
	static const struct {
		const char *unit;
		unsigned int milliseconds;
	} units[] = {
		{ "", 1000 }, { "ms", 1 }, { "s", 1000 }, { "m", 60000 }
	};
	size_t digits = strspn(text, "0123456789");
	auto_free char *number = xstrndup(text, digits);
	uint64_t value;

	for (size_t i = 0; i < ARRAY_COUNT(units); i++)
		if (strcmp(units[i].unit, text + digits) == 0 &&
		    parse_number(number, DELAY_MAX, &value) == 0 &&
		    value * units[i].milliseconds <= DELAY_MAX * 1000UL) {
			*ret = (unsigned int)value * units[i].milliseconds;
			return 0;
		}
	return error_say(err, EINVAL,
			 "--retry-delay: '%s' is no time, like 2s or 500ms",
			 text);
}

int remote_parse_tls(const struct option_row *row, const char *value,
		     void *field, struct error *err)
{
	enum remote_tls *tls = field;
	bool verify = true;

	if (option_parse_flag(row, value, &verify, err) < 0)
		return -err->code;
	*tls = verify ? REMOTE_TLS_VERIFIED : REMOTE_TLS_ANY;
	return 0;
}

int remote_options_check(const struct remote_options *options,
			 struct remote_settings *ret, struct error *err)
{
	uint64_t retries;

	*ret = (struct remote_settings){
		.authfile = options->authfile,
		.credentials = options->credentials,
		.cert_dir = options->cert_dir,
		.tls = options->tls,
	};
	if (options->retry) {
		if (parse_number(options->retry, RETRIES_MAX, &retries) < 0)
			return error_say(err, EINVAL,
					 "--retry: '%s' is no number",
					 options->retry);
		ret->retries = (unsigned int)retries;
		ret->has_retries = true;
	}
	if (options->retry_delay &&
	    parse_delay(options->retry_delay, &ret->retry_delay, err) < 0)
		return -err->code;
	return 0;
}
