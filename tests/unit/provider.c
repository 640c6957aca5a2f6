/* SPDX-License-Identifier: MIT */
#include "provider.h"

#include <stdlib.h>
#include <string.h>

#include <playpen/jose/jws.h>

#define ACCESS_TOKEN "access-token-of-the-test"
#define TEXTS_MAX 64U

static const char document[] =
	"{\"issuer\":\"" PROVIDER_ISSUER "\","
	"\"authorization_endpoint\":\"" PROVIDER_ISSUER "/auth\","
	"\"token_endpoint\":\"" PROVIDER_ISSUER "/token\","
	"\"device_authorization_endpoint\":\"" PROVIDER_ISSUER "/device/code\","
	"\"jwks_uri\":\"" PROVIDER_ISSUER "/keys\","
	"\"id_token_signing_alg_values_supported\":[\"ES256\"],"
	"\"grant_types_supported\":[\"authorization_code\",\"refresh_token\","
	"\"client_credentials\","
	"\"urn:ietf:params:oauth:grant-type:device_code\"]}";

/* One path and the answers that wait there. */
struct path {
	const char *name;
	struct provider_answer answers[PROVIDER_ANSWERS];
	size_t count;
	size_t next;
	int asked;
	int64_t asked_ms[PROVIDER_ANSWERS];
	int64_t deadline_ms;
	char form[4096];
};

static struct path paths[PROVIDER_PATHS];
static struct pp_secret texts[TEXTS_MAX];
static size_t text_count;
static int64_t elapsed_ms;
static const char *pasted[3];
static size_t pasted_next;

struct pp_device_prompt provider_shown;
void (*provider_before_paste)(void);

static int64_t
wall(void *context)
{
	(void) context;
	return CLAIMANT_NOW + elapsed_ms / 1000;
}

static int64_t
boot_ms(void *context)
{
	(void) context;
	return PROVIDER_BOOT_MS + elapsed_ms;
}

static const struct pp_clock standing_clock = {wall, boot_ms, NULL};

static struct path *
find(const char *name)
{
	for (size_t i = 0; i < PROVIDER_PATHS; i++) {
		if (paths[i].name == NULL)
			paths[i].name = name;
		if (strcmp(paths[i].name, name) == 0)
			return &paths[i];
	}
	abort();
}

static struct pp_secret *
new_text(void)
{
	if (text_count == TEXTS_MAX)
		abort();
	return &texts[text_count++];
}

static enum pp_kind
fetch(void *context, const struct pp_http_request *request,
	struct pp_http_response *ret_response, struct pp_err *err)
{
	struct path *path = find(request->url + strlen(PROVIDER_ISSUER));
	const struct provider_answer *answer = &path->answers[path->next];

	(void) context;
	if (path->count == 0 || (size_t) path->asked == PROVIDER_ANSWERS)
		abort();
	path->asked_ms[path->asked++] = boot_ms(NULL);
	path->deadline_ms = request->deadline_ms;
	snprintf(path->form, sizeof(path->form), "%s",
		request->form != NULL ? pp_secret_text(request->form) : "");
	if (path->next + 1 < path->count)
		path->next++;
	elapsed_ms += answer->takes_ms;
	if (answer->body == NULL)
		return pp_fail(err, answer->reason, "as the test wants it");
	ret_response->status = answer->status;
	ret_response->max_age = answer->max_age != 0 ? answer->max_age : -1;
	ret_response->retry_after =
		answer->retry_after != 0 ? answer->retry_after : -1;
	return pp_secret_append_text(&ret_response->body, answer->body, err);
}

static struct pp_http transport = {.fetch = fetch};

static enum pp_kind
sleep_ms(void *context, int64_t ms, struct pp_err *err)
{
	(void) context;
	(void) err;
	elapsed_ms += ms;
	return PP_OK;
}

static enum pp_kind
show(void *context, const struct pp_device_prompt *shown, struct pp_err *err)
{
	struct pp_device_prompt *copy = &provider_shown;

	(void) context;
	pp_message_free(PP_MESSAGE_DEVICE_PROMPT, copy);
	copy->uri = pp_str_copy(shown->uri, strlen(shown->uri));
	if (shown->uri_complete != NULL)
		copy->uri_complete = pp_str_copy(
			shown->uri_complete, strlen(shown->uri_complete));
	if (shown->user_code != NULL)
		copy->user_code =
			pp_str_copy(shown->user_code, strlen(shown->user_code));
	copy->qr_side = shown->qr_side;
	copy->expires = shown->expires;
	return pp_secret_append(&copy->qr, shown->qr.data, shown->qr.len, err);
}

static enum pp_kind
not_approved(void *context, int64_t asked_ms, struct pp_err *err)
{
	(void) context;
	(void) err;
	if (provider_not_approved_count == PROVIDER_ANSWERS)
		abort();
	provider_not_approved_ms[provider_not_approved_count++] = asked_ms;
	return PP_OK;
}

static enum pp_kind
ask_code(void *context, bool again, struct pp_secret *ret_code,
	struct pp_err *err)
{
	const char *code;

	(void) context;
	if (again != (pasted_next > 0) || pasted_next == 3)
		abort();
	if (provider_before_paste != NULL)
		provider_before_paste();
	code = pasted[pasted_next++];
	if (code == NULL)
		return pp_fail(err, PP_REASON_DEADLINE, "nobody is there");
	return pp_secret_append_text(ret_code, code, err);
}

