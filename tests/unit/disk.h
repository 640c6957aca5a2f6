/* SPDX-License-Identifier: MIT */
#pragma once

#include <stddef.h>

/*
 * What a program does to the files of a directory is recorded, and done again
 * as a power cut could have left it. The program's calls of libc, and those of
 * its libraries, come here first; a sync is noted and costs nothing.
 */

/* What the disk has of the calls that no sync had reached at the cut. */
enum loss {
	LOSES_NOTHING,
	LOSES_DATA,  /* names arrive before what is in the files */
	LOSES_NAMES, /* the other way round */
	LOSES_ALL,
	KEEPS_THE_LAST, /* written before all that came before */
	KEEPS_EVERY_OTHER,
	TEARS_THE_LAST, /* half of it */
	LOSSES
};

/* From now on what is done below the directory is recorded; NULL ends that. */
void disk_record(const char *directory);

/* How many calls have been recorded so far, and their end. */
size_t disk_calls(void);
void disk_forget(void);

/* Does the calls before the cut again, but for what was lost. */
void disk_replay(size_t cut, enum loss loss);
