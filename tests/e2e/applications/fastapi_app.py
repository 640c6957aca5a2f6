# SPDX-License-Identifier: MIT
"""The FastAPI application of docs/how-to/applications.md."""

import os

import uvicorn
from authlib.integrations.starlette_client import OAuth
from fastapi import FastAPI, Request
from fastapi.responses import PlainTextResponse, RedirectResponse
from starlette.config import Config
from starlette.middleware.sessions import SessionMiddleware

config = Config()
app = FastAPI()
app.add_middleware(SessionMiddleware, secret_key=os.urandom(32).hex())
oauth = OAuth(config)
oauth.register(
    name="dex",
    client_id=config("OIDC_CLIENT_ID"),
    client_secret=config("OIDC_CLIENT_SECRET"),
    server_metadata_url=config("OIDC_ISSUER") + "/.well-known/openid-configuration",
    client_kwargs={"scope": "openid email profile"},
)


@app.get("/login")
async def login(request: Request):
    redirect_uri = str(request.url_for("callback"))  # it is a URL object
    return await oauth.dex.authorize_redirect(request, redirect_uri)


@app.get("/callback")
async def callback(request: Request):
    token = await oauth.dex.authorize_access_token(request)
    request.session["sub"] = token["userinfo"]["sub"]
    return RedirectResponse("/")


@app.get("/")
async def home(request: Request):
    return PlainTextResponse(f"sub={request.session.get('sub')}")


if __name__ == "__main__":
    uvicorn.run(app, host="127.0.0.1", port=int(os.environ["PORT"]))
