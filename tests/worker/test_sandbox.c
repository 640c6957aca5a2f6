/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <pwd.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <seccomp.h>

#include "playpen_oidc/sandbox.h"
#include "tests/tap.h"

/*
 * Inside the worker's sandbox: each thing that a program with a stranger's
 * bytes in control would try next is tried, with the kernel's Landlock and with
 * one that answers ENOSYS. Every refusal has its twin outside: the same attempt
 * by the same process before it entered. Needs root (run-private).
 */

#define CACHE "/run/cache"
#define NO_CACHE "/run/none"
#define OUTSIDE "/run/outside"
#define USER "nobody"

/* An attempt: 0 when it was refused, 1 when it succeeded. */
typedef int attempt(void);

static int
runs_a_program(void)
{
	char *const argv[] = {(char *) "true", NULL};
	pid_t child = (pid_t) syscall(SYS_fork);
	int status = 0;

	if (child < 0)
		return execve("/bin/true", argv, NULL) == 0;
	if (child == 0) {
		execve("/bin/true", argv, NULL);
		_exit(1);
	}
	waitpid(child, &status, 0);
	return 1;
}

static int
makes_a_process(void)
{
	pid_t child = (pid_t) syscall(SYS_clone, SIGCHLD, NULL, NULL, NULL, 0);

	if (child == 0)
		_exit(0);
	return child > 0;
}

static int
asks_for_clone3(void)
{
	/* EINVAL is an answer of clone3's own; ENOSYS is not. */
	return syscall(SYS_clone3, NULL, 0) >= 0 || errno != ENOSYS;
}

static int
traces(void)
{
	return ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0;
}

static int
signals_its_parent(void)
{
	return kill(getppid(), 0) == 0 || errno != EPERM ||
	       syscall(SYS_tgkill, getppid(), getppid(), 0) == 0;
}

static int
limits_its_parent(void)
{
	struct rlimit limit;

	return prlimit(getppid(), RLIMIT_NOFILE, NULL, &limit) == 0;
}

static int
opens_a_raw_family(void)
{
	int fd = socket(AF_PACKET, SOCK_RAW, 0);

	return fd >= 0 || errno != EAFNOSUPPORT;
}

/* The kernel reads an int and drops the rest; a filter sees all of it. */
#define ABOVE_AN_INT(number)                                                   \
	((unsigned long) ((uint64_t) 1 << 32 | (unsigned int) (number)))

static int
opens_a_raw_family_with_a_bit_above(void)
{
	return syscall(SYS_socket, ABOVE_AN_INT(AF_PACKET), SOCK_RAW, 0) >= 0 ||
	       errno != EAFNOSUPPORT;
}

/* EAFNOSUPPORT is also what the kernel itself says of a number it lacks. */
static int
pairs_a_family(void)
{
	int pair[2];

	return socketpair(AF_INET, SOCK_STREAM, 0, pair) == 0 ||
	       errno != EAFNOSUPPORT;
}

static int
opens_what_it_needs(void)
{
	int pair[2];

	return socket(AF_INET, SOCK_STREAM, 0) >= 0 &&
	       socket(AF_INET6, SOCK_DGRAM, 0) >= 0 &&
	       socket(AF_NETLINK, SOCK_RAW, 0) >= 0 &&
	       socket(AF_UNIX, SOCK_STREAM, 0) >= 0 &&
	       syscall(SYS_socket, ABOVE_AN_INT(AF_INET), SOCK_STREAM, 0) >=
		       0 &&
	       socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 &&
	       fcntl(pair[0], F_SETFL, O_NONBLOCK) == 0;
}

/* Another process of the worker's uid, as another sign-in's worker is. */
static pid_t victim;

/* A socket whose owner is sent a signal when something comes. */
static int
owned_socket(int ret_pair[2])
{
	return socketpair(AF_UNIX, SOCK_STREAM, 0, ret_pair) == 0 &&
	       fcntl(ret_pair[0], F_SETFL, O_ASYNC) == 0;
}

static int
owns(bool set, const int pair[2])
{
	return set && write(pair[1], "x", 1) == 1;
}

static int
owns_by_fcntl(void)
{
	int pair[2];

	return owned_socket(pair) &&
	       owns(fcntl(pair[0], F_SETOWN, victim) == 0, pair);
}

static int
owns_by_fcntl_with_a_bit_above(void)
{
	int pair[2];

	return owned_socket(pair) &&
	       owns(syscall(SYS_fcntl, pair[0], ABOVE_AN_INT(F_SETOWN),
			    victim) == 0,
		       pair);
}

