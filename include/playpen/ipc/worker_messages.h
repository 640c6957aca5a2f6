/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdbool.h>
#include <stdint.h>

#include <playpen/base/secret.h>
#include <playpen/base/str.h>
#include <playpen/ipc/identity_message.h>

/*
 * The messages between playpen-policy or playpenctl and playpen-oidc: requests,
 * a prompt to show, then an identity. Each struct is the body of one message
 * (<playpen/ipc/message.h>). The struct owns its char pointers, lists and
 * secrets; they may be NULL or empty where optional.
 */

enum pp_profile {
	PP_PROFILE_DEX = 1,
	PP_PROFILE_ENTRA = 2,
	PP_PROFILE_GENERIC = 3,
};

enum pp_token_auth {
	PP_TOKEN_AUTH_BASIC = 1, /* client_secret_basic, RFC 6749 2.3.1 */
	PP_TOKEN_AUTH_POST = 2,
};

/*
 * What a message has room for (common/ipc/message_table.c), in bytes where
 * nothing else is said. Who fills a member keeps to it, or the frame is
 * refused. A time is at most what JSON counts exactly.
 */
#define PP_MESSAGE_TIME_MAX ((int64_t) 1 << 53)
#define PP_MESSAGE_TEXT_MAX                                                    \
	4096U                    /* a text or a secret, if no other limit is   \
				  */
#define PP_MESSAGE_NAME_MAX 256U /* a name, a word of a list, an id */
#define PP_MESSAGE_EMAIL_MAX 512U
#define PP_MESSAGE_NONCE_MAX 512U   /* of CLIENT_CREDENTIALS */
#define PP_MESSAGE_WORDS_MAX 64U    /* words in a list */
#define PP_MESSAGE_GROUPS_MAX 1024U /* policy keeps the 256 that matter */
#define PP_MESSAGE_GROUP_MAX 64U    /* bytes of a name that a map can have */
#define PP_MESSAGE_TOKEN_MAX ((size_t) 64 * 1024)
#define PP_MESSAGE_ACCESS_TOKEN_MAX ((size_t) 32 * 1024)
#define PP_MESSAGE_REFRESH_TOKEN_MAX ((size_t) 16 * 1024)
#define PP_DEVICE_PROMPT_QR_SIDE_MAX                                           \
	177 /* modules of version 40, the largest */
#define PP_DEVICE_PROMPT_QR_MAX                                                \
	(PP_DEVICE_PROMPT_QR_SIDE_MAX * PP_DEVICE_PROMPT_QR_SIDE_MAX)

#define PP_SCOPE_OFFLINE "offline_access" /* OIDC Core section 11 */

/* PROVIDER: the first message to playpen-oidc, from playpen.conf(5). */
struct pp_provider {
	int64_t version;
	int64_t deadline_ms; /* boot clock: when all of it must be over */
	char *url;           /* the issuer, compared byte for byte */
	char *connect_to;
	char *browser_url;
	char *ca_file;
	char *proxy;
	bool allow_http;
	struct pp_strv endpoint_hosts;
	int64_t profile; /* enum pp_profile */
	char *jwks_file;
	struct pp_strv algorithms;
	struct pp_strv tenants;
	bool guests;
	bool roles_as_groups;
	bool require_at_hash; /* of a person's token */
	char *client_id;
	struct pp_secret client_secret; /* empty for a public client */
	struct pp_strv scopes;
	struct pp_strv trusted_audiences;
	int64_t token_auth; /* enum pp_token_auth */
	struct pp_strv connectors;
	char *username_claim;
	int64_t keys_without_dex; /* seconds that old keys count without it */
};

/* DEVICE_PROMPT: what the person needs in order to approve. */
struct pp_device_prompt {
	char *uri;
	char *uri_complete;  /* NULL when the provider gave none */
	char *user_code;     /* NULL in the code flow */
	int64_t qr_side;     /* modules a side, 0 for no QR code */
	struct pp_secret qr; /* qr_side * qr_side bytes, 1 is dark */
	int64_t expires;     /* seconds from now */
};

/* NOT_APPROVED: the provider was asked and waits for the person still. */
struct pp_not_approved {
	int64_t asked_ms; /* boot clock: when the request was begun */
};

/* CODE_REPLY: the code that the person pasted. */
struct pp_code_reply {
	struct pp_secret code;
};

/* CODE_FOR_KEY: the code flow whose token an SSH certificate will carry. */
struct pp_code_for_key {
	char *redirect_uri;     /* a loopback address; NULL: a code is pasted */
	struct pp_secret nonce; /* says which key */
	struct pp_secret state; /* what the browser brings back */
};

