# SPDX-License-Identifier: MIT
# fuzz: fuzz targets and their corpora, replayed by make check.

# Each target has one entry point. Without --enable-fuzzers replay.c's main
# feeds it its corpus; with it libFuzzer's main, or that of AFL++'s driver
# (CC=afl-clang-fast), does. fuzz/run builds and runs them.
fuzz_programs = \
	%D%/fuzz_answer \
	%D%/fuzz_base64url \
	%D%/fuzz_batch \
	%D%/fuzz_cic \
	%D%/fuzz_claims \
	%D%/fuzz_conf \
	%D%/fuzz_device \
	%D%/fuzz_dialogue \
	%D%/fuzz_discovery \
	%D%/fuzz_frame \
	%D%/fuzz_index \
	%D%/fuzz_json \
	%D%/fuzz_jwks \
	%D%/fuzz_module \
	%D%/fuzz_pktoken \
	%D%/fuzz_sshcert \
	%D%/fuzz_token
check_PROGRAMS += $(fuzz_programs)

fuzz_common = %D%/must.c %D%/target.h
if FUZZERS
fuzz_ldflags = $(AM_LDFLAGS) $(FUZZ_LDFLAGS)
else
fuzz_common += %D%/replay.c
fuzz_ldflags = $(AM_LDFLAGS)
TESTS += $(fuzz_programs)
endif
fuzz_provider = %D%/provider.c %D%/provider.h

# What the fake state and the hostile sides stand for.
fuzz_dialogue_wraps = \
	-Wl,--wrap=pp_decisions_count \
	-Wl,--wrap=authorize_carried,--wrap=authorize_identity \
	-Wl,--wrap=authorize_no_longer,--wrap=authorize_prompt,--wrap=authorize_proof \
	-Wl,--wrap=authorize_refreshed,--wrap=detach_from_parent \
	-Wl,--wrap=groups_changed_check,--wrap=groups_changed_remember \
	-Wl,--wrap=handle_authenticate,--wrap=handle_dry_run,--wrap=link,--wrap=mkdir \
	-Wl,--wrap=open,--wrap=poll,--wrap=pp_accounts_check_attempt \
	-Wl,--wrap=authorize_note_user_rules,--wrap=pp_accounts_check_unused \
	-Wl,--wrap=pp_accounts_find,--wrap=pp_accounts_free \
	-Wl,--wrap=pp_accounts_issuer_sends_at_hash,--wrap=pp_accounts_open \
	-Wl,--wrap=pp_accounts_reopen,--wrap=pp_admission_check_account \
	-Wl,--wrap=pp_child_end,--wrap=pp_child_free,--wrap=pp_child_start \
	-Wl,--wrap=pp_conf_free,--wrap=pp_conf_load,--wrap=pp_conf_load_secret \
	-Wl,--wrap=pp_file_mark_add,--wrap=pp_file_mark_add_directory \
	-Wl,--wrap=pp_login_slot_free,--wrap=pp_login_slot_take,--wrap=pp_offer_read \
	-Wl,--wrap=pp_offer_remember,--wrap=pp_offer_remove,--wrap=pp_offer_write \
	-Wl,--wrap=pp_process_start_ms,--wrap=pp_refresh_store_forget \
	-Wl,--wrap=pp_refresh_store_put,--wrap=pp_refresh_store_replace \
	-Wl,--wrap=pp_refresh_store_take,--wrap=pp_refusal_read \
	-Wl,--wrap=pp_refusal_remove,--wrap=pp_refusal_write \
	-Wl,--wrap=pp_session_id_of_process,--wrap=pp_sshd_refusal_in_title_of_parent \
	-Wl,--wrap=pp_sudo_line_of_parent_forbids_prompts,--wrap=pp_timestamp_age_ms \
	-Wl,--wrap=pp_timestamp_issue_ticket,--wrap=pp_timestamp_remove \
	-Wl,--wrap=pp_timestamp_take_ticket,--wrap=pp_timestamp_ticket_is_valid \
	-Wl,--wrap=pp_timestamp_write,--wrap=pp_token_life_note,--wrap=rename \
	-Wl,--wrap=syslog,--wrap=terminal_is_there,--wrap=terminal_qr_form \
	-Wl,--wrap=unlink

