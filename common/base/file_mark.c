/* SPDX-License-Identifier: MIT */
#include <dirent.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include <playpen/base/file_mark.h>

/* Returns false if the mark is too long. */
static bool
make_mark(const char *path, char mark[PP_FILE_MARK_SIZE])
{
	struct stat info;
	int len;

	if (lstat(path, &info) != 0)
		len = snprintf(mark, PP_FILE_MARK_SIZE, "absent %s", path);
	else
		len = snprintf(mark, PP_FILE_MARK_SIZE,
			"%llx:%llx:%llx:%llx.%lx %s",
			(unsigned long long) info.st_dev,
			(unsigned long long) info.st_ino,
			(unsigned long long) info.st_size,
			(unsigned long long) info.st_ctim.tv_sec,
			(unsigned long) info.st_ctim.tv_nsec, path);
	return len > 0 && len < (int) PP_FILE_MARK_SIZE;
}

enum pp_kind
pp_file_mark_add(struct pp_strv *marks, const char *path, struct pp_err *err)
{
	char mark[PP_FILE_MARK_SIZE];

	if (!make_mark(path, mark))
		return pp_fail(err, PP_REASON_TOO_LONG, "%.100s ...", path);
	return pp_strv_append(marks, mark, strlen(mark), err);
}

static enum pp_kind
add_entries(struct pp_strv *marks, const char *directory, DIR *stream,
	size_t max, struct pp_err *err)
{
	struct dirent *entry;
	enum pp_kind kind = PP_OK;

	while (kind == PP_OK && (entry = readdir(stream)) != NULL) {
		char path[PATH_MAX];

		if (strcmp(entry->d_name, ".") == 0 ||
			strcmp(entry->d_name, "..") == 0)
			continue;
		if (marks->count >= max ||
			snprintf(path, sizeof(path), "%s/%s", directory,
				entry->d_name) >= (int) sizeof(path))
			return pp_fail(err, PP_REASON_TOO_LONG, "%s: %zu marks",
				directory, max);
		kind = pp_file_mark_add(marks, path, err);
	}
	return kind;
}

enum pp_kind
pp_file_mark_add_directory(struct pp_strv *marks, const char *directory,
	size_t max, struct pp_err *err)
{
	enum pp_kind kind = pp_file_mark_add(marks, directory, err);
	DIR *stream = kind == PP_OK ? opendir(directory) : NULL;

	if (stream == NULL)
		return kind;
	kind = add_entries(marks, directory, stream, max, err);
	closedir(stream);
	return kind;
}

bool
pp_file_mark_all_hold(const struct pp_strv *marks)
{
	for (size_t i = 0; i < marks->count; i++) {
		const char *path = strchr(marks->items[i], ' ');
		char mark[PP_FILE_MARK_SIZE];

		if (path == NULL || !make_mark(path + 1, mark) ||
			strcmp(mark, marks->items[i]) != 0)
			return false;
	}
	return true;
}
