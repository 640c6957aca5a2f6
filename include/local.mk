# SPDX-License-Identifier: MIT
# include/playpen: every interface that crosses a directory, one noun per header.

noinst_HEADERS = \
	%D%/playpen/accounts/account_row.h \
	%D%/playpen/accounts/accounts.h \
	%D%/playpen/accounts/admin.h \
	%D%/playpen/accounts/db.h \
	%D%/playpen/accounts/roster.h \
	%D%/playpen/accounts/sign_in_check.h \
	%D%/playpen/accounts/sql.h \
	%D%/playpen/base/cleanup.h \
	%D%/playpen/base/clock.h \
	%D%/playpen/base/err.h \
	%D%/playpen/base/file.h \
	%D%/playpen/base/grow.h \
	%D%/playpen/base/pam_service.h \
	%D%/playpen/base/reason.h \
	%D%/playpen/base/reasons.def \
	%D%/playpen/base/secret.h \
	%D%/playpen/base/str.h \
	%D%/playpen/certificate/certificate.h \
	%D%/playpen/conf/conf.h \
	%D%/playpen/http/http.h \
	%D%/playpen/idtoken/idtoken.h \
	%D%/playpen/idtoken/verify.h \
	%D%/playpen/index/first_login.h \
	%D%/playpen/index/index.h \
	%D%/playpen/index/passwd_file.h \
	%D%/playpen/index/uid.h \
	%D%/playpen/ipc/child.h \
	%D%/playpen/ipc/frame.h \
	%D%/playpen/ipc/message.h \
	%D%/playpen/ipc/oidc_worker.h \
	%D%/playpen/ipc/pam_messages.h \
	%D%/playpen/ipc/worker_messages.h \
	%D%/playpen/jose/base64url.h \
	%D%/playpen/jose/digest.h \
	%D%/playpen/jose/jwk.h \
	%D%/playpen/jose/jws.h \
	%D%/playpen/json/json.h \
	%D%/playpen/oidc/oidc.h \
	%D%/playpen/other_nss/local_users.h \
	%D%/playpen/other_nss/nss_query.h \
	%D%/playpen/other_nss/nss_sources.h \
	%D%/playpen/provider/endpoint.h \
	%D%/playpen/provider/proof_prompt.h \
	%D%/playpen/provider/url.h \
	%D%/playpen/publish/publish.h \
	%D%/playpen/qr/qr.h \
	%D%/playpen/runtime/login_slot.h \
	%D%/playpen/runtime/process.h \
	%D%/playpen/runtime/processes.h \
	%D%/playpen/runtime/refresh_store.h \
	%D%/playpen/runtime/run.h \
	%D%/playpen/runtime/timestamp.h \
	%D%/playpen/sshcert/pktoken.h \
	%D%/playpen/sshcert/sshcert.h