int64_t provider_not_approved_ms[PROVIDER_ANSWERS];
size_t provider_not_approved_count;
struct pp_oidc_ops provider_ops;
struct pp_provider provider_settings;

static char *
copy_text(const char *text)
{
	return pp_str_copy(text, strlen(text));
}

static void
fill_settings(void)
{
	provider_settings = (struct pp_provider){
		.deadline_ms = PROVIDER_BOOT_MS + 100000,
		.url = copy_text(PROVIDER_ISSUER),
		.profile = PP_PROFILE_DEX,
		.client_id = copy_text("playpen"),
		.token_auth = PP_TOKEN_AUTH_BASIC,
		.username_claim = copy_text("preferred_username"),
	};
	if (pp_strv_append_words(&provider_settings.scopes, "openid profile",
		    NULL) != PP_OK ||
		pp_strv_append_words(
			&provider_settings.connectors, "local", NULL) != PP_OK)
		abort();
}

void
provider_begin(void)
{
	provider_end();
	provider_ops = (struct pp_oidc_ops){
		.clock = &standing_clock,
		.http = &transport,
		.sleep = sleep_ms,
		.show = show,
		.not_approved = not_approved,
		.ask_code = ask_code,
	};
	fill_settings();
	provider_say("/.well-known/openid-configuration", document);
	provider_say("/keys", provider_keys("k"));
}

void
provider_end(void)
{
	pp_message_free(PP_MESSAGE_PROVIDER, &provider_settings);
	pp_message_free(PP_MESSAGE_DEVICE_PROMPT, &provider_shown);
	for (size_t i = 0; i < text_count; i++)
		pp_secret_free(&texts[i]);
	text_count = 0;
	elapsed_ms = 0;
	pasted_next = 0;
	provider_not_approved_count = 0;
	provider_before_paste = NULL;
	memset(paths, 0, sizeof(paths));
	memset(pasted, 0, sizeof(pasted));
}

void
provider_answer(const char *path, struct provider_answer answer)
{
	struct path *place = find(path);

	if (place->count == PROVIDER_ANSWERS)
		abort();
	place->answers[place->count++] = answer;
}

void
provider_forget(const char *path)
{
	struct path *place = find(path);

	place->count = 0;
	place->next = 0;
}

void
provider_say(const char *path, const char *body)
{
	provider_answer(
		path, (struct provider_answer){.status = 200, .body = body});
}

const char *
provider_tokens(const struct claimant_change *changes)
{
	struct pp_secret *body = new_text();
	pp_cleanup(pp_secret) struct pp_secret claims = {0};
	pp_cleanup(pp_secret) struct pp_secret token = {0};
	char hash[PP_HALF_HASH_TEXT];
	char quoted[PP_HALF_HASH_TEXT + 2];
	struct claimant_change all[CLAIMANT_CHANGES + 2] = {
		{"at_hash", quoted}};
	size_t count = 1;

	if (pp_jws_half_hash(PP_ALG_ES256, ACCESS_TOKEN, strlen(ACCESS_TOKEN),
		    hash, NULL) != PP_OK)
		abort();
	snprintf(quoted, sizeof(quoted), "\"%s\"", hash);
	for (; changes != NULL && changes->claim != NULL; changes++)
		all[count++] = *changes;
	claimant_put_claims(&claims, PP_PROFILE_DEX, all);
	signer_token(signer_key(SIGNER_P256), PP_ALG_ES256,
		"{\"alg\":\"ES256\",\"kid\":\"k\"}", pp_secret_text(&claims),
		&token);
	signer_put(body,
		"{\"access_token\":\"" ACCESS_TOKEN
		"\",\"token_type\":\"bearer\",\"id_token\":\"%s\"}",
		pp_secret_text(&token));
	return pp_secret_text(body);
}

const char *
provider_keys(const char *kid)
{
	struct pp_secret *text = new_text();
	char more[64];

	snprintf(more, sizeof(more), "\"kid\":\"%s\",\"alg\":\"ES256\"", kid);
	signer_put(text, "{\"keys\":[");
	signer_put_jwk(text, signer_key(SIGNER_P256), more);
	signer_put(text, "]}");
	return pp_secret_text(text);
}

int
provider_count(const char *path)
{
	return find(path)->asked;
}

const char *
provider_form(const char *path)
{
	return find(path)->form;
}

int64_t
provider_asked_ms(const char *path, int i)
{
	return find(path)->asked_ms[i];
}

int64_t
provider_deadline_ms(const char *path)
{
	return find(path)->deadline_ms;
}

void
provider_wait(int64_t ms)
{
	elapsed_ms += ms;
}

void
provider_paste(const char *first, const char *second, const char *third)
{
	pasted[0] = first;
	pasted[1] = second;
	pasted[2] = third;
}

const char *
provider_shown_parameter(const char *name)
{
	static char value[64];
	char start[64];
	const char *at;

	snprintf(start, sizeof(start), "&%s=", name);
	at = provider_shown.uri != NULL ? strstr(provider_shown.uri, start)
					: NULL;
	snprintf(value, sizeof(value), "%s",
		at != NULL ? at + strlen(start) : "");
	value[strcspn(value, "&")] = '\0';
	return value;
}
