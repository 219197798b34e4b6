// SPDX-License-Identifier: Apache-2.0
/* Sizes and ages for people, as docker and podman print them. */
#ifndef COMMAND_UNITS_H
#define COMMAND_UNITS_H

#include <stdint.h>

/**
 * units_size() - "8.09 MB": three digits, powers of 1000
 * @between:	What stands before the unit: " " as podman has it, "" as docker
 *
 * Return: owned
 */
char *units_size(uint64_t bytes, const char *between);

/** units_size_binary() - "7.715 MiB": four digits, powers of 1024; owned. */
char *units_size_binary(uint64_t bytes, const char *between);

/**
 * units_duration() - "2 weeks", "About an hour", "Less than a second"
 * @seconds:	Less than 0 is 0
 *
 * Return: owned
 */
char *units_duration(int64_t seconds);

#endif
