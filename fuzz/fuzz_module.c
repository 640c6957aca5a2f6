/* SPDX-License-Identifier: MIT */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <nss.h>
#include <poll.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <stdarg.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <security/pam_modutil.h>

#include <playpen/index/first_login.h>
#include <playpen/index/index.h>
#include <playpen/ipc/message.h>

#include "target.h"
#include "tests/scratch.h"

/*
 * pam_playpen.so's own code while calls of libc fail, beside a playpen-policy
 * that says anything. An input chooses the function of PAM, the application and
 * the user, which calls fail with which errno, and what policy says. With
 * SWEEP the same is done again and again, and each time the next call fails,
 * until there are no more.
 *
 * Fakes, because the real ones do not fail on command: every call of libc below
 * (--wrap, which changes none inside libc), libpam, the NSS modules of the
 * process, the clock and playpen-policy. What stands under /var, /run and /etc
 * lies in a scratch directory.
 */

const char fuzz_name[] = "module";

#define FAILURES_MAX 6
#define CALLS_MAX 5000
#define POLICY_PID 4194305 /* no process has it: above the kernel's limit */

enum setup {
	SETUP_FUNCTION = 7, /* which of the six */
	SETUP_SWEEP = 8,
	SETUP_ARGUMENT = 16, /* the PAM line has one */
	SETUP_TICKET = 32,   /* the PAM environment has a ticket */
	SETUP_UNPRIVILEGED = 64,
	SETUP_NO_INDEX = 128, /* the index is damaged */
};

/* alice has an account, bob one and a line of passwd, carol is new. */
static const char *const users[] = {"alice", "bob", "carol", "mallory", "x y"};
static const char *const services[] = {"sshd", "sudo", "login", "su"};

/*
 * --wrap also redirects the calls of the fuzzer and of the sanitizers, which
 * make some before there is a shadow of memory, and want the real answers. So
 * nothing below is instrumented, and it is the real call unless the module
 * runs.
 */
#ifdef __clang__
#define UNSEEN __attribute__((no_sanitize("address", "undefined", "coverage")))
#else
#define UNSEEN __attribute__((no_sanitize("address", "undefined")))
#endif

static uint8_t setup, talk;
static const char *user, *service;
static const uint8_t *script;
static size_t left;
static unsigned int calls, sweep_at, failures[FAILURES_MAX];
static int errors[FAILURES_MAX], failure_count;
/* Whether calls count: those of the module, not of this file. Volatile, because
 * a compiler knows that calloc(3) reads no variable of a program. */
static volatile bool counting;
static int64_t now_ms = 1000000;
static int peer = -1;
static int spawned, reaped;
static bool said_success;
static const char *index_path;
static const struct pp_uid_key uid_key = {{1, 2, 3}};
static const struct pp_range uid_range = {PP_UID_RANGE_LOW, PP_UID_RANGE_HIGH};

/* Says whether this call fails, with errno set. */
UNSEEN static bool
fails(void)
{
	if (!counting)
		return false;
	calls++;
	fuzz_must(calls < CALLS_MAX);
	if (calls == sweep_at) {
		errno = ENOMEM;
		return true;
	}
	for (int i = 0; i < failure_count; i++)
		if (failures[i] == calls) {
			errno = errors[i];
			return true;
		}
	return false;
}

/* clang-format off */
#define FAILING(result, name, failure, parameters, arguments)                  \
	result __wrap_##name parameters;                                       \
	result __real_##name parameters;                                       \
	UNSEEN result __wrap_##name parameters                                 \
	{                                                                      \
		return fails() ? (failure) : __real_##name arguments;          \
	}
