# SPDX-License-Identifier: MIT
# fuzz: fuzz targets and their corpora, replayed by make check.
