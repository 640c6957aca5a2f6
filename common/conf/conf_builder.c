/* SPDX-License-Identifier: MIT */
#include "conf_builder.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "conf_source.h"
#include "conf_valid.h"
#include "conf_value.h"

#define SHOWN_MAX 80U

/* The builder and where the parser is, for the sink's calls. */
struct parse {
	struct pp_conf_builder *builder;
	struct pp_conf_sink sink;
};

static struct pp_conf_location
here(const struct parse *parse)
{
	return (struct pp_conf_location){
		parse->builder->files.count - 1, parse->sink.line};
}

enum pp_kind
pp_conf_builder_init(struct pp_conf_builder *builder, struct pp_conf *conf,
	const char *root, struct pp_err *err)
{
	builder->conf = conf;
	builder->root = root;
	builder->instances =
		/* lint: bugprone-sizeof-expression: it is an array of
		 * pointers. */
		calloc(PP_CONF_INSTANCES_MAX, sizeof(*builder->instances));
	builder->map_locations =
		calloc(PP_CONF_MAP_MAX, sizeof(*builder->map_locations));
	conf->services =
		calloc(PP_CONF_PAM_SERVICES_MAX, sizeof(*conf->services));
	conf->service_accounts = calloc(
		PP_CONF_SERVICE_ACCOUNTS_MAX, sizeof(*conf->service_accounts));
	conf->map = calloc(PP_CONF_MAP_MAX, sizeof(*conf->map));
	if (builder->instances == NULL || builder->map_locations == NULL ||
		conf->services == NULL || conf->service_accounts == NULL ||
		conf->map == NULL)
		return pp_fail_memory(err);
	/* lint: -Wanalyzer-malloc-leak: what was made belongs to the
	 * builder, which its caller frees. */
	for (int section = 0; section < PP_CONF_PAM_SERVICE; section++) {
		struct pp_conf_instance *unused;
		enum pp_kind kind = pp_conf_builder_open(builder,
			(enum pp_conf_section) section, NULL, &unused, err);

		if (kind != PP_OK)
			return kind;
	}
	return PP_OK;
}

void
pp_conf_builder_free(struct pp_conf_builder *builder)
{
	for (size_t i = 0; i < builder->instance_count; i++)
		free(builder->instances[i]);
	free(builder->instances);
	free(builder->map_locations);
	pp_strv_free(&builder->files);
}

struct pp_conf_instance *
pp_conf_builder_find(const struct pp_conf_builder *builder,
	enum pp_conf_section section, const char *name)
{
	for (size_t i = 0; i < builder->instance_count; i++) {
		struct pp_conf_instance *at = builder->instances[i];

		if (at->section == section &&
			(name == NULL || strcmp(at->name, name) == 0))
			return at;
	}
	return NULL;
}

/* Puts a name into the next free struct of the kind; its address stays. */
static enum pp_kind
append_named(struct pp_conf *conf, enum pp_conf_section section,
	const char *name, struct pp_conf_instance *instance, struct pp_err *err)
{
	bool service = section == PP_CONF_PAM_SERVICE;
	size_t count =
		service ? conf->service_count : conf->service_account_count;
	size_t max = service ? PP_CONF_PAM_SERVICES_MAX
			     : PP_CONF_SERVICE_ACCOUNTS_MAX;
	char *copy;

	if (count >= max)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"more than %zu sections [%s]", max,
			pp_conf_section_title(section));
	copy = strdup(name);
	if (copy == NULL)
		return pp_fail_memory(err);
	if (service) {
		instance->base = &conf->services[conf->service_count++];
		((struct pp_conf_pam_service *) instance->base)->name = copy;
	} else {
		instance->base =
			&conf->service_accounts[conf->service_account_count++];
		((struct pp_conf_service_account *) instance->base)->name =
			copy;
	}
	instance->name = copy;
	return PP_OK;
}

enum pp_kind
pp_conf_builder_open(struct pp_conf_builder *builder,
	enum pp_conf_section section, const char *name,
	struct pp_conf_instance **ret_instance, struct pp_err *err)
{
	struct pp_conf_instance *instance =
		pp_conf_builder_find(builder, section, name);
	enum pp_kind kind = PP_OK;

	if (instance != NULL) {
		*ret_instance = instance;
		return PP_OK;
	}
	instance = calloc(1, sizeof(*instance));
	if (instance == NULL)
		return pp_fail_memory(err);
	instance->section = section;
	instance->base = builder->conf;
	if (name != NULL)
		kind = append_named(
			builder->conf, section, name, instance, err);
	if (kind != PP_OK) {
		free(instance);
		return kind;
	}
	builder->instances[builder->instance_count++] = instance;
	*ret_instance = instance;
	return PP_OK;
}

