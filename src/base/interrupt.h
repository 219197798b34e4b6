// SPDX-License-Identifier: Apache-2.0
/* Signals that ask us to end, for who has blocked them and waits for others. */
#ifndef BASE_INTERRUPT_H
#define BASE_INTERRUPT_H

/**
 * interrupt_open() - Listen for SIGHUP, SIGINT, SIGQUIT and SIGTERM
 *
 * Only for those that are blocked: the others end us anyway.
 *
 * Return: descriptor for poll(2), close-on-exec; -1: none is blocked
 */
int interrupt_open(void);

/**
 * interrupt_take() - Which signal was it? It isn't pending any more.
 *
 * Return: its number, 0: none
 */
int interrupt_take(int fd);

#endif
