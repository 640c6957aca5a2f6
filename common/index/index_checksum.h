/* SPDX-License-Identifier: MIT */
#pragma once

#include "index_map.h"

/*
 * Returns the checksum of everything behind the header except the group expiry
 * times. It reveals changes by a disk or an editor, not deliberate ones: a
 * process that can write the file can write its checksum too.
 */
uint64_t pp_index_checksum(const struct pp_index *index);
