/* SPDX-License-Identifier: MIT */
#include "advice.h"

#include <stddef.h>

/* One row a line, whatever its length. */
/* clang-format off */
static const char *const advice_texts[PP_REASON_COUNT] = {
	[PP_REASON_SYSTEM] =
		"The message has the call and the system's own words: most often a full disk, a missing directory or too few descriptors.",
	[PP_REASON_FILE_UNSAFE] =
		"The message names file, owner and mode: give it back to root, mode 0600 or 0644, once you know who changed it.",
	[PP_REASON_FRAME_VERSION] =
		"Run make install again, so that module, helpers and command are of one version.",
	[PP_REASON_PEER_GONE] =
		"Look for a crash or a kill of playpen-policy or playpen-oidc in the journal just before.",
	[PP_REASON_HELPER_FAILED] =
		"Look at the journal just before: missing files below /usr/libexec/playpen, no memory, or a security module that forbids it.",
	[PP_REASON_CONFIG_INVALID] =
		"The message has file and line; playpen.conf(5) has every key. Sign-ins are refused until it is fixed.",
	[PP_REASON_CONFIG_UNSAFE] =
		"chown root: and chmod go-w the file or directory that the message names.",
	[PP_REASON_CONFIG_MISSING] =
		"Write /etc/playpen/playpen.conf; a sample is installed as /usr/share/playpen/playpen.conf.",
	[PP_REASON_SECRET_UNREADABLE] =
		"The file that secret_file names must be root's, mode 0600, one line. A public client needs none.",
	[PP_REASON_UID_KEY_MISSING] =
		"playpenctl uid-key install FILE with the cluster's key, uid-key new on the first node alone; then playpenctl publish.",
	[PP_REASON_UID_KEY_CHANGED] =
		"playpenctl status names both fingerprints: install the remembered key again, from another node or from uid.key.FINGERPRINT beside it.",
	[PP_REASON_STATE_UNREADABLE] =
		"The message says why. Owner root, mode 0600; a newer schema wants the newer version; a damaged file is restored from a backup.",
	[PP_REASON_STATE_UNWRITABLE] =
		"Look at the disk of /var/lib/playpen: full, or mounted read-only. Until then nobody new is bound.",
	[PP_REASON_INDEX_INVALID] =
		"playpenctl publish writes the index and the first-login file again from state.db.",
	[PP_REASON_WRONG_PERSON] =
		"One such line is a mix-up at a shared browser; several for one name are somebody phishing for approvals.",
	[PP_REASON_NAME_INVALID] =
		"The name at the provider must be as useradd would have it. strip_domain cuts a domain off; username_claim takes another claim.",
	[PP_REASON_NAME_LOCAL] =
		"Rename the local account, or the person at the provider; playpenctl doctor lists all such names.",
	[PP_REASON_NAME_TAKEN] =
		"Two persons claim one name. playpenctl user show NAME says who has it; user unbind NAME gives it, with its files, to the next person who signs in.",
	[PP_REASON_SUBJECT_BOUND_ELSEWHERE] =
		"playpenctl user rename OLD NEW, on every node, when the person has really been renamed.",
	[PP_REASON_NO_ACCOUNT] =
		"The person signs in once with a browser, or you run playpenctl test-login NAME --bind with them.",
	[PP_REASON_LOCKED] =
		"playpenctl user unlock NAME lets the person in again; the log has who locked it (stage=admin).",
	[PP_REASON_ACCOUNT_CLOSED] =
		"playpenctl user reopen NAME opens it again, user delete NAME sets name and uid free.",
	[PP_REASON_NEW_USER_REFUSED] =
		"playpenctl user import makes people known beforehand; allow_new_users in playpen.conf, and playpenctl publish, lets them come by themselves.",
	[PP_REASON_UID_COLLISION] =
		"Give the person another uid by a roster (playpenctl user import proposes a free one), the same on all nodes.",
	[PP_REASON_UID_CHANGED] =
		"Another source of nsswitch.conf answers for the name, or nscd or sshd has an old answer: compare getent passwd NAME with playpenctl user show NAME.",
	[PP_REASON_GROUPS_UNKNOWN] =
		"The client needs the scope groups, and the connector must know groups; with Entra, the person may be in more than 200.",
	[PP_REASON_GROUPS_EXPIRED] =
		"The person signs in with a browser, which brings the groups up to date. In an outage of the provider see docs/operating.md.",
	[PP_REASON_GROUP_MISSING] =
		"Compare require_groups of the service with playpenctl user show NAME: local names, after groups.map and prefix.",
	[PP_REASON_SERVICE_REFUSED] =
		"The PAM service must stand in pam_services of the [service-account] section.",
	[PP_REASON_NAME_RESERVED] =
		"Rename the person at the provider: the name is that of a system user or group, on this machine or on others.",
	[PP_REASON_TOO_MANY_PENDING] =
		"playpenctl status shows them. Raise max_pending_logins or max_pending_logins_per_source in [limits], and MaxStartups of sshd, or find who knocks.",
	[PP_REASON_DEADLINE] =
		"If people say that they approved in time, compare the clocks, and timeout with LoginGraceTime.",
	[PP_REASON_CONVERSATION_FAILED] =
		"The program asks nobody: give it an SSH key, a NOPASSWD rule or a service account instead.",
	[PP_REASON_NOT_ROOT] =
		"The program must be root or setuid root; see PROGRAMS THAT ARE NOT ROOT in pam_playpen(8).",
	[PP_REASON_HTTP_UNREACHABLE] =
		"playpenctl doctor tries it as a login does: look at the address in url or connect_to, DNS, routes, proxy, and whether the provider runs.",
	[PP_REASON_HTTP_TIMEOUT] =
		"Something on the way swallows packets, or the provider is overloaded: try it by hand from this node.",
	[PP_REASON_HTTP_TLS] =
		"A private CA belongs into ca_file; else look at the certificate's names and dates, and at this machine's clock.",
	[PP_REASON_HTTP_STATUS] =
		"A proxy or ingress often answers in the provider's place: look at its log, and at the path in url.",
	[PP_REASON_HTTP_REDIRECT] =
		"Write the address that it leads to into url, if that is what the provider calls itself.",
	[PP_REASON_DISCOVERY_INVALID] =
		"Fetch URL/.well-known/openid-configuration from this node: it is often a page of a proxy's, or an endpoint with plain http.",
	[PP_REASON_DISCOVERY_ISSUER] =
		"url must be byte for byte what the document has in issuer: scheme, port and slash at the end too.",
	[PP_REASON_ENDPOINT_REFUSED] =
		"If the host is the provider's own, name it in endpoint_hosts.",
	[PP_REASON_UNSUPPORTED_GRANT] =
		"Dex offers the device flow unless oauth2.grantTypes in its configuration leaves it out; flow = code needs none.",
	[PP_REASON_CLIENT_REFUSED] =
		"Compare id with staticClients of Dex; public: true there, or secret_file here.",
	[PP_REASON_SCOPE_REFUSED] =
		"Take the scope out of scopes, or let the provider's client have it.",
	[PP_REASON_KEY_PRIVATE] =
		"Change the provider's keys now, and look at who has signed in since they were published.",
	[PP_REASON_KID_UNKNOWN] =
		"After a change of keys it passes within half a minute; else another provider answers, or jwks_file is old.",
	[PP_REASON_SIGNATURE_INVALID] =
		"Think of somebody between node and provider, most of all with plain http, before you think of a fault.",
	[PP_REASON_AUD_MISMATCH] =
		"id in [client] must be the client that the token was made for; for a service, the login client must trust it (trustedPeers).",
	[PP_REASON_TOKEN_EXPIRED] =
		"Compare this machine's clock with the provider's: timedatectl.",
	[PP_REASON_ISSUED_IN_FUTURE] =
		"Keep both clocks right with NTP; a minute is forgiven.",
	[PP_REASON_NONCE_HOST] =
		"Name the host names that services connect to in names of [node].",
	[PP_REASON_CONNECTOR_REFUSED] =
		"Name the connector's id in connectors, if you trust it to give out names.",
	[PP_REASON_USERNAME_MISSING] =
		"The connector must give preferred_username, or username_claim name a claim that it does give.",
	[PP_REASON_TENANT_REFUSED] =
		"Add the tenant's GUID to tenants, if its people are meant.",
	[PP_REASON_GUEST_REFUSED] =
		"guests = yes lets them in.",
};
/* clang-format on */

const char *
advice_for(enum pp_reason reason)
{
	return (unsigned int) reason < PP_REASON_COUNT ? advice_texts[reason]
						       : NULL;
}
