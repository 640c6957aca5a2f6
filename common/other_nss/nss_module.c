/* SPDX-License-Identifier: MIT */
#include "nss_module.h"

#include <dlfcn.h>
#include <errno.h>
#include <grp.h>
#include <nss.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>

#include <playpen/base/str.h>

/* Bytes for one answer: a group of another source may have many members. */
#define REPLY_MIN ((size_t) 4096)
#define REPLY_MAX ((size_t) 16 * 1024 * 1024)
#define SYMBOL_SIZE 128U
#define ABSENT "cannot open shared object file: No such file"

typedef enum nss_status (*user_by_name)(
	const char *, struct passwd *, char *, size_t, int *);
typedef enum nss_status (*user_by_uid)(
	uid_t, struct passwd *, char *, size_t, int *);
typedef enum nss_status (*group_by_name)(
	const char *, struct group *, char *, size_t, int *);
typedef enum nss_status (*group_by_gid)(
	gid_t, struct group *, char *, size_t, int *);

/* One call of a module's function, and the buffer for its answer. */
struct call {
	const struct pp_nss_question *question;
	void *function;
	char *buffer;
	size_t size;
	int error;
};

static void
set_reply(struct pp_nss_reply *reply, const char *name, uint32_t number)
{
	reply->found = true;
	snprintf(reply->name, sizeof(reply->name), "%s", name);
	reply->number = number;
}

static enum nss_status
ask_for_user(struct call *call, struct pp_nss_reply *reply)
{
	const struct pp_nss_question *question = call->question;
	struct passwd entry = {0};
	enum nss_status status =
		question->name != NULL
			? ((user_by_name) call->function)(question->name,
				  &entry, call->buffer, call->size,
				  &call->error)
			: ((user_by_uid) call->function)(question->number,
				  &entry, call->buffer, call->size,
				  &call->error);

	if (status == NSS_STATUS_SUCCESS)
		set_reply(reply, entry.pw_name, entry.pw_uid);
	return status;
}

static enum nss_status
ask_for_group(struct call *call, struct pp_nss_reply *reply)
{
	const struct pp_nss_question *question = call->question;
	struct group entry = {0};
	enum nss_status status =
		question->name != NULL
			? ((group_by_name) call->function)(question->name,
				  &entry, call->buffer, call->size,
				  &call->error)
			: ((group_by_gid) call->function)(question->number,
				  &entry, call->buffer, call->size,
				  &call->error);

	if (status == NSS_STATUS_SUCCESS)
		set_reply(reply, entry.gr_name, entry.gr_gid);
	return status;
}

static bool
needs_more_room(enum nss_status status, int error)
{
	return status == NSS_STATUS_TRYAGAIN && error == ERANGE;
}

/* Calls the function with larger and larger buffers. */
static enum pp_kind
ask(const char *source, struct call *call, struct pp_nss_reply *ret_reply,
	struct pp_err *err)
{
	enum nss_status status = NSS_STATUS_TRYAGAIN;

	call->error = ERANGE;
	for (size_t size = REPLY_MIN;
		needs_more_room(status, call->error) && size <= REPLY_MAX;
		size *= 4) {
		pp_cleanup(pp_text) char *buffer = malloc(size);

		if (buffer == NULL)
			return pp_fail_memory(err);
		call->buffer = buffer;
		call->size = size;
		call->error = 0;
		status = call->question->group ? ask_for_group(call, ret_reply)
					       : ask_for_user(call, ret_reply);
	}
	if (status == NSS_STATUS_SUCCESS || status == NSS_STATUS_NOTFOUND)
		return PP_OK;
	return pp_fail(err, PP_REASON_OTHER_SOURCE_DOWN,
		"%s of nsswitch.conf did not answer for a %s (status %d, error %d)",
		source, call->question->group ? "group" : "user", status,
		call->error);
}

static const char *
function_name(const struct pp_nss_question *question)
{
	if (question->group)
		return question->name != NULL ? "getgrnam_r" : "getgrgid_r";
	return question->name != NULL ? "getpwnam_r" : "getpwuid_r";
}

/* Loads the module by its name alone, as glibc does, and never unloads it: a
 * module may have started threads. *ret_module is NULL if there is none. */
static enum pp_kind
load(const char *source, void **ret_module, struct pp_err *err)
{
	char file[SYMBOL_SIZE];
	const char *problem;

	*ret_module = NULL;
	if (strchr(source, '/') != NULL ||
		snprintf(file, sizeof(file), "libnss_%s.so.2", source) >=
			(int) sizeof(file))
		return PP_OK;
	*ret_module = dlopen(file, RTLD_NOW);
	if (*ret_module != NULL)
		return PP_OK;
	problem = dlerror();
	if (strncmp(problem, file, strlen(file)) == 0 &&
		strstr(problem, ABSENT) != NULL)
		return PP_OK;
	return pp_fail(err, PP_REASON_OTHER_SOURCE_DOWN,
		"%s of nsswitch.conf cannot be loaded: %s", source, problem);
}

enum pp_kind
pp_nss_module_ask(const char *source, const struct pp_nss_question *question,
	struct pp_nss_reply *ret_reply, struct pp_err *err)
{
	struct call call = {.question = question};
	char symbol[SYMBOL_SIZE];
	void *module;
	enum pp_kind kind = load(source, &module, err);

	ret_reply->found = false;
	if (kind != PP_OK || module == NULL)
		return kind;
	snprintf(symbol, sizeof(symbol), "_nss_%s_%s", source,
		function_name(question));
	call.function = dlsym(module, symbol);
	return call.function != NULL ? ask(source, &call, ret_reply, err)
				     : PP_OK;
}
