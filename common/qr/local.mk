# SPDX-License-Identifier: MIT
# common/qr: a text as a matrix of QR modules. libqrencode.
