/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/reason.h>

/* The one table: a reason's word, what can be done about it, its meaning. */
struct row {
	const char *word;
	enum pp_kind kind;
	const char *meaning;
};

/* clang-format off: one row a line, whatever its length */
static const struct row rows[PP_REASON_COUNT] = {
	[PP_REASON_NONE] = {"none", PP_OK, "No failure."},

	/* The machine. */
	[PP_REASON_NO_MEMORY] = {"no-memory", PP_NO_MEMORY, "Memory ran out."},
	[PP_REASON_SYSTEM] = {"system", PP_SYSTEM,
		"A call to the operating system failed."},
	[PP_REASON_FILE_UNSAFE] = {"file-unsafe", PP_SYSTEM,
		"A file has the wrong owner, mode or type."},
	[PP_REASON_FILE_TOO_LARGE] = {"file-too-large", PP_SYSTEM,
		"A file is larger than its limit."},
	[PP_REASON_NOT_FOUND] = {"not-found", PP_NOT_FOUND,
		"There is no such thing."},
	[PP_REASON_TOO_LONG] = {"too-long", PP_SYSTEM,
		"A text is longer than its limit."},

	/* Between our processes. */
	[PP_REASON_FRAME_INVALID] = {"frame-invalid", PP_BAD_PROTOCOL,
		"A helper sent a frame that is not of the protocol."},
	[PP_REASON_FRAME_VERSION] = {"frame-version", PP_BAD_PROTOCOL,
		"A helper speaks another version of the protocol: an upgrade is half done."},
	[PP_REASON_PEER_GONE] = {"peer-gone", PP_SYSTEM,
		"The process at the other end of a socket has ended."},
	[PP_REASON_HELPER_FAILED] = {"helper-failed", PP_SYSTEM,
		"A helper could not be started or ended by itself."},
	[PP_REASON_PENDING] = {"pending", PP_PENDING, "It has not happened yet: ask again."},

	/* Configuration. */
	[PP_REASON_CONFIG_INVALID] = {"config-invalid", PP_BAD_CONFIG,
		"A configuration file has an error."},
	[PP_REASON_CONFIG_UNSAFE] = {"config-unsafe", PP_BAD_CONFIG,
		"A configuration file has the wrong owner or mode."},
	[PP_REASON_CONFIG_MISSING] = {"config-missing", PP_BAD_CONFIG,
		"There is no configuration file."},
	[PP_REASON_SECRET_UNREADABLE] = {"secret-unreadable", PP_BAD_CONFIG,
		"The client secret's file is missing, empty or unsafe."},
	[PP_REASON_ID_KEY_MISSING] = {"id-key-missing", PP_BAD_CONFIG,
		"There is no id key, so nobody new can be given a uid."},
	[PP_REASON_ID_KEY_CHANGED] = {"id-key-changed", PP_BAD_CONFIG,
		"The id key is not the one this node's accounts were made with."},

	/* State and index. */
	[PP_REASON_STATE_UNREADABLE] = {"state-unreadable", PP_SYSTEM,
		"The state database cannot be read."},
	[PP_REASON_STATE_UNWRITABLE] = {"state-unwritable", PP_SYSTEM,
		"The state database cannot be written."},
	[PP_REASON_INDEX_INVALID] = {"index-invalid", PP_SYSTEM,
		"The index is corrupt or foreign."},

	/* Identity and policy. */
	[PP_REASON_WRONG_PERSON] = {"wrong-person", PP_DENIED,
		"Somebody else approved the sign-in."},
	[PP_REASON_NAME_INVALID] = {"name-invalid", PP_DENIED,
		"The provider's user name is no valid local name."},
	[PP_REASON_NAME_RESERVED] = {"name-reserved", PP_DENIED,
		"The name means something to the system itself."},
	[PP_REASON_NAME_LOCAL] = {"name-local", PP_DENIED,
		"The name belongs to a local account."},
	[PP_REASON_NAME_TAKEN] = {"name-taken", PP_DENIED,
		"The name is bound to another subject."},
	[PP_REASON_SUBJECT_RENAMED] = {"subject-renamed", PP_DENIED,
		"The subject is bound to another name."},
	[PP_REASON_NOT_BOUND] = {"not-bound", PP_DENIED,
		"Nobody has signed in under this name on this node."},
	[PP_REASON_LOCKED] = {"locked", PP_DENIED,
		"An administrator locked the account."},
	[PP_REASON_TOMBSTONE] = {"tombstone", PP_DENIED,
		"The account was removed and its name is not given again."},
	[PP_REASON_FIRST_LOGIN_OFF] = {"first-login-off", PP_DENIED,
		"First logins are not allowed for this name on this node."},
	[PP_REASON_UID_COLLISION] = {"uid-collision", PP_DENIED,
		"The uid or gid is in use by somebody else."},
	[PP_REASON_UID_CHANGED] = {"uid-changed", PP_DENIED,
		"The host looked up another uid or gid than the one on record."},
	[PP_REASON_GROUPS_UNKNOWN] = {"groups-unknown", PP_DENIED,
		"The provider did not say which groups the person has."},
	[PP_REASON_GROUPS_OLD] = {"groups-old", PP_DENIED,
		"The groups were last checked longer ago than ttl."},
	[PP_REASON_GROUP_MISSING] = {"group-missing", PP_DENIED,
		"The person is in none of the groups that the service requires."},
	[PP_REASON_KIND_MISMATCH] = {"kind-mismatch", PP_DENIED,
		"A service's token stands where a person's must, or the other way round."},
	[PP_REASON_ISSUER_MISMATCH] = {"issuer-mismatch", PP_DENIED,
		"The identity comes from another issuer than the configured one."},
	[PP_REASON_STILL_IN_USE] = {"still-in-use", PP_DENIED,
		"The account still has a home directory, processes or jobs."},

	/* A login's course. */
	[PP_REASON_NO_SLOT] = {"no-slot", PP_DENIED,
		"Too many sign-ins are waiting."},
	[PP_REASON_DEADLINE] = {"deadline", PP_UNREACHABLE,
		"Nobody approved in time."},
	[PP_REASON_CANCELLED] = {"cancelled", PP_CANCELLED,
		"The person went away or gave up."},
	[PP_REASON_NO_CONVERSATION] = {"no-conversation", PP_SYSTEM,
		"The application cannot ask the person anything."},
	[PP_REASON_NOT_ROOT] = {"not-root", PP_SYSTEM,
		"The application does not run as root."},
	[PP_REASON_NOT_SUPPORTED] = {"not-supported", PP_DENIED,
		"This is not supported."},

	/* HTTP and TLS. */
	[PP_REASON_HTTP_UNREACHABLE] = {"http-unreachable", PP_UNREACHABLE,
		"The provider could not be reached."},
	[PP_REASON_HTTP_TIMEOUT] = {"http-timeout", PP_UNREACHABLE,
		"The provider did not answer in time."},
	[PP_REASON_HTTP_TLS] = {"http-tls", PP_UNREACHABLE,
		"The provider's TLS certificate or protocol was refused."},
	[PP_REASON_HTTP_STATUS] = {"http-status", PP_UNREACHABLE,
		"The provider answered with an unexpected HTTP status."},
	[PP_REASON_HTTP_TOO_LARGE] = {"http-too-large", PP_BAD_PROTOCOL,
		"The provider's answer is larger than its limit."},
	[PP_REASON_HTTP_REDIRECT] = {"http-redirect", PP_BAD_PROTOCOL,
		"The provider answered with a redirect; none is followed."},
	[PP_REASON_HTTP_ENCODING] = {"http-encoding", PP_BAD_PROTOCOL,
		"The provider encoded its answer though nobody asked for it."},
	[PP_REASON_HTTP_URL] = {"http-url", PP_BAD_PROTOCOL,
		"A URL is not acceptable."},

	/* Discovery, keys and grants. */
	[PP_REASON_DISCOVERY_INVALID] = {"discovery-invalid", PP_BAD_PROTOCOL,
		"The discovery document is not acceptable."},
	[PP_REASON_DISCOVERY_ISSUER] = {"discovery-issuer", PP_NOT_TRUSTED,
		"The discovery document names another issuer."},
	[PP_REASON_ENDPOINT_REFUSED] = {"endpoint-refused", PP_NOT_TRUSTED,
		"An endpoint lies on a host that is not allowed."},
	[PP_REASON_GRANT_NOT_OFFERED] = {"grant-not-offered", PP_BAD_CONFIG,
		"The provider does not offer the grant that is configured."},
	[PP_REASON_RESPONSE_INVALID] = {"response-invalid", PP_BAD_PROTOCOL,
		"The provider's answer lacks a member or has one of the wrong type."},
	[PP_REASON_CODE_EXPIRED] = {"code-expired", PP_DENIED,
		"The code expired before anybody approved."},
	[PP_REASON_ACCESS_DENIED] = {"access-denied", PP_DENIED,
		"The sign-in was refused in the browser."},
	[PP_REASON_CLIENT_REFUSED] = {"client-refused", PP_BAD_CONFIG,
		"The provider does not accept this client."},
	[PP_REASON_GRANT_REFUSED] = {"grant-refused", PP_DENIED,
		"The provider refused the grant."},
	[PP_REASON_NO_ID_TOKEN] = {"no-id-token", PP_BAD_PROTOCOL,
		"The provider gave no ID token."},

	/* JSON. */
	[PP_REASON_JSON_INVALID] = {"json-invalid", PP_BAD_PROTOCOL,
		"A text is not JSON as RFC 8259 has it, or exceeds a limit."},

	/* Tokens, keys and claims. */
	[PP_REASON_TOKEN_TOO_LONG] = {"token-too-long", PP_NOT_TRUSTED,
		"The token is longer than 64 KiB."},
	[PP_REASON_TOKEN_MALFORMED] = {"token-malformed", PP_NOT_TRUSTED,
		"The token is not a compact JWS of three parts."},
};
/* clang-format on */

static const struct row *
find(enum pp_reason reason)
{
	if ((unsigned int) reason >= PP_REASON_COUNT ||
		rows[reason].word == NULL)
		return &rows[PP_REASON_SYSTEM];
	return &rows[reason];
}

const char *
pp_reason_word(enum pp_reason reason)
{
	return find(reason)->word;
}

enum pp_kind
pp_reason_kind(enum pp_reason reason)
{
	return find(reason)->kind;
}

const char *
pp_reason_meaning(enum pp_reason reason)
{
	return find(reason)->meaning;
}

enum pp_reason
pp_reason_from_word(const char *word)
{
	for (int i = 1; i < PP_REASON_COUNT; i++)
		if (rows[i].word != NULL && strcmp(rows[i].word, word) == 0)
			return (enum pp_reason) i;
	return PP_REASON_NONE;
}
