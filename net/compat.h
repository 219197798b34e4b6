// SPDX-License-Identifier: Apache-2.0
/* holt-net in slirp4netns' place: installed under that name it has that command
 * line, so that podman and rootlesskit can use it.
 */
#ifndef NET_COMPAT_H
#define NET_COMPAT_H

#include "base/error.h"

/** compat_is_meant() - Were we started under that name? */
bool compat_is_meant(const char *program);

/**
 * compat_main() - slirp4netns [OPTION]... PID|PATH [INTERFACE]
 *
 * Return: exit status, as slirp4netns has it: 1 for a failure
 */
int compat_main(int argc, char **argv);

#endif