/* Returns what stands behind `service-account "` in a title, without the last
 * quote, or NULL. */
static const char *
account_of_title(char *title)
{
	static const char begin[] = "service-account \"";
	size_t len = strlen(title);

	if (!pp_str_starts_with(title, begin) || len <= sizeof(begin) - 1 ||
		title[len - 1] != '"')
		return NULL;
	title[len - 1] = '\0';
	return title + sizeof(begin) - 1;
}

/* Refuses an unknown title. The part before the name tells what [servce.sudo]
 * or [account "x"] mean. */
static enum pp_kind
refuse_title(char *title, struct pp_err *err)
{
	struct pp_str_nearest nearest = {.wanted = title};
	char shown[SHOWN_MAX];
	char hint[PP_STR_HINT_SIZE];

	pp_str_printable(shown, sizeof(shown), title, strlen(title));
	for (int pass = 0; pass < 2 && nearest.text == NULL; pass++) {
		for (int i = 0; i < PP_CONF_SECTIONS; i++) {
			const char *known =
				pp_conf_section_title((enum pp_conf_section) i);

			pp_str_nearest_offer(&nearest, known,
				pass == 0 ? strlen(known)
					  : strcspn(known, ". "));
		}
		title[strcspn(title, ". \"")] = '\0';
	}
	if (nearest.text != NULL)
		nearest.len = strlen(nearest.text);
	return pp_fail(err, PP_REASON_CONFIG_INVALID, "unknown section [%s]%s",
		shown, pp_str_nearest_hint(&nearest, hint));
}

/* Finds which section a title means; *ret_name points into the title. */
static enum pp_kind
read_title(char *title, enum pp_conf_section *ret_section,
	const char **ret_name, struct pp_err *err)
{
	static const char service[] = "service.";
	const char *account = account_of_title(title);
	const char *why = NULL;
	char shown[SHOWN_MAX];

	*ret_name = account;
	*ret_section = PP_CONF_SERVICE_ACCOUNT;
	if (account != NULL)
		why = pp_conf_valid_unreserved_name(account);
	else if (pp_str_starts_with(title, service)) {
		*ret_section = PP_CONF_PAM_SERVICE;
		*ret_name = title + sizeof(service) - 1;
		why = pp_conf_valid_pam_service(*ret_name);
	}
	pp_str_printable(shown, sizeof(shown), title, strlen(title));
	if (why != NULL)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"[%s]: the name %s", shown, why);
	if (*ret_name != NULL)
		return PP_OK;
	for (int i = 0; i < PP_CONF_SECTIONS; i++)
		if (strcmp(pp_conf_section_title((enum pp_conf_section) i),
			    title) == 0) {
			*ret_section = (enum pp_conf_section) i;
			return PP_OK;
		}
	return refuse_title(title, err);
}

static enum pp_kind
take_section(void *context, const char *title, struct pp_err *err)
{
	struct parse *parse = context;
	char copy[PP_CONF_LINE_MAX + 1];
	enum pp_conf_section section;
	const char *name;
	enum pp_kind kind;

	snprintf(copy, sizeof(copy), "%s", title);
	kind = read_title(copy, &section, &name, err);
	if (kind != PP_OK)
		return kind;
	kind = pp_conf_builder_open(
		parse->builder, section, name, &parse->builder->current, err);
	/* lint: -Wanalyzer-malloc-leak: what was made belongs to the
	 * builder, which its caller frees. */
	if (kind != PP_OK)
		return kind;
	if (parse->builder->current->begin.line == 0)
		parse->builder->current->begin = here(parse);
	return PP_OK;
}

static enum pp_kind
refuse_repeated(const struct pp_conf_builder *builder,
	struct pp_conf_location location, const char *key, struct pp_err *err)
{
	char shown[SHOWN_MAX];

	return pp_fail(err, PP_REASON_CONFIG_INVALID,
		"%s was set at %s:%u already",
		pp_str_printable(shown, sizeof(shown), key, strlen(key)),
		builder->files.items[location.file], location.line);
}

/* Takes a line of [groups.map]. The last '=' counts, because a claim may hold
 * '=' and ':' (CN=admins, org:team) and a local name neither. */