FAILING(void *, malloc, NULL, (size_t size), (size))
FAILING(void *, calloc, NULL, (size_t count, size_t size), (count, size))
FAILING(void *, realloc, NULL, (void *old, size_t size), (old, size))
FAILING(void *, reallocarray, NULL, (void *old, size_t count, size_t size), (old, count, size))
FAILING(char *, strdup, NULL, (const char *text), (text))
FAILING(int, vasprintf, -1, (char **text, const char *format, va_list values), (text, format, values))
FAILING(ssize_t, read, -1, (int fd, void *to, size_t size), (fd, to, size))
FAILING(ssize_t, pread, -1, (int fd, void *to, size_t size, off_t at), (fd, to, size, at))
FAILING(ssize_t, pwrite, -1, (int fd, const void *from, size_t size, off_t at), (fd, from, size, at))
FAILING(void *, mmap, MAP_FAILED, (void *at, size_t size, int protection, int flags, int fd, off_t from), (at, size, protection, flags, fd, from))
FAILING(int, flock, -1, (int fd, int operation), (fd, operation))
FAILING(ssize_t, recv, -1, (int fd, void *to, size_t size, int flags), (fd, to, size, flags))
FAILING(ssize_t, send, -1, (int fd, const void *from, size_t size, int flags), (fd, from, size, flags))
FAILING(int, sigaction, -1, (int signal, const struct sigaction *next, struct sigaction *last), (signal, next, last))
FAILING(int, pthread_sigmask, errno, (int how, const sigset_t *next, sigset_t *last), (how, next, last))
FAILING(int, sigpending, -1, (sigset_t *pending), (pending))
FAILING(int, posix_spawn_file_actions_init, errno, (posix_spawn_file_actions_t *actions), (actions))
FAILING(int, posix_spawn_file_actions_adddup2, errno, (posix_spawn_file_actions_t *actions, int from, int to), (actions, from, to))
FAILING(int, posix_spawn_file_actions_addopen, errno, (posix_spawn_file_actions_t *actions, int fd, const char *path, int flags, mode_t mode), (actions, fd, path, flags, mode))
FAILING(int, posix_spawn_file_actions_addclosefrom_np, errno, (posix_spawn_file_actions_t *actions, int from), (actions, from))
FAILING(int, posix_spawnattr_init, errno, (posix_spawnattr_t *attributes), (attributes))
FAILING(int, posix_spawnattr_setsigmask, errno, (posix_spawnattr_t *attributes, const sigset_t *mask), (attributes, mask))
FAILING(int, posix_spawnattr_setsigdefault, errno, (posix_spawnattr_t *attributes, const sigset_t *mask), (attributes, mask))
FAILING(int, posix_spawnattr_setflags, errno, (posix_spawnattr_t *attributes, short flags), (attributes, flags))

/* The same with a path, below the scratch directory. */
#define FAILING_PATH(result, name, failure, parameters, arguments) FAILING(result, name, failure, parameters, arguments)
static const char *place(const char *path);
FAILING_PATH(int, access, -1, (const char *path, int mode), (place(path), mode))
FAILING_PATH(int, lstat, -1, (const char *path, struct stat *info), (place(path), info))
FAILING_PATH(int, mkdir, -1, (const char *path, mode_t mode), (place(path), mode))
FAILING_PATH(FILE *, fopen, NULL, (const char *path, const char *mode), (place(path), mode))
/* clang-format on */

UNSEEN static const char *
place(const char *path)
{
	if (!counting)
		return path;
	if (strcmp(path, PP_INDEX_PATH) == 0)
		return scratch_path(index_path);
	return scratch_path(path);
}

int __wrap_open(const char *path, int flags, ...);
int __real_open(const char *path, int flags, ...);
UNSEEN int
__wrap_open(const char *path, int flags, ...)
{
	return fails() ? -1 : __real_open(place(path), flags, 0600);
}

/* Files of the scratch directory are root's. */
int __wrap_fstat(int fd, struct stat *info);
int __real_fstat(int fd, struct stat *info);
UNSEEN int
__wrap_fstat(int fd, struct stat *info)
{
	int result = fails() ? -1 : __real_fstat(fd, info);

	if (counting && result == 0)
		info->st_uid = info->st_gid = 0;
	return result;
}

ssize_t __wrap_readlink(const char *path, char *to, size_t size);
ssize_t __real_readlink(const char *path, char *to, size_t size);
UNSEEN ssize_t
__wrap_readlink(const char *path, char *to, size_t size)
{
	if (!counting)
		return __real_readlink(path, to, size);
	(void) path;
	return fails() ? -1 : snprintf(to, size, "/usr/sbin/sshd");
}

uid_t __wrap_geteuid(void);
uid_t __real_geteuid(void);
UNSEEN uid_t
__wrap_geteuid(void)
{
	if (!counting)
		return __real_geteuid();
	return (setup & SETUP_UNPRIVILEGED) != 0 ? 1000 : 0;
}

unsigned long __wrap_getauxval(unsigned long type);
unsigned long __real_getauxval(unsigned long type);
UNSEEN unsigned long
__wrap_getauxval(unsigned long type)
{
	if (!counting)
		return __real_getauxval(type);
	(void) type;
	return 0;
}

