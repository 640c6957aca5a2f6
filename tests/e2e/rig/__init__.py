# SPDX-License-Identifier: MIT
"""What the end-to-end tests are made of: hosts, Dex, browsers, terminals."""
