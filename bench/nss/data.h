/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

/*
 * The same users and groups for every module that is measured: user i has a
 * name of eight letters, the uid FIRST_UID + i, a private group, and is in ten
 * of a thousand groups. Nothing is stored: each is computed from its number.
 */

#define DATA_GROUPS 1000U
#define DATA_EACH 10U /* groups of a user */
#define DATA_FIRST_UID 0x70000000U
#define DATA_FIRST_GID 0x7c000000U
#define DATA_PEOPLE_GID (DATA_FIRST_GID + DATA_GROUPS)
#define DATA_NAME 16

void data_user_name(uint32_t user, char name[DATA_NAME]);
void data_group_name(uint32_t group, char name[DATA_NAME]);

/* A name of the same shape that nobody has. */
void data_missing_name(uint32_t number, char name[DATA_NAME]);

/* The n-th group of a user, in ascending order. */
uint32_t data_group_of(uint32_t user, uint32_t n);

/* Users of each group: data_members()[start[g]] to data_members()[start[g+1]].
 * Made once for a number of users. */
struct data_members {
	uint32_t *start;
	uint32_t *users;
};

void data_invert(uint32_t users, struct data_members *ret);
void data_forget(struct data_members *members);

/* The data set in the form of each module, at a path of the caller's. */
void data_write_passwd(uint32_t users, const char *path);
void data_write_group(uint32_t users, const char *path);
void data_write_roster(uint32_t users, const char *path);