int __wrap_clock_gettime(clockid_t clock, struct timespec *now);
int __real_clock_gettime(clockid_t clock, struct timespec *now);
UNSEEN int
__wrap_clock_gettime(clockid_t clock, struct timespec *now)
{
	if (!counting)
		return __real_clock_gettime(clock, now);
	(void) clock;
	*now = (struct timespec){
		now_ms / 1000, (long) (now_ms % 1000) * 1000000};
	return 0;
}

int __wrap_nanosleep(const struct timespec *time, struct timespec *rest);
int __real_nanosleep(const struct timespec *time, struct timespec *rest);
UNSEEN int
__wrap_nanosleep(const struct timespec *time, struct timespec *rest)
{
	if (!counting)
		return __real_nanosleep(time, rest);
	(void) rest;
	now_ms += time->tv_nsec / 1000000 + 1;
	return 0;
}

int __wrap_getpeername(int fd, struct sockaddr *address, socklen_t *size);
int __real_getpeername(int fd, struct sockaddr *address, socklen_t *size);
UNSEEN int
__wrap_getpeername(int fd, struct sockaddr *address, socklen_t *size)
{
	if (!counting)
		return __real_getpeername(fd, address, size);
	(void) fd;
	(void) address;
	(void) size;
	errno = ENOTSOCK;
	return -1;
}

/* playpen-policy. */
static uint8_t
take_byte(void)
{
	if (left == 0)
		return 0;
	left--;
	return *script++;
}

static void
hang_up(void)
{
	if (peer >= 0)
		close(peer);
	peer = -1;
}

static void
drain(void)
{
	static char nowhere[65536];

	while (peer >= 0 &&
		__real_recv(peer, nowhere, sizeof(nowhere), MSG_DONTWAIT) > 0)
		;
}

/* A frame, or raw bytes. A raw success is not told from garbage here. */
static void
say(void)
{
	uint8_t how = take_byte();
	uint8_t type = take_byte();
	size_t len = take_byte();
	unsigned char head[6];

	len = len < left ? len : left;
	pp_frame_write_number(head, 4, len + 2);
	pp_frame_write_number(head + 4, 2, type);
	if ((how & 1) == 0)
		(void) __real_send(
			peer, head, sizeof(head), MSG_NOSIGNAL | MSG_DONTWAIT);
	(void) __real_send(peer, script, len, MSG_NOSIGNAL | MSG_DONTWAIT);
	if ((how & 1) != 0 || type == PP_MESSAGE_RESULT)
		said_success = true;
	script += len;
	left -= len;
}

int __wrap_poll(struct pollfd *fds, nfds_t count, int timeout);
int __real_poll(struct pollfd *fds, nfds_t count, int timeout);
UNSEEN int
__wrap_poll(struct pollfd *fds, nfds_t count, int timeout)
{
	if (!counting)
		return __real_poll(fds, count, timeout);
	(void) count;
	now_ms += timeout > 0 ? timeout : 0;
	if (fails())
		return -1;
	drain();
	fds[0].revents = POLLIN;
	if (count > 1)
		fds[1].revents = 0;
	if (peer >= 0 && left > 0)
		say();
	else
		hang_up();
	return fds[0].fd >= 0 && (fds->events & POLLOUT) == 0;
}

int __wrap_socketpair(int domain, int type, int protocol, int fds[2]);
int __real_socketpair(int domain, int type, int protocol, int fds[2]);
UNSEEN int
__wrap_socketpair(int domain, int type, int protocol, int fds[2])
{
	if (!counting)
		return __real_socketpair(domain, type, protocol, fds);
	if (fails() || __real_socketpair(domain, type, protocol, fds) != 0)
		return -1;
	hang_up();
	peer = fcntl(fds[1], F_DUPFD_CLOEXEC, 100);
	return 0;
}

int __wrap_posix_spawn(pid_t *pid, const char *path,
	const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[],
	char *const environment[]);
int __real_posix_spawn(pid_t *pid, const char *path,
	const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[],
	char *const environment[]);
