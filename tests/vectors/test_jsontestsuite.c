/* SPDX-License-Identifier: MIT */
#include <dirent.h>

#include "corpus.h"
#include "tests/tap.h"

/* JSONTestSuite: y_ must be read, n_ must be refused, i_ is ours to decide. */

/* What we refuse on purpose: two duplicates and one NUL in a name. */
static const char *const refused_y[] = {
	"y_object_duplicated_key.json",
	"y_object_duplicated_key_and_value.json",
	"y_object_escaped_null_in_key.json",
};

/* What we read of i_: numbers that no getter gives, and nothing else. */
static const char *const accepted_i[] = {
	"i_number_double_huge_neg_exp.json",
	"i_number_huge_exp.json",
	"i_number_neg_int_huge_exp.json",
	"i_number_pos_double_huge_exp.json",
	"i_number_real_neg_overflow.json",
	"i_number_real_pos_overflow.json",
	"i_number_real_underflow.json",
	"i_number_too_big_neg_int.json",
	"i_number_too_big_pos_int.json",
	"i_number_very_big_negative_int.json",
};

struct counts {
	int files, accepted, wrong;
};

static bool
is_among(const char *name, const char *const *list, size_t count)
{
	for (size_t i = 0; i < count; i++)
		if (strcmp(name, list[i]) == 0)
			return true;
	return false;
}

static bool
expected(const char *name)
{
	if (name[0] == 'y')
		return !is_among(name, refused_y,
			sizeof(refused_y) / sizeof(refused_y[0]));
	if (name[0] == 'i')
		return is_among(name, accepted_i,
			sizeof(accepted_i) / sizeof(accepted_i[0]));
	return false;
}

static void
judge(const char *directory, const char *name, struct counts *counts)
{
	pp_cleanup(pp_secret) struct pp_secret text = {0};
	pp_cleanup(pp_json) struct pp_json *document = NULL;
	struct pp_err err = {0};
	bool accepted;

	if (!check(corpus_read(directory, name, &text)))
		return;
	accepted = pp_json_parse(pp_secret_text(&text), text.len, &document,
			   &err) == PP_OK;
	counts->files++;
	counts->accepted += accepted;
	if (!check_int(accepted, expected(name))) {
		counts->wrong++;
		printf("# %s: %s %s\n", name, accepted ? "accepted" : "refused",
			err.message);
	}
}

static void
judge_all(char first, struct counts *counts)
{
	char path[4096];
	DIR *directory;
	struct dirent *entry;

	snprintf(path, sizeof(path), "%s/jsontestsuite/test_parsing",
		corpus_directory());
	directory = opendir(path);
	if (!check(directory != NULL))
		return;
	while ((entry = readdir(directory)) != NULL)
		if (entry->d_name[0] == first && entry->d_name[1] == '_')
			judge(path, entry->d_name, counts);
	closedir(directory);
	printf("# %c_: %d files, %d accepted, %d not as expected\n", first,
		counts->files, counts->accepted, counts->wrong);
}

static void
reads_every_valid_document_but_three(void)
{
	struct counts counts = {0};

	judge_all('y', &counts);
	check_int(counts.files, 95);
	check_int(counts.accepted, 92);
}

static void
refuses_every_invalid_document(void)
{
	struct counts counts = {0};

	judge_all('n', &counts);
	check_int(counts.files, 188);
	check_int(counts.accepted, 0);
}

static void
reads_of_the_doubtful_ones_only_great_numbers(void)
{
	struct counts counts = {0};

	judge_all('i', &counts);
	check_int(counts.files, 35);
}

/* Controls, quotes and backslashes are escaped: the rest is about UTF-8 alone.
 */
