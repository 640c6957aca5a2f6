/* SPDX-License-Identifier: MIT */
#pragma once

#include <playpen/base/err.h>

/*
 * Makes this process independent of its parent; must be called before any file
 * or lock is used. Started from su it has the real uid, umask and limits of the
 * caller, and the caller could stop it while it holds a lock. Afterwards it has
 * ids and groups of root, a session of its own, no control group that the
 * caller could stop, directory /, umask 022, standard limits, priority and
 * signals, no environment and no core. It is killed when the parent ends.
 * Returns PP_OK or fails with PP_REASON_SYSTEM, PP_REASON_NOT_ROOT, or
 * PP_REASON_PEER_GONE if the parent has already ended.
 */
enum pp_kind detach_from_parent(struct pp_err *err) PP_NODISCARD;
