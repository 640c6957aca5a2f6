/* SPDX-License-Identifier: MIT */
#include "common/publish/nscd.h"

/* forget: tells nscd what a publication tells it, for the scripts. */
int
main(void)
{
	pp_nscd_invalidate(PP_NSCD_SOCKET);
	return 0;
}