static void
append_quoted(struct pp_secret *quoted, const struct pp_secret *text)
{
	check_kind(pp_secret_append_text(quoted, "\"", NULL), PP_OK);
	for (size_t i = 0; i < text->len; i++) {
		unsigned char byte = text->data[i];
		char escape[8];
		bool plain = byte >= 0x20 && byte != '"' && byte != '\\';

		snprintf(escape, sizeof(escape), "\\u%04x", byte);
		check_kind(
			(plain ? pp_secret_append(quoted, &byte, 1, NULL)
			       : pp_secret_append_text(quoted, escape, NULL)),
			PP_OK);
	}
	check_kind(pp_secret_append_text(quoted, "\"", NULL), PP_OK);
}

static bool
is_utf8_string(const struct pp_secret *text)
{
	pp_cleanup(pp_secret) struct pp_secret quoted = {0};
	pp_cleanup(pp_json) struct pp_json *document = NULL;
	struct pp_err err = {0};

	append_quoted(&quoted, text);
	if (pp_json_parse(pp_secret_text(&quoted), quoted.len, &document,
		    &err) == PP_OK)
		return true;
	check_reason(err.reason, PP_REASON_JSON_ENCODING);
	return false;
}

/* Bytes as "C2 A9", up to the next colon or the end of the line. */
static void
read_hex(const char *text, size_t len, struct pp_secret *bytes)
{
	char pair[3] = "";
	size_t digits = 0;

	for (size_t i = 0; i < len && text[i] != ':'; i++) {
		unsigned char byte;

		if (text[i] == ' ')
			continue;
		pair[digits++ % 2] = text[i];
		if (digits % 2 != 0)
			continue;
		byte = (unsigned char) strtoul(pair, NULL, 16);
		check_kind(pp_secret_append(bytes, &byte, 1, NULL), PP_OK);
	}
}

/* A line is NUMBER:KIND:BYTES..., see the file's own heading. */
static void
judge_line(const char *line, size_t len, int *valid, int *invalid)
{
	pp_cleanup(pp_secret) struct pp_secret bytes = {0};
	const char *kind = memchr(line, ':', len);
	const char *text;
	bool right;

	if (len == 0 || line[0] == '#' || kind == NULL)
		return;
	right = strncmp(kind + 1 + strspn(kind + 1, " "), "valid", 5) == 0;
	text = memchr(kind + 1, ':', len - (size_t) (kind + 1 - line));
	if (!check(text != NULL))
		return;
	len -= (size_t) (++text - line);
	if (strncmp(kind, ":valid:", 7) == 0)
		check_kind(pp_secret_append(&bytes, text, len, NULL), PP_OK);
	else
		read_hex(text, len, &bytes);
	*(right ? valid : invalid) += 1;
	if (!check_int(is_utf8_string(&bytes), right))
		printf("# %.*s\n", (int) (text - line), line);
}

static void
judges_every_utf8_sequence_right(void)
{
	pp_cleanup(pp_secret) struct pp_secret content = {0};
	int valid = 0, invalid = 0;
	const char *at, *end;

	if (!check(corpus_read(
		    corpus_directory(), "utf8/utf8tests.txt", &content)))
		return;
	at = pp_secret_text(&content);
	end = at + content.len;
	while (at < end) {
		const char *stop = memchr(at, '\n', (size_t) (end - at));

		stop = stop != NULL ? stop : end;
		judge_line(at, (size_t) (stop - at), &valid, &invalid);
		at = stop + 1;
	}
	printf("# utf8tests: %d valid, %d invalid\n", valid, invalid);
	/* 140 lines as the format says, 5 with a blank before the kind. */
	check_int(invalid, 145);
	check_int(valid, 77);
}

int
main(void)
{
	if (corpus_directory() == NULL) {
		printf("1..0 # SKIP no vectors: set PLAYPEN_VECTORS\n");
		return EXIT_SUCCESS;
	}
	run(reads_every_valid_document_but_three);
	run(refuses_every_invalid_document);
	run(reads_of_the_doubtful_ones_only_great_numbers);
	run(judges_every_utf8_sequence_right);
	return tap_end();
}