static int
owns_by_fcntl_ex(void)
{
	const struct f_owner_ex owner = {F_OWNER_PID, victim};
	int pair[2];

	return owned_socket(pair) &&
	       owns(fcntl(pair[0], F_SETOWN_EX, &owner) == 0, pair);
}

static int
owns_by_ioctl(void)
{
	int pair[2];

	return owned_socket(pair) &&
	       owns(ioctl(pair[0], FIOSETOWN, &victim) == 0, pair);
}

static int
owns_by_the_other_ioctl(void)
{
	int pair[2];

	return owned_socket(pair) &&
	       owns(ioctl(pair[0], SIOCSPGRP, &victim) == 0, pair);
}

static int
chooses_a_signal(void)
{
	int pair[2];

	return owned_socket(pair) && fcntl(pair[0], F_SETSIG, SIGKILL) == 0;
}

static int
listens(void)
{
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return fd >= 0 && listen(fd, 1) == 0;
}

static int
makes_a_namespace(void)
{
	return unshare(CLONE_NEWUTS) == 0;
}

static int
mounts(void)
{
	return mount("none", "/run", "tmpfs", MS_REMOUNT, NULL) == 0;
}

static int
becomes_root(void)
{
	return setuid(0) == 0;
}

static int
reads_roots_file(void)
{
	return open(OUTSIDE "/root-only", O_RDONLY) >= 0;
}

static int
reads_memory_of_its_parent(void)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/%d/mem", (int) getppid());
	return open(path, O_RDONLY) >= 0;
}

static int
writes_where_anybody_may(void)
{
	return open(OUTSIDE "/anybody/new", O_WRONLY | O_CREAT, 0600) >= 0;
}

static int
writes_to_the_cache(void)
{
	return open(CACHE "/new", O_WRONLY | O_CREAT, 0600) >= 0;
}

static int
changes_a_file(void)
{
	return open(OUTSIDE "/anybody/old", O_RDWR) >= 0 ||
	       open(OUTSIDE "/anybody/old", O_RDONLY | O_TRUNC) >= 0 ||
	       truncate(OUTSIDE "/anybody/old", 0) == 0 ||
	       rename(OUTSIDE "/anybody/old", OUTSIDE "/anybody/older") == 0 ||
	       unlink(OUTSIDE "/anybody/old") == 0;
}

/* A name in the cache that nothing has yet: each attempt is another process. */
static const char *
new_name(void)
{
	static char path[64];

	snprintf(path, sizeof(path), CACHE "/of-%d", (int) getpid());
	return path;
}

static int
makes_a_link(void)
{
	return symlink("x", new_name()) == 0 ||
	       link(OUTSIDE "/anybody/old", new_name()) == 0;
}

static int
makes_a_directory(void)
{
	return mkdir(new_name(), 0700) == 0;
}

/* By the call whose flags no filter can see. */
static int
opens_by_openat2(void)
{
	const uint64_t how[3] = {O_RDONLY, 0, 0};

	return syscall(SYS_openat2, AT_FDCWD, "/", how, sizeof(how)) >= 0;
}

static int
reads_a_file(void)
{
	return open(OUTSIDE "/anybody/old", O_RDONLY) >= 0;
}

static void *
nothing(void *argument)
{
	return argument;
}

static int
makes_a_thread(void)
{
	pthread_t thread;

	return pthread_create(&thread, NULL, nothing, NULL) == 0 &&
	       pthread_join(thread, NULL) == 0;
}

static int
leaves_a_core(void)
{
	struct rlimit limit = {1, 1};

	getrlimit(RLIMIT_CORE, &limit);
	return limit.rlim_max != 0 || prctl(PR_GET_DUMPABLE) != 0;
}

/* The limits hold whatever the program in control does. */
static int
takes_much_memory(void)
{
	return mmap(NULL, (size_t) 512 * 1024 * 1024, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1,
		       0) != MAP_FAILED;
}

/* A new file of the process, because another one's could be refused for its
 * owner. */
static int
writes_at(off_t end)
{
	int fd = open(new_name(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	signal(SIGXFSZ, SIG_IGN);
	return fd >= 0 && lseek(fd, end, SEEK_SET) == end &&
	       write(fd, "x", 1) == 1;
}

static int
writes_a_large_file(void)
{
	return writes_at((off_t) 8 * 1024 * 1024);
}

static int
writes_a_file(void)
{
	return writes_at((off_t) 1024 * 1024);
}

static int
has_a_limit_of(__rlimit_resource_t resource)
{
	struct rlimit limit;

	return getrlimit(resource, &limit) != 0 ||
	       limit.rlim_max == RLIM_INFINITY;
}

static int
computes_for_ever(void)
{
	return has_a_limit_of(RLIMIT_CPU);
}

static int
fills_the_process_table(void)
{
	struct rlimit limit;

	return getrlimit(RLIMIT_NPROC, &limit) != 0 ||
	       limit.rlim_max > 4 * 4096;
}

/* What it needs of memory is there. */
static int
takes_some_memory(void)
{
	return mmap(NULL, (size_t) 128 * 1024 * 1024, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0) != MAP_FAILED;
}

/* As a kernel before 5.13: Landlock does not exist. */
static bool
take_landlock_away(void)
{
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);

	return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS),
		       SCMP_SYS(landlock_create_ruleset), 0) == 0 &&
	       seccomp_load(filter) == 0;
}

