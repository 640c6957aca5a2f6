# SPDX-License-Identifier: MIT
# common/json: strict JSON with typed getters. json-c.
