/* SPDX-License-Identifier: MIT */
#include <playpen/qr/qr.h>

#ifdef HAVE_QRENCODE
#include <string.h>

#include <qrencode.h>

/* libqrencode keeps the module's colour in the lowest bit of its byte. */
#define DARK 1

static enum pp_kind
copy_modules(const QRcode *code, struct pp_secret *ret, struct pp_err *err)
{
	size_t count = (size_t) code->width * (size_t) code->width;
	pp_cleanup(pp_secret) struct pp_secret modules = {0};
	enum pp_kind kind = pp_secret_reserve(&modules, count, err);

	for (size_t i = 0; kind == PP_OK && i < count; i++) {
		unsigned char module = code->data[i] & DARK;

		kind = pp_secret_append(&modules, &module, 1, err);
	}
	return kind == PP_OK
		       ? pp_secret_set(ret, modules.data, modules.len, err)
		       : kind;
}

enum pp_kind
pp_qr_encode(const char *text, struct pp_secret *ret_modules, int64_t *ret_side,
	struct pp_err *err)
{
	size_t len = strlen(text);
	enum pp_kind kind;
	QRcode *code;

	if (len == 0 || len > PP_QR_TEXT_MAX) {
		pp_secret_clear(ret_modules);
		*ret_side = 0;
		return PP_OK;
	}
	code = QRcode_encodeString(text, 0, QR_ECLEVEL_L, QR_MODE_8, 1);
	if (code == NULL)
		return pp_fail_memory(err);
	kind = copy_modules(code, ret_modules, err);
	if (kind == PP_OK)
		*ret_side = code->width;
	QRcode_free(code);
	return kind;
}
#else
/* Returns PP_OK and no code, as for a text that is too long: built --without-qrencode. */
enum pp_kind
pp_qr_encode(const char *text, struct pp_secret *ret_modules, int64_t *ret_side,
	struct pp_err *err)
{
	(void) text;
	(void) err;
	pp_secret_clear(ret_modules);
	*ret_side = 0;
	return PP_OK;
}
#endif
