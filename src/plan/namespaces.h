// SPDX-License-Identifier: Apache-2.0
/* The kinds of namespaces: their flags and words. */
#ifndef PLAN_NAMESPACES_H
#define PLAN_NAMESPACES_H

#include "plan/plan.h"

/** namespace_name() - The word of config.json for a CLONE_NEW* flag. */
const char *namespace_name(int flag);

/** plan_namespaces() - Which are made, which are joined, when. */
must_check int plan_namespaces(const struct spec *spec, struct plan *plan,
			       struct error *err);

#endif
