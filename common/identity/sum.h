/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_IDENTITY_SUM_H
#define PLAYPEN_IDENTITY_SUM_H

#include "mapping.h"

/*
 * The sum of all that lies behind the header, checked-until times aside. Told
 * by it is a file that a disk or somebody's editor changed, not one that was
 * changed on purpose: whoever can write the file can write its sum.
 */
uint64_t pp_sum_of(const struct pp_index *index);

#endif
