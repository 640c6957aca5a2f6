/* SPDX-License-Identifier: MIT */
#pragma once

/*
 * glibc's name service cache daemon, where it runs, keeps for minutes that a
 * name is unknown: it must forget when the index changed. Its own tool for this
 * (nscd -i) sends the same two requests.
 */

#define PP_NSCD_SOCKET "/var/run/nscd/socket"

/*
 * Tells the daemon behind the socket to forget users and groups. Nothing comes
 * back: there may be no daemon, and publishing does not fail when there is one
 * that does not listen. Takes at most a second.
 */
void pp_nscd_invalidate(const char *socket_path);