static bool
enter(const char *cache_dir)
{
	struct pp_err err = {0};

	if (sandbox_drop_privileges(USER, &err) == PP_OK &&
		sandbox_enter(cache_dir, &err) == PP_OK)
		return true;
	printf("# %s\n", err.message);
	return false;
}

enum world { OUTSIDE_IT, WITH_LANDLOCK, WITHOUT_LANDLOCK, WITHOUT_BOTH };

/* Tries it in a child: 0 refused, 1 done, else the child's own trouble. */
static int
try(attempt *body, enum world world)
{
	int status = 0;
	pid_t child = fork();

	if (child == 0) {
		if (world >= WITHOUT_LANDLOCK && !take_landlock_away())
			_exit(97);
		if (world != OUTSIDE_IT &&
			!enter(world == WITHOUT_BOTH ? NO_CACHE : CACHE))
			_exit(98);
		_exit(body());
	}
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 99;
}

static bool
has_landlock(void)
{
	return syscall(SYS_landlock_create_ruleset, NULL, 0,
		       LANDLOCK_CREATE_RULESET_VERSION) > 0;
}

static const struct {
	const char *name;
	attempt *body;
} forbidden[] = {{"execve", runs_a_program}, {"clone", makes_a_process},
	{"clone3", asks_for_clone3}, {"ptrace", traces},
	{"kill", signals_its_parent}, {"prlimit", limits_its_parent},
	{"listen", listens}, {"unshare", makes_a_namespace}, {"mount", mounts},
	{"setuid", becomes_root}, {"root's file", reads_roots_file},
	{"mem", reads_memory_of_its_parent}, {"core", leaves_a_core},
	{"family", opens_a_raw_family},
	{"family, 64 bits", opens_a_raw_family_with_a_bit_above},
	{"socketpair", pairs_a_family}, {"F_SETSIG", chooses_a_signal},
	{"link", makes_a_link}, {"mkdir", makes_a_directory},
	{"openat2", opens_by_openat2}, {"memory", takes_much_memory},
	{"large file", writes_a_large_file}, {"processor", computes_for_ever},
	{"processes", fills_the_process_table}};

static void
refuses_each_in(enum world world)
{
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (try(forbidden[i].body, world) != 0) {
			printf("# %s\n", forbidden[i].name);
			check(false);
		}
}

static void
each_is_possible_outside(void)
{
	for (size_t i = 0; i < sizeof(forbidden) / sizeof(forbidden[0]); i++)
		if (try(forbidden[i].body, OUTSIDE_IT) != 1) {
			printf("# %s\n", forbidden[i].name);
			check(false);
		}
}

static void
each_is_refused_inside(void)
{
	refuses_each_in(WITH_LANDLOCK);
}

static void
each_is_refused_where_landlock_does_not_exist(void)
{
	refuses_each_in(WITHOUT_LANDLOCK);
}

static const struct {
	const char *name;
	attempt *body;
} owning[] = {{"F_SETOWN", owns_by_fcntl},
	{"F_SETOWN, 64 bits", owns_by_fcntl_with_a_bit_above},
	{"F_SETOWN_EX", owns_by_fcntl_ex}, {"FIOSETOWN", owns_by_ioctl},
	{"SIOCSPGRP", owns_by_the_other_ioctl}};

static pid_t
start_victim(void)
{
	const struct passwd *user = getpwnam(USER);
	int ready[2];
	char none;
	pid_t child;

	if (user == NULL || pipe(ready) != 0)
		return -1;
	child = fork();
	if (child == 0) {
		if (setresuid(user->pw_uid, user->pw_uid, user->pw_uid) != 0)
			_exit(1);
		close(ready[0]);
		close(ready[1]);
		for (;;)
			pause();
	}
	close(ready[1]);
	if (read(ready[0], &none, 1) != 0)
		child = -1;
	close(ready[0]);
	return child;
}

/* The signal that ended the victim: SIGTERM when the attempt sent none, for a
 * signal that was there before it is the one that counts. */