static enum pp_kind
take_map(struct parse *parse, const char *line, struct pp_err *err)
{
	struct pp_conf_builder *builder = parse->builder;
	struct pp_conf *conf = builder->conf;
	const char *equals = strrchr(line, '=');
	const char *local = equals + 1 + strspn(equals + 1, " \t");
	const char *why = pp_conf_valid_name(local);
	struct pp_conf_map *map = &conf->map[conf->map_count];
	size_t len = (size_t) (equals - line);

	while (len > 0 && strchr(" \t", line[len - 1]) != NULL)
		len--;
	if (why != NULL)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"the local group %s", why);
	if (len > PP_MESSAGE_GROUP_MAX)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"the claim group is longer than %u bytes",
			PP_MESSAGE_GROUP_MAX);
	for (size_t i = 0; i < conf->map_count; i++)
		if (strlen(conf->map[i].claim) == len &&
			memcmp(conf->map[i].claim, line, len) == 0)
			return refuse_repeated(builder,
				builder->map_locations[i], conf->map[i].claim,
				err);
	if (conf->map_count >= PP_CONF_MAP_MAX)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"more than %u lines in [groups.map]", PP_CONF_MAP_MAX);
	builder->map_locations[conf->map_count++] = here(parse);
	map->claim = pp_str_copy(line, len);
	map->local = strdup(local);
	/* lint: -Wanalyzer-malloc-leak: the map belongs to the
	 * configuration, which its caller frees. */
	if (map->claim == NULL || map->local == NULL)
		return pp_fail_memory(err);
	return PP_OK;
}

static enum pp_kind
refuse_key(enum pp_conf_section section, const char *name, struct pp_err *err)
{
	struct pp_str_nearest nearest = {.wanted = name};
	char shown[SHOWN_MAX];
	char hint[PP_STR_HINT_SIZE];

	for (size_t i = 0; i < pp_conf_setting_count; i++)
		if (pp_conf_settings[i].section == section)
			pp_str_nearest_offer(&nearest, pp_conf_settings[i].name,
				strlen(pp_conf_settings[i].name));
	return pp_fail(err, PP_REASON_CONFIG_INVALID,
		"unknown key %s in [%s]%s",
		pp_str_printable(shown, sizeof(shown), name, strlen(name)),
		pp_conf_section_title(section),
		pp_str_nearest_hint(&nearest, hint));
}

static enum pp_kind
take_key(struct parse *parse, const char *name, const char *value,
	struct pp_err *err)
{
	struct pp_conf_builder *builder = parse->builder;
	struct pp_conf_instance *current = builder->current;
	const struct pp_conf_setting *key =
		pp_conf_setting_find(current->section, name);
	struct pp_conf_location *location;

	if (key == NULL)
		return refuse_key(current->section, name, err);
	location = &current->locations[key - pp_conf_settings];
	if (location->line != 0 && key->type != PP_CONF_LIST)
		return refuse_repeated(builder, *location, name, err);
	*location = here(parse);
	return pp_conf_value_set(key, current->base, value, err);
}

static enum pp_kind
take_pair(void *context, const char *line, const char *key, const char *value,
	struct pp_err *err)
{
	struct parse *parse = context;

	if (parse->builder->current == NULL)
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"a key before the first [section]");
	if (parse->builder->current->section == PP_CONF_MAP)
		return take_map(parse, line, err);
	if (line[strcspn(line, "=:")] == ':')
		return pp_fail(err, PP_REASON_CONFIG_INVALID,
			"a line must be key = value, without a colon");
	return take_key(parse, key, value, err);
}

enum pp_kind
pp_conf_builder_add(struct pp_conf_builder *builder, const char *name,
	const struct pp_secret *content, struct pp_err *err)
{
	struct parse parse = {builder, {take_section, take_pair, &parse, 0}};
	enum pp_kind kind =
		pp_strv_append(&builder->files, name, strlen(name), err);

	if (kind != PP_OK)
		return kind;
	builder->current = NULL;
	return pp_conf_source_parse(name, content, &parse.sink, err);
}

struct pp_conf_location
pp_conf_instance_location(
	const struct pp_conf_instance *instance, const char *key)
{
	const struct pp_conf_setting *row =
		pp_conf_setting_find(instance->section, key);

	return instance->locations[row - pp_conf_settings];
}

enum pp_kind
pp_conf_builder_refuse(const struct pp_conf_builder *builder,
	struct pp_conf_location location, struct pp_err *err,
	const char *format, ...)
{
	char text[PP_ERR_MESSAGE_MAX];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	if (location.line == 0)
		return pp_fail(err, PP_REASON_CONFIG_INVALID, "%s", text);
	return pp_fail(err, PP_REASON_CONFIG_INVALID, "%s:%u: %s",
		builder->files.items[location.file], location.line, text);
}