UNSEEN int
__wrap_posix_spawn(pid_t *pid, const char *path,
	const posix_spawn_file_actions_t *actions,
	const posix_spawnattr_t *attributes, char *const argv[],
	char *const environment[])
{
	if (!counting)
		return __real_posix_spawn(
			pid, path, actions, attributes, argv, environment);
	(void) actions;
	(void) attributes;
	fuzz_must(path[0] == '/' && argv[1] == NULL && environment[0] == NULL);
	if (fails())
		return errno;
	*pid = POLICY_PID;
	spawned++;
	return 0;
}

/* A policy that takes its time, if talk says so, until it is killed. */
static bool killed;

pid_t __wrap_waitpid(pid_t pid, int *status, int flags);
pid_t __real_waitpid(pid_t pid, int *status, int flags);
UNSEEN pid_t
__wrap_waitpid(pid_t pid, int *status, int flags)
{
	if (!counting)
		return __real_waitpid(pid, status, flags);
	(void) status;
	fuzz_must(pid == POLICY_PID);
	if (fails()) {
		errno = EINTR; /* the only failure while the child is there */
		return -1;
	}
	if ((talk & 1) != 0 && !killed && (flags & WNOHANG) != 0)
		return 0;
	reaped++;
	return pid;
}

int __wrap_kill(pid_t pid, int signal);
int __real_kill(pid_t pid, int signal);
UNSEEN int
__wrap_kill(pid_t pid, int signal)
{
	if (!counting)
		return __real_kill(pid, signal);
	fuzz_must(pid == POLICY_PID && signal == SIGKILL);
	killed = true;
	return 0;
}

long __wrap_syscall(long number, ...);
long __real_syscall(long number, ...);
UNSEEN long
__wrap_syscall(long number, ...)
{
	long words[6];
	va_list values;

	if (counting) {
		errno = ENOSYS;
		return -1;
	}
	va_start(values, number);
	for (size_t i = 0; i < PP_COUNT(words); i++)
		words[i] = va_arg(values, long);
	va_end(values);
	return __real_syscall(number, words[0], words[1], words[2], words[3],
		words[4], words[5]);
}

/* The NSS modules, which are in this process: what they said is true. */
int __wrap_dl_iterate_phdr(
	int (*function)(struct dl_phdr_info *, size_t, void *), void *data);
int __real_dl_iterate_phdr(
	int (*function)(struct dl_phdr_info *, size_t, void *), void *data);
UNSEEN int
__wrap_dl_iterate_phdr(
	int (*function)(struct dl_phdr_info *, size_t, void *), void *data)
{
	if (!counting)
		return __real_dl_iterate_phdr(function, data);
	(void) function;
	(void) data;
	return 1;
}

void *__wrap_dlopen(const char *name, int flags);
void *__real_dlopen(const char *name, int flags);
UNSEEN void *
__wrap_dlopen(const char *name, int flags)
{
	if (!counting)
		return __real_dlopen(name, flags);
	(void) name;
	(void) flags;
	return fails() ? NULL : &setup;
}

int __wrap_dlclose(void *handle);
int __real_dlclose(void *handle);
UNSEEN int
__wrap_dlclose(void *handle)
{
	if (!counting)
		return __real_dlclose(handle);
	(void) handle;
	return 0;
}

static enum nss_status
fake_getpwnam_r(const char *name, struct passwd *entry, char *buffer,
	size_t size, int *error)
{
	(void) entry;
	(void) buffer;
	(void) size;
	if (fails()) {
		*error = errno;
		return NSS_STATUS_TRYAGAIN;
	}
	return strcmp(name, "alice") == 0 || strcmp(name, "bob") == 0
		       ? NSS_STATUS_SUCCESS
		       : NSS_STATUS_NOTFOUND;
}

static bool
fake_was_given(const char *name)
{
	return strcmp(name, "carol") == 0;
}

void *__wrap_dlsym(void *handle, const char *name);
void *__real_dlsym(void *handle, const char *name);
UNSEEN void *
__wrap_dlsym(void *handle, const char *name)
{
	if (!counting)
		return __real_dlsym(handle, name);
	(void) handle;
	return strcmp(name, "_nss_playpen_getpwnam_r") == 0
		       ? (void *) fake_getpwnam_r
		       : (void *) fake_was_given;
}

/* libpam. */
static int
converse(int count, const struct pam_message **messages,
	struct pam_response **responses, void *data)
{
	(void) data;
	fuzz_must(count == 1 && messages[0]->msg != NULL);
	*responses = NULL;
	if ((talk & 6) == 6)
		return PAM_CONV_ERR;
	if ((talk & 6) == 4)
		return PAM_SUCCESS;
	counting = false;
	*responses = calloc(1, sizeof(**responses));
	if ((talk & 2) == 0)
		(*responses)->resp = strdup("an answer");
	counting = true;
	return PAM_SUCCESS;
}

