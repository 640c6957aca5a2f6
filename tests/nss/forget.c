/* SPDX-License-Identifier: MIT */
#include "common/state/nscd.h"

/* forget: tells nscd what a publication tells it, for the scripts. */
int
main(void)
{
	pp_nscd_forget(PP_NSCD_SOCKET);
	return 0;
}
