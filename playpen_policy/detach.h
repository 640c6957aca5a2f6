/* SPDX-License-Identifier: MIT */
#ifndef PLAYPEN_POLICY_DETACH_H
#define PLAYPEN_POLICY_DETACH_H

#include <playpen/base/err.h>

/*
 * Makes this process independent of whoever started it, before any file or lock
 * is touched: from su it would have the caller's real uid, umask and limits,
 * and could be stopped by the caller while it holds a lock. Afterwards: ids and
 * groups are root's, a session of our own, no control group that the caller
 * could stop, directory /, umask 022, standard limits and priority, signals as
 * in a fresh process, no environment, no core, and the end of the parent ends
 * us. Fails with PP_REASON_SYSTEM, PP_REASON_PEER_GONE when
 * the parent has already gone, PP_REASON_NOT_ROOT.
 */
enum pp_kind detach_from_parent(struct pp_err *err) PP_NODISCARD;

#endif
