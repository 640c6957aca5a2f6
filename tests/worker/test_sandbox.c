/* SPDX-License-Identifier: MIT */
#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
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

	if (pp_sandbox_drop(USER, &err) == PP_OK &&
		pp_sandbox_enter(cache_dir, &err) == PP_OK)
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
	{"family", opens_a_raw_family}, {"link", makes_a_link},
	{"mkdir", makes_a_directory}, {"openat2", opens_by_openat2}};

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

static void
writing_outside_the_cache_is_refused(void)
{
	if (!has_landlock()) {
		tap_skip("this kernel has no Landlock");
		return;
	}
	check(try(writes_where_anybody_may, OUTSIDE_IT) == 1);
	unlink(OUTSIDE "/anybody/new");
	check(try(writes_where_anybody_may, WITH_LANDLOCK) == 0);
	check(try(writes_to_the_cache, WITH_LANDLOCK) == 1);
}

static void
threads_and_the_cache_work_in_both(void)
{
	check(try(makes_a_thread, WITH_LANDLOCK) == 1);
	check(try(makes_a_thread, WITHOUT_LANDLOCK) == 1);
	unlink(CACHE "/new");
	check(try(writes_to_the_cache, WITHOUT_LANDLOCK) == 1);
}

/* Neither Landlock nor a directory of its own: as started by root where there
 * is no user playpen. */
static void
nothing_is_written_without_a_cache(void)
{
	check(try(writes_where_anybody_may, WITHOUT_BOTH) == 0);
	check(try(changes_a_file, WITHOUT_BOTH) == 0);
	check(try(reads_a_file, WITHOUT_BOTH) == 1);
	check(try(changes_a_file, WITHOUT_LANDLOCK) == 1);
	unlink(OUTSIDE "/anybody/new");
	check(try(writes_where_anybody_may, WITHOUT_LANDLOCK) == 1);
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
	run(writing_outside_the_cache_is_refused);
	run(threads_and_the_cache_work_in_both);
	run(nothing_is_written_without_a_cache);
	return tap_end();
}
