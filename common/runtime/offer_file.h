/* SPDX-License-Identifier: MIT */
#pragma once

#include <limits.h>

#include <playpen/runtime/offer.h>

/* The files of offers, for offer.c and offer_memory.c. */

/* Writes the path of the offer of a process, whose start time tells it from a
 * later one of the same number. Returns false if it does not run. */
bool pp_offer_file_path(pid_t sshd, char path[PATH_MAX]);

/* Reads a file of root's into the zeroed *ret_offer. Returns false if there is
 * none that is well-formed. */
bool pp_offer_file_load(const char *path, struct pp_offer *ret_offer);
