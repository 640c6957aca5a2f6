/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/pam_service.h>

#define SUDO "sudo"
#define SUDO_I "sudo-i" /* Debian's sudo -i */
#define SU "su"
#define SU_L "su-l" /* su - of util-linux */

static bool
is_either(const char *service, const char *one, const char *other)
{
	return strcmp(service, one) == 0 || strcmp(service, other) == 0;
}

bool
pp_pam_service_is_sshd(const char *service)
{
	return strcmp(service, PP_PAM_SERVICE_SSHD) == 0;
}

bool
pp_pam_service_is_login(const char *service)
{
	return strcmp(service, "login") == 0;
}

bool
pp_pam_service_is_sudo(const char *service)
{
	return is_either(service, SUDO, SUDO_I);
}

bool
pp_pam_service_is_su(const char *service)
{
	return is_either(service, SU, SU_L);
}

bool
pp_pam_service_writes_passwd(const char *service)
{
	return is_either(service, "chsh", "chfn");
}

bool
pp_pam_service_is_unattended(const char *service)
{
	return is_either(
		service, PP_PAM_SERVICE_CRON, PP_PAM_SERVICE_SYSTEMD_USER);
}

const char *
pp_pam_service_fallback(const char *service)
{
	if (strcmp(service, SUDO_I) == 0)
		return SUDO;
	return strcmp(service, SU_L) == 0 ? SU : NULL;
}
