/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/within.h>

bool
pp_within_is_sudo(const char *service)
{
	return strcmp(service, "sudo") == 0 || strcmp(service, "sudo-i") == 0;
}

bool
pp_within_is_su(const char *service)
{
	return strcmp(service, "su") == 0 || strcmp(service, "su-l") == 0;
}
