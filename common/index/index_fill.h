/* SPDX-License-Identifier: MIT */
#pragma once

#include "index_format.h"
#include "index_image.h"
#include "index_map.h"

/*
 * The making of one image: index_image.c measures and places, index_fill.c
 * writes the records and the tables.
 */

/* Everything that the steps of one build share. */
struct pp_index_build {
	const struct pp_index_content *content;
	uint64_t seed[2];
	struct pp_index_image image;
	uint32_t *users;      /* rows of content->users in the order of uids */
	uint32_t *groups;     /* rows of content->groups in the order of gids */
	size_t group_count;   /* of groups: without local and empty ones */
	uint32_t *members;    /* members of each row of content->groups */
	uint32_t **member_at; /* member list of each row, NULL for none */
	uint64_t *name_size;  /* of all members' names of each row */
	uint32_t *gids;       /* room for those of one user */
	struct pp_index_file_section sections[PP_INDEX_SECTIONS];
	uint64_t user_begin; /* of the records */
	uint64_t group_begin;
};

/* Returns false for the all-users group: every user is a member without being
 * listed (nss_playpen.8). */
static inline bool
pp_index_build_is_listed(const struct pp_index_build *build, uint32_t row)
{
	return row != build->content->all_users;
}

/* Returns true for a group of the machine's own files, which has no record. */
static inline bool
pp_index_build_is_local(const struct pp_index_content *content, size_t row)
{
	return (content->groups[row].flags & PP_INDEX_GROUP_LOCAL) != 0;
}

/* Puts the gids of the user's record into build->gids and counts them. */
size_t pp_index_build_gids(
	struct pp_index_build *build, const struct pp_index_entry *user);

/* Returns the image as a reader has it, half-built as it may be. */
struct pp_index pp_index_build_reader(const struct pp_index_build *build);

/*
 * Fills in the users; pp_index_fill_groups then fills in the groups, which hold
 * the places of their records. Both fail with PP_REASON_INDEX_INVALID if a name
 * or a number comes twice.
 */
enum pp_kind pp_index_fill_users(
	struct pp_index_build *build, struct pp_err *err) PP_NODISCARD;
enum pp_kind pp_index_fill_groups(
	struct pp_index_build *build, struct pp_err *err) PP_NODISCARD;
