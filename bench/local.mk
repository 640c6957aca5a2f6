# SPDX-License-Identifier: MIT
# bench: measurements, never part of a test.
