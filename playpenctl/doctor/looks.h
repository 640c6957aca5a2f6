/* SPDX-License-Identifier: MIT */
#pragma once

#include "doctor.h"

/* The functions of the rows of doctor_table.c: each looks at one thing. */

typedef void doctor_look(struct doctor *doctor);

/* doctor_files.c */
doctor_look look_conf;
doctor_look look_published;
doctor_look look_client_secret;
doctor_look look_uid_key;
doctor_look look_uid_key_whole;
doctor_look look_state;
doctor_look look_index;

/* doctor_conf.c */
doctor_look look_conf_services;
doctor_look look_conf_groups;
doctor_look look_conf_denial;

/* doctor_names.c */
doctor_look look_worker_user;
doctor_look look_worker_root;
doctor_look look_worker_cache;
doctor_look look_local_name;
doctor_look look_local_number;

/* doctor_nsswitch.c */
doctor_look look_nss_module;
doctor_look look_nss_new_module;
doctor_look look_nsswitch_names;
doctor_look look_nsswitch_reaches;
doctor_look look_nsswitch_order;
doctor_look look_nsswitch_new;
doctor_look look_nsswitch_last;
doctor_look look_nsswitch_down;
doctor_look look_nsswitch_initgroups;
doctor_look look_new_users;

/* doctor_accounts.c */
doctor_look look_account_issuer;
doctor_look look_account_groups;
doctor_look look_accounts_files;
doctor_look look_shells;
doctor_look look_homes;
doctor_look look_home_parent;
doctor_look look_mkhomedir;
doctor_look look_local_range;

/* doctor_access.c */
doctor_look look_any_user;
doctor_look look_conf_scope;
doctor_look look_conf_ssh_client;
doctor_look look_emergency;
doctor_look look_leftovers;

/* doctor_storage.c */
doctor_look look_state_disk;
doctor_look look_run_memory;
doctor_look look_ssh_token_life;

/* doctor_person.c */
doctor_look look_person_local;
doctor_look look_person_account;
doctor_look look_person_sign_in;
doctor_look look_person_services;
doctor_look look_person_nss;

/* doctor_sudoers.c */
doctor_look look_group_free;
doctor_look look_group_account;
doctor_look look_user_rules;
doctor_look look_group_rules;
doctor_look look_group_rules_late;

/* doctor_pam.c */
doctor_look look_pam_module;
doctor_look look_pam_sshd;
doctor_look look_pam_services;
doctor_look look_pam_files;
doctor_look look_pam_both;
doctor_look look_pam_auth;
doctor_look look_pam_order;
doctor_look look_pam_account;
doctor_look look_pam_bypass;

/* doctor_machine.c */
doctor_look look_nss_answers;
doctor_look look_nscd;
doctor_look look_clock_sync;
doctor_look look_kernel_landlock;

/* doctor_provider.c */
doctor_look look_provider;
doctor_look look_answer; /* to the question with the id of the check */

/* doctor_sshd.c */
doctor_look look_sshd_told;
doctor_look look_sshd_pam;
doctor_look look_sshd_interactive;
doctor_look look_sshd_methods;
doctor_look look_sshd_allow_groups;
doctor_look look_sshd_deny_groups;
doctor_look look_sshd_allow_users;
doctor_look look_sshd_deny_users;
doctor_look look_sshd_grace;
doctor_look look_sshd_tries;
doctor_look look_sshd_startups;
doctor_look look_sshd_certificates;
doctor_look look_sshd_penalties;
doctor_look look_sshd_exempt;
doctor_look look_sshd_new;
