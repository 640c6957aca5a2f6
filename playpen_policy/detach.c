/* SPDX-License-Identifier: MIT */
#include "detach.h"

#include <grp.h>
#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

#include <playpen/ipc/child.h>
#include <playpen/ipc/inherited.h>

static enum pp_kind
become_root(struct pp_err *err)
{
	if (geteuid() != 0)
		return pp_fail(err, PP_REASON_NOT_ROOT,
			"started with effective uid %u", geteuid());
	if (setgroups(0, NULL) != 0 || setresgid(0, 0, 0) != 0 ||
		setresuid(0, 0, 0) != 0)
		return pp_fail_errno(err, PP_REASON_SYSTEM, "setresuid");
	return PP_OK;
}

enum pp_kind
detach_from_parent(struct pp_err *err)
{
	pid_t parent = getppid();
	enum pp_kind kind = become_root(err);

	if (kind != PP_OK)
		return kind;
	/* Every change of uid clears these, so they are set after the last. */
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	prctl(PR_SET_DUMPABLE, 0);
	if (getppid() != parent)
		return pp_fail(
			err, PP_REASON_PEER_GONE, "the application has gone");
	closefrom(PP_CHILD_SOCKET + 1);
	return pp_inherited_reset(err);
}
