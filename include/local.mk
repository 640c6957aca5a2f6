# SPDX-License-Identifier: MIT
# include/playpen: every interface that crosses a directory, one noun per header.

noinst_HEADERS = \
	%D%/playpen/admin.h \
	%D%/playpen/base64url.h \
	%D%/playpen/claims.h \
	%D%/playpen/clock.h \
	%D%/playpen/conf.h \
	%D%/playpen/digest.h \
	%D%/playpen/endpoint.h \
	%D%/playpen/err.h \
	%D%/playpen/file.h \
	%D%/playpen/frame.h \
	%D%/playpen/hook.h \
	%D%/playpen/http.h \
	%D%/playpen/identity.h \
	%D%/playpen/index.h \
	%D%/playpen/json.h \
	%D%/playpen/jwk.h \
	%D%/playpen/jws.h \
	%D%/playpen/login.h \
	%D%/playpen/message.h \
	%D%/playpen/oidc.h \
	%D%/playpen/own.h \
	%D%/playpen/pam_service.h \
	%D%/playpen/passwd.h \
	%D%/playpen/proof.h \
	%D%/playpen/provision.h \
	%D%/playpen/qr.h \
	%D%/playpen/reason.h \
	%D%/playpen/roster.h \
	%D%/playpen/run.h \
	%D%/playpen/secret.h \
	%D%/playpen/spawn.h \
	%D%/playpen/state.h \
	%D%/playpen/str.h \
	%D%/playpen/url.h \
	%D%/playpen/verify.h \
	%D%/playpen/worker.h
