# SPDX-License-Identifier: MIT
"""The Flask application of docs/how-to/applications.md."""

import os

import jwt
import requests
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, redirect, request, session

ISSUER = os.environ["OIDC_ISSUER"]
app = Flask(__name__)
app.secret_key = os.urandom(32)
oauth = OAuth(app)
oauth.register(
    name="dex",
    client_id=os.getenv("OIDC_CLIENT_ID"),
    client_secret=os.getenv("OIDC_CLIENT_SECRET"),
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_kwargs={"scope": "openid email profile"},
)


@app.route("/login")
def login():
    return oauth.dex.authorize_redirect(os.environ["OIDC_REDIRECT_URI"])


@app.route("/callback")
def callback():
    token = oauth.dex.authorize_access_token()
    session["sub"] = token["userinfo"]["sub"]
    return redirect("/")


@app.route("/")
def home():
    return f"sub={session.get('sub')}"


def verify(token, keys, audience, issuer):
    """Returns the claims. PyJWT wants one key, not the set."""
    kid = jwt.get_unverified_header(token)["kid"]
    (key,) = [k for k in jwt.PyJWKSet.from_dict(keys).keys if k.key_id == kid]
    return jwt.decode(token, key.key, algorithms=["RS256"], audience=audience, issuer=issuer,
                      options={"require": ["exp", "iat", "sub"]})


@app.route("/api")
def api():
    """For services, which send a token made for this application."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    keys = requests.get(f"{ISSUER}/keys", timeout=10).json()
    try:
        claims = verify(token, keys, os.getenv("OIDC_CLIENT_ID"), ISSUER)
    except (jwt.PyJWTError, ValueError, KeyError):
        abort(401)
    return f"{kind} {claims['sub']}"


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ["PORT"]))