/* VERIFY_CERTIFICATE: check a certificate that sshd was offered. */
struct pp_verify_certificate {
	char *type;
	struct pp_secret text; /* base64 */
	char *user;            /* the name that it must be for */
	int64_t max_age;       /* seconds since iat */
	int64_t not_before;    /* seconds since 1970, 0 for any */
	bool openpubkey;       /* that format too */
};

/* CERTIFICATE: what was found of it; comes before IDENTITY. */
struct pp_certificate_found {
	char *key_type; /* of the plain key */
	char *key;      /* base64 */
	bool openpubkey;
	int64_t end; /* seconds since 1970 */
	char *fingerprint;
	int64_t keys_to_ms; /* boot clock: until new keys are asked for */
};

/* CLIENT_CREDENTIALS: a service proves itself with its own secret. */
struct pp_client_credentials {
	char *client_id;
	struct pp_secret client_secret;
	char *audience;         /* whom the token is for; NULL: itself */
	struct pp_secret nonce; /* goes into the token; empty for none */
	bool want_token;        /* answer with TOKEN too, behind IDENTITY */
};

/* TOKEN: the verified token itself, for the service whose it is. */
struct pp_token {
	struct pp_secret token;
};

/* VERIFY_TOKEN: check a token that another program got. */
struct pp_verify_token {
	struct pp_secret token;
	struct pp_secret access_token; /* for at_hash; empty for none */
	struct pp_secret nonce;        /* exact nonce; empty for any */
	struct pp_strv hosts;    /* one of them stands behind nonce and a dot */
	char *service_client_id; /* a client id: only this service's token will
				    do */
	int64_t max_age;         /* seconds since iat, 0 for the default */
	int64_t at_time;         /* seconds since 1970, 0 for now */
};

/*
 * VERIFY_REQUEST: the options of `playpenctl verify`. After PROVIDER the keys
 * and rules of the provider apply, narrowed by these members; without PROVIDER
 * no network is used. The worker has inherited the files, from PP_CHILD_FILES
 * on: what is verified, then the key set and the access token if has_keys and
 * has_access_token say so.
 */
struct pp_verify_request {
	int64_t version;
	bool batch;            /* lines are verified, not one token */
	bool certificate;      /* what is verified is an SSH certificate */
	bool has_keys;         /* a key set was inherited */
	bool has_access_token; /* an access token was inherited */
	char *issuer;
	char *client_id;
	char *profile; /* by name; NULL for the default */
	int64_t at_time;
	struct pp_secret nonce; /* empty for any */
	char *service_client_id;
	struct pp_strv connectors;
	struct pp_strv algorithms; /* empty for all that are known */
};

/* REFRESH: ask again with a refresh token. */
struct pp_refresh {
	struct pp_secret token;
	char *subject;     /* the sub that must come back, OIDC Core 12.2 */
	int64_t auth_time; /* nor may it say an earlier one; 0: none known */
};

/* REFRESH_TOKEN: to be kept for later group refreshes; comes before IDENTITY,
 * if the scopes have PP_SCOPE_OFFLINE. */
struct pp_refresh_token {
	struct pp_secret token;
};

/* PROBE: ask the provider all that can be asked without a person; the flows
 * that the configuration uses. */
struct pp_probe {
	bool device;
	bool code;
	bool refresh;
	bool client_credentials;
	int64_t code_seconds; /* that a device code must be good for */
	char *ssh_client;     /* of playpen-ssh; NULL: not asked about */
};

/* PROBE_ANSWER: the answer to one question. A question that this provider
 * cannot be asked has none. */
struct pp_probe_answer {
	char *question; /* the id of a check of playpenctl doctor */
	char *reason; /* a word of <playpen/base/reason.h>; "none": all well */
	char *message;
};

/* FAILED: why there is no identity. */
struct pp_failed {
	char *reason;  /* a word of <playpen/base/reason.h> */
	char *message; /* for the log, made printable by the worker already */
	char *said;    /* the provider's own words; NULL for none */
};

/* VERDICT: on a token of VERIFY_REQUEST. Its claims follow in CLAIMS_CHUNKs. */
struct pp_verdict {
	char *id; /* of a line; NULL for the one token */
	bool accepted;
	char *reason;
	char *message;
	struct pp_secret claims; /* JSON, printable ASCII; not in the message */
};

/* CLAIMS_CHUNK: a part of them. */
#define PP_CLAIMS_CHUNK_MAX ((size_t) 64 * 1024)
struct pp_claims_chunk {
	struct pp_secret text;
};
