# SPDX-License-Identifier: MIT
"""playpen.conf as a test writes it: sections of keys, None takes one out."""

from .dex import ISSUER

STANDARD = {
    "issuer": {"url": ISSUER, "allow_http": "yes"},
    "client": {"id": "playpen-login"},
    "identity": {"connectors": "local", "allow_new_users": "*"},
    "service.sudo": {"require_groups": "platform-admins"},
}


def conf_text(changes=None):
    sections = {name: dict(keys) for name, keys in STANDARD.items()}
    for name, keys in (changes or {}).items():
        sections.setdefault(name, {}).update(keys)
    lines = []
    for name, keys in sections.items():
        lines.append(f"[{name}]")
        lines += [f"{k} = {v}" for k, v in keys.items() if v is not None]
    return "\n".join(lines) + "\n"
