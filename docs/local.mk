# SPDX-License-Identifier: MIT
# docs: the formats, the protocol, the figures, the glossary, guides. Installed.

dist_doc_DATA += \
	%D%/glossary.md \
	%D%/how-to/one-sign-in.md \
	%D%/index-format.md \
	%D%/operating.md \
	%D%/performance.md \
	%D%/protocol.md \
	%D%/service-accounts.md \
	%D%/state-schema.md \
	%D%/symptoms.md \
	%D%/uids.md \
	%D%/ways-in.md
EXTRA_DIST += %D%/pictures
