/* SPDX-License-Identifier: MIT */
#include <string.h>

#include <playpen/base/reason.h>

/* The one table: a reason's word, what can be done about it, its description.
 */
struct row {
	const char *word;
	enum pp_kind kind;
	const char *description;
};

/* One row a line, whatever its length. */
/* clang-format off */
static const struct row rows[PP_REASON_COUNT] = {
	[PP_REASON_NONE] = {"none", PP_OK, "No failure."},

	/* The machine. */
	[PP_REASON_NO_MEMORY] = {"no-memory", PP_NO_MEMORY, "Memory ran out."},
	[PP_REASON_SYSTEM] = {"system", PP_LOCAL_ERROR,
		"A call to the operating system failed."},
	[PP_REASON_FILE_UNSAFE] = {"file-unsafe", PP_LOCAL_ERROR,
		"A file has the wrong owner, mode or type."},
	[PP_REASON_FILE_TOO_LARGE] = {"file-too-large", PP_LOCAL_ERROR,
		"A file is larger than its limit."},
	[PP_REASON_NOT_FOUND] = {"not-found", PP_NOT_FOUND,
		"There is no such thing."},
	[PP_REASON_TOO_LONG] = {"too-long", PP_LOCAL_ERROR,
		"A text is longer than its limit."},

	/* Between our processes. */
	[PP_REASON_FRAME_INVALID] = {"frame-invalid", PP_PROTOCOL_ERROR,
		"A helper sent a frame that is not of the protocol."},
	[PP_REASON_FRAME_VERSION] = {"frame-version", PP_PROTOCOL_ERROR,
		"A helper speaks another version of the protocol: an upgrade is half done."},
	[PP_REASON_PEER_GONE] = {"peer-gone", PP_LOCAL_ERROR,
		"The process at the other end of a socket has ended."},
	[PP_REASON_HELPER_FAILED] = {"helper-failed", PP_LOCAL_ERROR,
		"A helper could not be started or ended by itself."},
	[PP_REASON_PENDING] = {"pending", PP_PENDING,
		"It has not happened yet: ask again."},

	/* Configuration. */
	[PP_REASON_CONFIG_INVALID] = {"config-invalid", PP_BAD_CONFIG,
		"A configuration file has an error."},
	[PP_REASON_CONFIG_UNSAFE] = {"config-unsafe", PP_BAD_CONFIG,
		"A configuration file has the wrong owner or mode."},
	[PP_REASON_CONFIG_MISSING] = {"config-missing", PP_BAD_CONFIG,
		"There is no configuration file."},
	[PP_REASON_SECRET_UNREADABLE] = {"secret-unreadable", PP_BAD_CONFIG,
		"The client secret's file is missing, empty or unsafe."},
	[PP_REASON_UID_KEY_MISSING] = {"uid-key-missing", PP_BAD_CONFIG,
		"There is no uid key, so nobody new can be given a uid."},
	[PP_REASON_UID_KEY_CHANGED] = {"uid-key-changed", PP_BAD_CONFIG,
		"The uid key is not the one this node's accounts were made with."},

	/* State and index. */
	[PP_REASON_STATE_UNREADABLE] = {"state-unreadable", PP_LOCAL_ERROR,
		"The state database cannot be read."},
	[PP_REASON_STATE_UNWRITABLE] = {"state-unwritable", PP_LOCAL_ERROR,
		"The state database cannot be written."},
	[PP_REASON_INDEX_INVALID] = {"index-invalid", PP_LOCAL_ERROR,
		"The index is corrupt or foreign."},

	/* Identity and policy. */
	[PP_REASON_WRONG_PERSON] = {"wrong-person", PP_DENIED,
		"Somebody else approved the sign-in."},
	[PP_REASON_NAME_INVALID] = {"name-invalid", PP_DENIED,
		"The provider's user name is no valid local name."},
	[PP_REASON_NAME_LOCAL] = {"name-local", PP_DENIED,
		"The name belongs to a local account."},
	[PP_REASON_NAME_TAKEN] = {"name-taken", PP_DENIED,
		"The name is bound to another subject."},
	[PP_REASON_SUBJECT_BOUND_ELSEWHERE] = {"subject-bound-elsewhere",
		PP_DENIED, "The subject is bound to another name."},
	[PP_REASON_NO_ACCOUNT] = {"no-account", PP_DENIED,
		"Nobody has signed in under this name on this node."},
	[PP_REASON_LOCKED] = {"locked", PP_DENIED,
		"An administrator locked the account."},
	[PP_REASON_ACCOUNT_CLOSED] = {"account-closed", PP_DENIED,
		"The account is closed, and its name is not given again."},
	[PP_REASON_NEW_USER_REFUSED] = {"new-user-refused", PP_DENIED,
		"New users may not sign in under this name on this node."},
	[PP_REASON_UID_COLLISION] = {"uid-collision", PP_DENIED,
		"The uid or gid is in use by somebody else."},
	[PP_REASON_UID_CHANGED] = {"uid-changed", PP_DENIED,
		"The host looked up another uid or gid than the one on record."},
	[PP_REASON_GROUPS_UNKNOWN] = {"groups-unknown", PP_DENIED,
		"The provider did not say which groups the person has."},
	[PP_REASON_GROUPS_EXPIRED] = {"groups-expired", PP_DENIED,
		"The groups were last checked longer ago than groups_ttl."},
	[PP_REASON_GROUP_MISSING] = {"group-missing", PP_DENIED,
		"The person is in none of the groups that the service requires."},
	[PP_REASON_ACCOUNT_TYPE_MISMATCH] = {"account-type-mismatch", PP_DENIED,
		"A service's token stands where a person's must, or the other way round."},
	[PP_REASON_ISSUER_MISMATCH] = {"issuer-mismatch", PP_DENIED,
		"The identity comes from another issuer than the configured one."},
	[PP_REASON_SERVICE_REFUSED] = {"service-refused", PP_DENIED,
		"The service account may not use this service."},
	[PP_REASON_NAME_RESERVED] = {"name-reserved", PP_DENIED,
		"The name means something to the system itself."},
	[PP_REASON_NAME_OF_GROUP] = {"name-of-group", PP_DENIED,
		"The name is a group's, or may become one's: it is no person's."},
	[PP_REASON_ACCOUNT_IN_USE] = {"account-in-use", PP_DENIED,
		"The account still has a home directory, processes or jobs."},

	/* A login's course. */
	[PP_REASON_TOO_MANY_PENDING] = {"too-many-pending", PP_DENIED,
		"Too many logins are pending."},
	[PP_REASON_DEADLINE] = {"deadline", PP_UNREACHABLE,
		"Nobody approved in time."},
	[PP_REASON_CANCELLED] = {"cancelled", PP_CANCELLED,
		"The person went away or gave up."},
	[PP_REASON_CONVERSATION_FAILED] = {"conversation-failed",
		PP_LOCAL_ERROR,
		"The application cannot ask the person anything."},
	[PP_REASON_NOT_ROOT] = {"not-root", PP_LOCAL_ERROR,
		"The application does not run as root."},
	[PP_REASON_PROOF_PROMPT] = {"proof-prompt", PP_DENIED,
		"A prompt is not one that asks for a service's token."},
	[PP_REASON_PROOF_PARTS] = {"proof-parts", PP_UNTRUSTED,
		"The parts of a service's token are missing, repeated, out of order or too long."},
	[PP_REASON_PROOF_REFUSED] = {"proof-refused", PP_DENIED,
		"This way in takes no ID token: only ssh says which host it talks to."},

	/* HTTP and TLS (common/http). */
	[PP_REASON_HTTP_UNREACHABLE] = {"http-unreachable", PP_UNREACHABLE,
		"The provider could not be reached."},
	[PP_REASON_HTTP_TIMEOUT] = {"http-timeout", PP_UNREACHABLE,
		"The provider did not answer in time."},
	[PP_REASON_HTTP_TLS] = {"http-tls", PP_UNREACHABLE,
		"The provider's TLS certificate or protocol was refused."},
	[PP_REASON_HTTP_STATUS] = {"http-status", PP_UNREACHABLE,
		"The provider answered with an unexpected HTTP status."},
	[PP_REASON_HTTP_TOO_LARGE] = {"http-too-large", PP_PROTOCOL_ERROR,
		"The provider's answer is larger than its limit."},
	[PP_REASON_HTTP_REDIRECT] = {"http-redirect", PP_PROTOCOL_ERROR,
		"The provider answered with a redirect; none is followed."},
	[PP_REASON_HTTP_ENCODING] = {"http-encoding", PP_PROTOCOL_ERROR,
		"The provider encoded its answer though nobody asked for it."},
	[PP_REASON_HTTP_URL] = {"http-url", PP_PROTOCOL_ERROR,
		"A URL is not acceptable."},

	/* Discovery, keys and grants (common/oidc). */
	[PP_REASON_DISCOVERY_INVALID] = {"discovery-invalid", PP_PROTOCOL_ERROR,
		"The discovery document is not acceptable."},
	[PP_REASON_DISCOVERY_ISSUER] = {"discovery-issuer", PP_UNTRUSTED,
		"The discovery document names another issuer."},
	[PP_REASON_ENDPOINT_REFUSED] = {"endpoint-refused", PP_UNTRUSTED,
		"An endpoint lies on a host that is not allowed."},
	[PP_REASON_UNSUPPORTED_GRANT] = {"unsupported-grant", PP_BAD_CONFIG,
		"The provider does not offer the grant that is configured."},
	[PP_REASON_RESPONSE_INVALID] = {"response-invalid", PP_PROTOCOL_ERROR,
		"The provider's answer lacks a member or has one of the wrong type."},
	[PP_REASON_CODE_EXPIRED] = {"code-expired", PP_DENIED,
		"The code expired before anybody approved."},
	[PP_REASON_ACCESS_DENIED] = {"access-denied", PP_DENIED,
		"The sign-in was refused in the browser."},
	[PP_REASON_CLIENT_REFUSED] = {"client-refused", PP_BAD_CONFIG,
		"The provider does not accept this client."},
	[PP_REASON_SCOPE_REFUSED] = {"scope-refused", PP_BAD_CONFIG,
		"The provider does not give this client a scope that is configured."},
	[PP_REASON_SLOW_DOWN] = {"slow-down", PP_UNREACHABLE,
		"The provider asked to slow down until nothing was left of the time."},
	[PP_REASON_GRANT_REFUSED] = {"grant-refused", PP_DENIED,
		"The provider refused the grant."},
	[PP_REASON_NO_ID_TOKEN] = {"no-id-token", PP_PROTOCOL_ERROR,
		"The provider gave no ID token."},

	/* JSON (common/json). */
	[PP_REASON_JSON_INVALID] = {"json-invalid", PP_PROTOCOL_ERROR,
		"A text is not JSON as RFC 8259 has it."},
	[PP_REASON_JSON_ENCODING] = {"json-encoding", PP_PROTOCOL_ERROR,
		"A JSON text is not valid UTF-8, or has half of a surrogate pair."},
	[PP_REASON_JSON_DUPLICATE] = {"json-duplicate", PP_PROTOCOL_ERROR,
		"A JSON object has the same member twice."},
	[PP_REASON_JSON_NAME] = {"json-name", PP_PROTOCOL_ERROR,
		"A member's name in a JSON object holds a NUL."},
	[PP_REASON_JSON_LIMIT] = {"json-limit", PP_PROTOCOL_ERROR,
		"A JSON text is nested too deeply, or has too many values or too long a number."},

	/* Tokens, keys and claims (common/jose, common/idtoken). */
	[PP_REASON_TOKEN_TOO_LONG] = {"token-too-long", PP_UNTRUSTED,
		"The token is longer than 64 KiB."},
	[PP_REASON_TOKEN_MALFORMED] = {"token-malformed", PP_UNTRUSTED,
		"The token is not a compact JWS of three parts."},

	/* Key sets and keys. */
	[PP_REASON_JWKS_INVALID] = {"jwks-invalid", PP_PROTOCOL_ERROR,
		"The provider's keys are no JWK set."},
	[PP_REASON_JWKS_TOO_LARGE] = {"jwks-too-large", PP_PROTOCOL_ERROR,
		"The JWK set is larger than 256 KiB or has more than 64 keys."},
	[PP_REASON_JWKS_EMPTY] = {"jwks-empty", PP_PROTOCOL_ERROR,
		"The JWK set has no key at all."},
	[PP_REASON_KEY_NONE] = {"key-none", PP_UNTRUSTED,
		"The token names no key, and none of the provider's keys fits its algorithm."},
	[PP_REASON_KEY_MISMATCH] = {"key-mismatch", PP_UNTRUSTED,
		"The key that the token names is not for the token's algorithm."},
	[PP_REASON_KEY_MALFORMED] = {"key-malformed", PP_UNTRUSTED,
		"The key that the token names has a member that is missing or malformed."},
	[PP_REASON_KEY_UNSUPPORTED] = {"key-unsupported", PP_UNTRUSTED,
		"The key that the token names is of a type or curve that is not supported."},
	[PP_REASON_KEY_PRIVATE] = {"key-private", PP_UNTRUSTED,
		"The provider publishes the private part of this key: it must be thought compromised."},
	[PP_REASON_KEY_SYMMETRIC] = {"key-symmetric", PP_UNTRUSTED,
		"The provider publishes a symmetric key: everybody could sign with it."},
	[PP_REASON_KEY_USE] = {"key-use", PP_UNTRUSTED,
		"The key that the token names is not for verifying signatures."},
	[PP_REASON_KEY_ALG] = {"key-alg", PP_UNTRUSTED,
		"The alg of the key that the token names is unknown or not of the key's type."},
	[PP_REASON_KEY_WEAK] = {"key-weak", PP_UNTRUSTED,
		"The RSA key is too short, or its modulus or exponent is unfit."},
	[PP_REASON_KEY_ROCA] = {"key-roca", PP_UNTRUSTED,
		"The RSA key was made by a chip with the ROCA weakness: its private key can be computed."},
	[PP_REASON_KEY_TOO_LARGE] = {"key-too-large", PP_UNTRUSTED,
		"The RSA key is longer than 8192 bits or its exponent than 33."},
	[PP_REASON_KEY_POINT] = {"key-point", PP_UNTRUSTED,
		"The key's point is not on its curve, or is of small order."},
	[PP_REASON_KID_INVALID] = {"kid-invalid", PP_UNTRUSTED,
		"The kid in the token's header is no text, or empty."},
	[PP_REASON_KID_UNKNOWN] = {"kid-unknown", PP_UNTRUSTED,
		"The provider has no key of the name that the token gives."},
	[PP_REASON_KID_MISSING] = {"kid-missing", PP_UNTRUSTED,
		"The token names no key though several fit."},
	[PP_REASON_KID_AMBIGUOUS] = {"kid-ambiguous", PP_UNTRUSTED,
		"The provider has several keys of the name that the token gives."},

	/* The form of a token. */
	[PP_REASON_TOKEN_BASE64] = {"token-base64", PP_UNTRUSTED,
		"A part of the token is not canonical base64url."},
	[PP_REASON_TOKEN_DUPLICATE] = {"token-duplicate", PP_UNTRUSTED,
		"A member stands twice in the token's header or payload."},
	[PP_REASON_TOKEN_HEADER] = {"token-header", PP_UNTRUSTED,
		"The token's header is no JSON object as RFC 8259 has it."},
	[PP_REASON_TOKEN_PAYLOAD] = {"token-payload", PP_UNTRUSTED,
		"The token's payload is no JSON object as RFC 8259 has it."},
	[PP_REASON_HEADER_CRIT] = {"header-crit", PP_UNTRUSTED,
		"The token's header has crit: extensions that must be understood; there are none."},
	[PP_REASON_HEADER_B64] = {"header-b64", PP_UNTRUSTED,
		"The token's header has b64, which a JWT must not have."},
	[PP_REASON_HEADER_ENCRYPTION] = {"header-encryption", PP_UNTRUSTED,
		"The token's header has enc or zip: it is no plain JWS."},
	[PP_REASON_HEADER_TYPE] = {"header-type", PP_UNTRUSTED,
		"The token says by typ that it is something else than an ID token."},
	[PP_REASON_HEADER_CONTENT] = {"header-content", PP_UNTRUSTED,
		"The token has cty: another token inside is not accepted."},
	[PP_REASON_ALG_MISSING] = {"alg-missing", PP_UNTRUSTED,
		"The token's header has no alg, or alg is no text."},
	[PP_REASON_ALG_NONE] = {"alg-none", PP_UNTRUSTED,
		"The token is not signed: alg is none."},
	[PP_REASON_ALG_UNKNOWN] = {"alg-unknown", PP_UNTRUSTED,
		"The token's alg is not supported; symmetric ones never are."},
	[PP_REASON_ALG_NOT_ALLOWED] = {"alg-not-allowed", PP_UNTRUSTED,
		"The token's alg is not among those allowed here."},
	[PP_REASON_SIGNATURE_LENGTH] = {"signature-length", PP_UNTRUSTED,
		"The token's signature has not the length that its key and alg demand."},
	[PP_REASON_SIGNATURE_INVALID] = {"signature-invalid", PP_UNTRUSTED,
		"The token's signature is wrong."},

	/* The claims of a token. */
	[PP_REASON_RULES_INVALID] = {"rules-invalid", PP_BAD_CONFIG,
		"The settings for tokens contradict each other or lack something."},
	[PP_REASON_ISS_INVALID] = {"iss-invalid", PP_UNTRUSTED,
		"The token has no iss, or iss is no text."},
	[PP_REASON_ISS_MISMATCH] = {"iss-mismatch", PP_UNTRUSTED,
		"The token is from another issuer."},
	[PP_REASON_AUD_INVALID] = {"aud-invalid", PP_UNTRUSTED,
		"The token's aud is missing, empty, too long, or not all text."},
	[PP_REASON_AUD_MISMATCH] = {"aud-mismatch", PP_UNTRUSTED,
		"The token is for somebody else: our client id is not in aud."},
	[PP_REASON_AUD_UNTRUSTED] = {"aud-untrusted", PP_UNTRUSTED,
		"The token is also for an audience that is not trusted here."},
	[PP_REASON_AZP_INVALID] = {"azp-invalid", PP_UNTRUSTED,
		"The token's azp is no text."},
	[PP_REASON_AZP_MISSING] = {"azp-missing", PP_UNTRUSTED,
		"The token has no azp though it needs one."},
	[PP_REASON_AZP_MISMATCH] = {"azp-mismatch", PP_UNTRUSTED,
		"The token was made for another client: azp is not the one expected."},
	[PP_REASON_SUB_INVALID] = {"sub-invalid", PP_UNTRUSTED,
		"The token's sub is missing, too long, or not printable ASCII."},
	[PP_REASON_SUB_ENCODING] = {"sub-encoding", PP_UNTRUSTED,
		"The token's sub is not what Dex makes."},
	[PP_REASON_SUB_MISMATCH] = {"sub-mismatch", PP_UNTRUSTED,
		"The token is about another subject than the one before."},
	[PP_REASON_EXP_INVALID] = {"exp-invalid", PP_UNTRUSTED,
		"The token's exp is missing or no time."},
	[PP_REASON_TOKEN_EXPIRED] = {"token-expired", PP_UNTRUSTED,
		"The token has expired, or this machine's clock is ahead."},
	[PP_REASON_IAT_INVALID] = {"iat-invalid", PP_UNTRUSTED,
		"The token's iat is missing or no time."},
	[PP_REASON_ISSUED_IN_FUTURE] = {"issued-in-future", PP_UNTRUSTED,
		"The token was issued in the future: this machine's clock or the provider's is wrong."},
	[PP_REASON_TOKEN_TOO_OLD] = {"token-too-old", PP_UNTRUSTED,
		"The token was issued too long ago to be the answer to this request, or this machine's clock is ahead."},
	[PP_REASON_EXP_BEFORE_IAT] = {"exp-before-iat", PP_UNTRUSTED,
		"The token ends before it was issued."},
	[PP_REASON_NBF_INVALID] = {"nbf-invalid", PP_UNTRUSTED,
		"The token's nbf is no time."},
	[PP_REASON_NBF_FUTURE] = {"nbf-future", PP_UNTRUSTED,
		"The token is not valid yet, or this machine's clock is behind."},
	[PP_REASON_AUTH_TIME_INVALID] = {"auth-time-invalid", PP_UNTRUSTED,
		"The token's auth_time is missing though needed, no time, or yet to come."},
	[PP_REASON_AUTH_TIME_OLD] = {"auth-time-old", PP_UNTRUSTED,
		"The person signed in at the provider too long ago."},
	[PP_REASON_NONCE_MISSING] = {"nonce-missing", PP_UNTRUSTED,
		"The token has no nonce, or nonce is no text."},
	[PP_REASON_NONCE_MISMATCH] = {"nonce-mismatch", PP_UNTRUSTED,
		"The token's nonce is not the one of this sign-in."},
	[PP_REASON_NONCE_HOST] = {"nonce-host", PP_UNTRUSTED,
		"A service's token was made for another node."},
	[PP_REASON_AT_HASH_MISSING] = {"at-hash-missing", PP_UNTRUSTED,
		"The token has no at_hash, or at_hash is no text."},
	[PP_REASON_AT_HASH_MISMATCH] = {"at-hash-mismatch", PP_UNTRUSTED,
		"The token's at_hash is not of the access token that came with it: it may itself be an access token."},
	[PP_REASON_ACCESS_TOKEN_MISSING] = {"access-token-missing",
		PP_UNTRUSTED,
		"The token has at_hash, and the access token to compare it with is missing."},
	[PP_REASON_CONNECTOR_REFUSED] = {"connector-refused", PP_UNTRUSTED,
		"The person came through a connector that is not allowed here."},
	[PP_REASON_FEDERATED_CLAIMS] = {"federated-claims", PP_UNTRUSTED,
		"The token's federated_claims contradict its sub."},
	[PP_REASON_USERNAME_MISSING] = {"username-missing", PP_UNTRUSTED,
		"The token has no user name, or not as text."},
	[PP_REASON_EMAIL_UNVERIFIED] = {"email-unverified", PP_UNTRUSTED,
		"The user name is the e-mail address, and the provider has not verified it."},
	[PP_REASON_SERVICE_MISMATCH] = {"service-mismatch", PP_UNTRUSTED,
		"The token belongs to another service."},
	[PP_REASON_TENANT_INVALID] = {"tenant-invalid", PP_UNTRUSTED,
		"The token's tid or oid is missing or no GUID."},
	[PP_REASON_TENANT_REFUSED] = {"tenant-refused", PP_UNTRUSTED,
		"The token is from a tenant that is not allowed here."},
	[PP_REASON_TOKEN_VERSION] = {"token-version", PP_UNTRUSTED,
		"The token's ver is not 2.0."},
	[PP_REASON_GUEST_REFUSED] = {"guest-refused", PP_UNTRUSTED,
		"The person is a guest in the tenant, and guests are not allowed here."},
	[PP_REASON_BATCH_LINE] = {"batch-line", PP_BAD_CONFIG,
		"A line of the batch is malformed."},
};
/* clang-format on */

static const struct row *
find_row(enum pp_reason reason)
{
	if ((unsigned int) reason >= PP_REASON_COUNT ||
		rows[reason].word == NULL)
		return &rows[PP_REASON_SYSTEM];
	return &rows[reason];
}

const char *
pp_reason_word(enum pp_reason reason)
{
	return find_row(reason)->word;
}

enum pp_kind
pp_reason_kind(enum pp_reason reason)
{
	return find_row(reason)->kind;
}

const char *
pp_reason_description(enum pp_reason reason)
{
	return find_row(reason)->description;
}

enum pp_reason
pp_reason_from_word(const char *word)
{
	for (int i = 1; i < PP_REASON_COUNT; i++)
		if (rows[i].word != NULL && strcmp(rows[i].word, word) == 0)
			return (enum pp_reason) i;
	return PP_REASON_NONE;
}
