// SPDX-License-Identifier: Apache-2.0
#include "container/probe_finding.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

void finding_say(struct finding *finding, enum probe_status status,
		 const char *fmt, ...)
{
	va_list ap;

	finding->status = status;
	va_start(ap, fmt);
	(void)vsnprintf(finding->found, sizeof(finding->found), fmt, ap);
	va_end(ap);
}

void finding_because(struct finding *finding, const char *cause,
		     const char *remedy)
{
	(void)snprintf(finding->cause, sizeof(finding->cause), "%s", cause);
	(void)snprintf(finding->remedy, sizeof(finding->remedy), "%s", remedy);
}

void finding_remedy(struct finding *finding, const char *remedy)
{
	(void)snprintf(finding->remedy, sizeof(finding->remedy), "%s", remedy);
}

void finding_explain(struct finding *finding, const char *message)
{
	static const char marker[] = "; to mend it: ";
	const char *at = strstr(message, marker);
	size_t length = at ? (size_t)(at - message) : strlen(message);

	(void)snprintf(finding->cause, sizeof(finding->cause), "%.*s",
		       (int)length, message);
	(void)snprintf(finding->remedy, sizeof(finding->remedy), "%s",
		       at ? at + sizeof(marker) - 1 : "");
}

void finding_error(struct finding *finding, const struct error *err)
{
	finding_explain(finding, err->text);
	if (err->complete || !err->code)
		return;

	size_t length = strlen(finding->cause);

	(void)snprintf(finding->cause + length, sizeof(finding->cause) - length,
		       ": %s", strerror(err->code));
}