static int
signal_of_victim(attempt *body, enum world world)
{
	int status = 0;

	victim = start_victim();
	if (victim < 0)
		return -1;
	try(body, world);
	kill(victim, SIGTERM);
	waitpid(victim, &status, 0);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void
another_of_its_uid_is_sent_no_signal_by_a_file(void)
{
	for (size_t i = 0; i < sizeof(owning) / sizeof(owning[0]); i++) {
		int outside = signal_of_victim(owning[i].body, OUTSIDE_IT);
		int inside = signal_of_victim(owning[i].body, WITH_LANDLOCK);

		if (outside == SIGIO && inside == SIGTERM)
			continue;
		printf("# %s: %d, %d\n", owning[i].name, outside, inside);
		check(false);
	}
}

static void
the_sockets_it_needs_are_there(void)
{
	check_int(try(opens_what_it_needs, OUTSIDE_IT), 1);
	check_int(try(opens_what_it_needs, WITH_LANDLOCK), 1);
}

static void
writing_outside_the_cache_is_refused(void)
{
	if (!has_landlock()) {
		tap_skip("this kernel has no Landlock");
		return;
	}
	check_int(try(writes_where_anybody_may, OUTSIDE_IT), 1);
	unlink(OUTSIDE "/anybody/new");
	check_int(try(writes_where_anybody_may, WITH_LANDLOCK), 0);
	check_int(try(writes_to_the_cache, WITH_LANDLOCK), 1);
}

static void
threads_and_the_cache_work_in_both(void)
{
	check_int(try(takes_some_memory, WITH_LANDLOCK), 1);
	check_int(try(writes_a_file, WITH_LANDLOCK), 1);
	check_int(try(makes_a_thread, WITH_LANDLOCK), 1);
	check_int(try(makes_a_thread, WITHOUT_LANDLOCK), 1);
	unlink(CACHE "/new");
	check_int(try(writes_to_the_cache, WITHOUT_LANDLOCK), 1);
}

/* Neither Landlock nor a directory of its own: as started by root where there
 * is no user playpen. */
static void
nothing_is_written_without_a_cache(void)
{
	check_int(try(writes_where_anybody_may, WITHOUT_BOTH), 0);
	check_int(try(changes_a_file, WITHOUT_BOTH), 0);
	check_int(try(reads_a_file, WITHOUT_BOTH), 1);
	check_int(try(changes_a_file, WITHOUT_LANDLOCK), 1);
	unlink(OUTSIDE "/anybody/new");
	check_int(try(writes_where_anybody_may, WITHOUT_LANDLOCK), 1);
}

static int
writes_to_the_cache_after_it_gave_it_up(void)
{
	return sandbox_forbid_writing(NULL) != PP_OK || writes_to_the_cache() ||
	       unlink(CACHE "/new") == 0 ||
	       rename(CACHE "/new", CACHE "/x") == 0;
}

/* A worker that does not fetch gives the cache up. */
static void
the_cache_is_given_up_for_good(void)
{
	unlink(CACHE "/new");
	check_int(try(writes_to_the_cache, WITH_LANDLOCK), 1);
	check_int(
		try(writes_to_the_cache_after_it_gave_it_up, WITH_LANDLOCK), 0);
	check_int(
		try(writes_to_the_cache_after_it_gave_it_up, WITHOUT_LANDLOCK),
		0);
	check_int(try(writes_to_the_cache, WITH_LANDLOCK), 1);
}

static bool
make_file(const char *path, mode_t mode)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	return fd >= 0 && fchmod(fd, mode) == 0 && close(fd) == 0;
}

static bool
prepare(void)
{

	if (mkdir(CACHE, 0777) != 0 || mkdir(OUTSIDE, 0755) != 0 ||
		mkdir(OUTSIDE "/anybody", 0777) != 0)
		return false;
	return make_file(OUTSIDE "/root-only", 0600) &&
	       make_file(OUTSIDE "/anybody/old", 0666) &&
	       chmod(CACHE, 0777) == 0 && chmod(OUTSIDE "/anybody", 0777) == 0;
}

int
main(void)
{
	if (getuid() != 0 || setgid(0) != 0 || !prepare()) {
		printf("1..0 # SKIP needs root and a /run of its own\n");
		return EXIT_SUCCESS;
	}
	run(each_is_possible_outside);
	run(each_is_refused_inside);
	run(each_is_refused_where_landlock_does_not_exist);
	run(another_of_its_uid_is_sent_no_signal_by_a_file);
	run(the_sockets_it_needs_are_there);
	run(writing_outside_the_cache_is_refused);
	run(threads_and_the_cache_work_in_both);
	run(nothing_is_written_without_a_cache);
	run(the_cache_is_given_up_for_good);
	return tap_end();
}
