/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_INDEX_INDEX_CHECKSUM_H
#define PLAYPEN_INDEX_INDEX_CHECKSUM_H

#include "index_map.h"

/*
 * The sum of all that lies behind the header, checked-until times aside. Told
 * by it is a file that a disk or somebody's editor changed, not one that was
 * changed on purpose: whoever can write the file can write its sum.
 */
uint64_t pp_index_checksum(const struct pp_index *index);

#endif