static const struct pam_conv conversation = {converse, NULL};

int
pam_get_item(const pam_handle_t *pamh, int type, const void **item)
{
	(void) pamh;
	*item = NULL;
	if (type == PAM_SERVICE)
		*item = service;
	else if (type == PAM_CONV)
		*item = &conversation;
	else if (type == PAM_RHOST)
		*item = "192.0.2.1";
	return PAM_SUCCESS;
}

int
pam_get_user(pam_handle_t *pamh, const char **name, const char *prompt)
{
	(void) pamh;
	(void) prompt;
	*name = user;
	return PAM_SUCCESS;
}

const char *
pam_getenv(pam_handle_t *pamh, const char *name)
{
	(void) pamh;
	return (setup & SETUP_TICKET) != 0 &&
			       strcmp(name, PP_SIGN_IN_VARIABLE) == 0
		       ? "ticket"
		       : NULL;
}

int
pam_putenv(pam_handle_t *pamh, const char *text)
{
	(void) pamh;
	fuzz_must(strncmp(text, PP_SIGN_IN_VARIABLE,
			  strlen(PP_SIGN_IN_VARIABLE)) == 0);
	return fails() ? PAM_BUF_ERR : PAM_SUCCESS;
}

const char *
pam_strerror(pam_handle_t *pamh, int code)
{
	(void) pamh;
	(void) code;
	return "an error";
}

void
pam_syslog(const pam_handle_t *pamh, int priority, const char *format, ...)
{
	char line[4096];
	va_list values;

	(void) pamh;
	(void) priority;
	va_start(values, format);
	vsnprintf(line, sizeof(line), format, values);
	va_end(values);
	for (const char *at = line; *at != '\0'; at++)
		fuzz_must(*at >= 0x20 && *at < 0x7f);
}

int
pam_prompt(
	pam_handle_t *pamh, int style, char **response, const char *format, ...)
{
	(void) pamh;
	(void) style;
	(void) response;
	(void) format;
	return PAM_SUCCESS;
}

struct passwd *
pam_modutil_getpwnam(pam_handle_t *pamh, const char *name)
{
	static struct passwd entry;

	(void) pamh;
	if (fails() || strcmp(name, "mallory") == 0)
		return NULL;
	counting = false;
	if (strcmp(name, "carol") == 0) {
		entry.pw_uid = pp_uid_of_name(&uid_key, name, &uid_range);
	} else {
		entry.pw_uid = 5000;
	}
	entry.pw_gid = entry.pw_uid;
	counting = true;
	return &entry;
}

/* The scratch directory: an index with alice and bob, a first-login file, a
 * passwd with bob. */
static void
write_index(void)
{
	static const uint32_t in[] = {0};
	const struct pp_index_group groups[1] = {
		{.name = "playpen-users", .gid = PP_GID_RANGE_LOW + 1}};
	struct pp_index_entry entries[2] = {
		{"alice", "", "/home/alice", "/bin/sh", 1879048200, 1879048200,
			PP_INDEX_SIGNED_IN, 0, in, 1},
		{"bob", "", "/home/bob", "/bin/sh", 1879048201, 1879048201,
			PP_INDEX_SIGNED_IN, 0, in, 1},
	};
	const struct pp_index_content content = {.users = entries,
		.user_count = 2,
		.groups = groups,
		.group_count = 1};
	bool changed;
	struct pp_err err = {0};

	fuzz_must(pp_index_write(scratch_path("/var/lib/playpen/index.v1"),
			  &content, &changed, &err) == PP_OK);
	fuzz_must(scratch_write_bytes("/index.bad", "bad", 3, 0644));
}

