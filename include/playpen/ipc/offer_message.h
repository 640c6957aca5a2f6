/* SPDX-License-Identifier: MIT */
#pragma once

#include <stdint.h>

#include <playpen/base/secret.h>
#include <playpen/base/str.h>

/*
 * OFFER: what a verified certificate says. It is never sent: it is the content
 * of a file that playpen-policy and playpen-keys leave for each other
 * (<playpen/runtime/offer.h>). The struct owns what it points to.
 */
struct pp_offer {
	char *name; /* the login name that it is for */
	char *certificate_type;
	struct pp_secret certificate; /* base64, as sshd gave it */
	char *line;        /* of authorized_keys, the answer to sshd */
	char *fingerprint; /* of the key */
	int64_t end;       /* seconds since 1970: counts until then */
	bool signs_in;     /* a service counts it as a sign-in */
	/* What must hold for it to count in another login as well. */
	char *boot;                /* this boot */
	int64_t remembered_to_ms;  /* boot clock */
	struct pp_strv marks;      /* of files (<playpen/base/file_mark.h>) */
	struct pp_secret identity; /* the fields of IDENTITY */
};

/*
 * REFUSAL: why a certificate did not let its user in. A file too
 * (<playpen/runtime/refusal.h>).
 */
struct pp_refusal {
	char *name;
	char *certificate_type;
	struct pp_secret certificate; /* base64, as sshd gave it */
	char *reason;
};

#define PP_OFFER_IDENTITY_MAX ((size_t) 48 * 1024)
#define PP_OFFER_MARKS_MAX 128U
