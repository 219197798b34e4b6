// SPDX-License-Identifier: Apache-2.0
/* What every program of ours that has commands does around them. */
#ifndef COMMAND_PROGRAM_H
#define COMMAND_PROGRAM_H

#include "base/error.h"

/**
 * program_run() - Begin a program, do what it is for, and end its output
 * @name:	Of the program, for the error
 * @run:	Does what the command line says; returns as this does
 *
 * The standard descriptors are there afterwards, and no program runs with
 * rights that its caller lacks. Output that could not be written is an error.
 *
 * Return: exit status, negative errno
 */
must_check int program_run(const char *name,
			   int (*run)(int argc, char **argv, struct error *err),
			   int argc, char **argv, struct error *err);

#endif
