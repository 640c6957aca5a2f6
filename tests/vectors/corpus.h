/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/json/json.h>

/*
 * Public test vectors, which the tree does not contain: found below
 * $PLAYPEN_VECTORS, or beside the source tree in ../shared/vectors, or (further
 * files of Wycheproof) in the directory of the Go module that go.mod names.
 */

#define CORPUS_FILE_MAX ((size_t) 16 * 1024 * 1024)

/* The directory of the vectors, or NULL. Static. */
const char *corpus_directory(void);

/* The directory of the Go module's files, or NULL when it is not there. */
const char *corpus_module_directory(void);

/* Reads a whole file; false when it is not there. */
bool corpus_read(
	const char *directory, const char *name, struct pp_secret *content);

/* The same, read as JSON with limits wide enough for vectors. */
struct pp_json *corpus_load(const char *directory, const char *name);

/* A member that is a string, "" when it is none. */
struct pp_json_text corpus_text(const struct pp_json *object, const char *name);

/* A member in hex as bytes. */
void corpus_bytes(const struct pp_json *object, const char *name,
	struct pp_secret *bytes);
