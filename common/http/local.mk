# SPDX-License-Identifier: MIT
# common/http: a bounded HTTP client. libcurl.