# The calls of libc that fail.
fuzz_module_wraps = \
	-Wl,--wrap=access,--wrap=calloc,--wrap=clock_gettime,--wrap=dl_iterate_phdr \
	-Wl,--wrap=dlclose,--wrap=dlopen,--wrap=dlsym,--wrap=flock,--wrap=fopen \
	-Wl,--wrap=fstat,--wrap=getauxval,--wrap=geteuid,--wrap=getpeername \
	-Wl,--wrap=kill,--wrap=lstat,--wrap=malloc,--wrap=mkdir,--wrap=mmap \
	-Wl,--wrap=nanosleep,--wrap=open,--wrap=poll,--wrap=posix_spawn \
	-Wl,--wrap=posix_spawn_file_actions_addclosefrom_np \
	-Wl,--wrap=posix_spawn_file_actions_adddup2 \
	-Wl,--wrap=posix_spawn_file_actions_addopen \
	-Wl,--wrap=posix_spawn_file_actions_init,--wrap=posix_spawnattr_init \
	-Wl,--wrap=posix_spawnattr_setflags,--wrap=posix_spawnattr_setsigdefault \
	-Wl,--wrap=posix_spawnattr_setsigmask,--wrap=pread,--wrap=pthread_sigmask \
	-Wl,--wrap=pwrite,--wrap=read,--wrap=readlink,--wrap=realloc \
	-Wl,--wrap=reallocarray,--wrap=recv,--wrap=send,--wrap=sigaction \
	-Wl,--wrap=sigpending,--wrap=socketpair,--wrap=strdup,--wrap=syscall \
	-Wl,--wrap=vasprintf,--wrap=waitpid

fuzz_fuzz_answer_SOURCES = %D%/fuzz_answer.c $(fuzz_common)
fuzz_fuzz_answer_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_base64url_SOURCES = %D%/fuzz_base64url.c $(fuzz_common)
fuzz_fuzz_base64url_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_batch_SOURCES = %D%/fuzz_batch.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_batch_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_cic_SOURCES = %D%/fuzz_cic.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_cic_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_claims_SOURCES = %D%/fuzz_claims.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_claims_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_conf_SOURCES = %D%/fuzz_conf.c $(fuzz_common)
fuzz_fuzz_conf_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_device_SOURCES = %D%/fuzz_device.c $(fuzz_common)
fuzz_fuzz_device_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_dialogue_SOURCES = %D%/fuzz_dialogue.c $(fuzz_common)
fuzz_fuzz_dialogue_LDADD = libpp_policy.la
fuzz_fuzz_dialogue_LDFLAGS = $(fuzz_ldflags) $(fuzz_dialogue_wraps)
fuzz_fuzz_discovery_SOURCES = %D%/fuzz_discovery.c $(fuzz_common)
fuzz_fuzz_discovery_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_frame_SOURCES = %D%/fuzz_frame.c $(fuzz_common)
fuzz_fuzz_frame_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_index_SOURCES = %D%/fuzz_index.c $(fuzz_common)
fuzz_fuzz_index_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_json_SOURCES = %D%/fuzz_json.c $(fuzz_common)
fuzz_fuzz_json_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_jwks_SOURCES = %D%/fuzz_jwks.c $(fuzz_common)
fuzz_fuzz_jwks_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_module_SOURCES = %D%/fuzz_module.c $(pam_playpen_la_SOURCES) $(fuzz_common)
fuzz_fuzz_module_CPPFLAGS = $(pam_playpen_la_CPPFLAGS)
fuzz_fuzz_module_LDADD = libpp_index_write.la $(pam_playpen_la_LIBADD)
fuzz_fuzz_module_LDFLAGS = $(fuzz_ldflags) $(fuzz_module_wraps)
fuzz_fuzz_pktoken_SOURCES = %D%/fuzz_pktoken.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_pktoken_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_sshcert_SOURCES = %D%/fuzz_sshcert.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_sshcert_LDFLAGS = $(fuzz_ldflags)
fuzz_fuzz_token_SOURCES = %D%/fuzz_token.c $(fuzz_provider) $(fuzz_common)
fuzz_fuzz_token_LDFLAGS = $(fuzz_ldflags)

EXTRA_DIST += %D%/corpus %D%/run %D%/seeds

.PHONY: fuzzers
fuzzers: $(fuzz_programs)