static void
write_files(void)
{
	const struct pp_first_login_settings settings = {.key = uid_key,
		.uid_range = uid_range,
		.gid_range = {PP_GID_RANGE_LOW, PP_GID_RANGE_HIGH},
		.allow_new_users = "carol",
		.home = "/home/%u",
		.shell = "/bin/sh",
		.all_users_group = "playpen-users",
		.all_users_gid = PP_GID_RANGE_LOW + 1,
		.programs = "sshd",
		.prefix = ""};
	static const char passwd[] = "bob:x:1001:1001::/home/bob:/bin/sh\n";
	struct pp_err err = {0};

	scratch_begin();
	fuzz_must(scratch_write_bytes("/var/lib/playpen/x", "", 0, 0644));
	write_index();
	fuzz_must(pp_first_login_write(scratch_path(PP_FIRST_LOGIN_PATH),
			  &settings, &err) == PP_OK);
	fuzz_must(scratch_write_bytes(
		"/etc/passwd", passwd, strlen(passwd), 0644));
	fuzz_must(scratch_write_bytes("/run/playpen/x", "", 0, 0644));
}

/* Drops the mapping that the module has, by a bad file in its place, so that
 * every run begins as a new process. */
static void
forget_index(void)
{
	struct pp_index *index = NULL;

	sweep_at = 0;
	failure_count = 0;
	counting = true;
	index_path = "/index.bad";
	now_ms += 20;
	fuzz_must(pp_index_current(&index) == PP_INDEX_INVALID);
	counting = false;
	index_path = (setup & SETUP_NO_INDEX) != 0
			     ? "/index.bad"
			     : "/var/lib/playpen/index.v1";
	now_ms += 20;
}

typedef int pam_function(pam_handle_t *, int, int, const char **);
static pam_function *const functions[] = {pam_sm_authenticate, pam_sm_acct_mgmt,
	pam_sm_open_session, pam_sm_close_session, pam_sm_setcred,
	pam_sm_chauthtok};

static bool
is(const char *name)
{
	return strcmp(user, name) == 0;
}

/* What no failing call may change. */
static void
check_code(pam_function *function, int code)
{
	bool decides =
		function == pam_sm_authenticate || function == pam_sm_acct_mgmt;

	fuzz_must(spawned == reaped);
	if (is("alice") || is("carol"))
		fuzz_must(code != PAM_IGNORE);
	else if (!is("bob"))
		fuzz_must(spawned == 0);
	if (decides && code == PAM_SUCCESS)
		fuzz_must(said_success && spawned == 1);
	if (function == pam_sm_chauthtok)
		fuzz_must(code != PAM_SUCCESS);
}

static int
lowest_free_fd(void)
{
	int fd = dup(0);

	fuzz_must(fd >= 0);
	close(fd);
	return fd;
}

static void
call_once(pam_function *function)
{
	static const char *arguments[] = {"require_group=ops"};
	int count = (setup & SETUP_ARGUMENT) != 0;
	int before = lowest_free_fd();
	sigset_t mask = {0}, mask_after = {0}; /* the kernel writes a part */
	int code;

	calls = 0;
	spawned = reaped = 0;
	said_success = killed = false;
	sigprocmask(SIG_SETMASK, NULL, &mask);
	counting = true;
	code = function((pam_handle_t *) &setup, 0, count, arguments);
	counting = false;
	hang_up();
	check_code(function, code);
	sigprocmask(SIG_SETMASK, NULL, &mask_after);
	if (sweep_at == 0 && failure_count == 0)
		fuzz_must(memcmp(&mask, &mask_after, sizeof(mask)) == 0);
	sigprocmask(SIG_SETMASK, &mask, NULL);
	fuzz_must(lowest_free_fd() == before);
}

static void
take_failures(void)
{
	static const int numbers[] = {
		ENOMEM, EMFILE, EIO, EINTR, EAGAIN, EACCES, ENFILE, EPIPE};
	int count = take_byte() % (FAILURES_MAX + 1);

	for (int i = 0; i < count; i++) {
		failures[i] = 1 + take_byte();
		errors[i] = numbers[take_byte() % 8];
	}
	failure_count = count;
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	pam_function *function;
	const uint8_t *begin;
	size_t size;

	if (index_path == NULL)
		write_files();
	script = data;
	left = len;
	setup = take_byte();
	talk = take_byte();
	user = users[take_byte() % 5];
	service = services[take_byte() % 4];
	function = functions[(setup & SETUP_FUNCTION) % 6];
	forget_index();
	take_failures();
	begin = script;
	size = left;
	call_once(function);
	if ((setup & SETUP_SWEEP) == 0)
		return 0;
	for (unsigned int at = 1; at <= calls || at == 1; at++) {
		forget_index();
		script = begin;
		left = size;
		sweep_at = at;
		call_once(function);
	}
	return 0;
}
