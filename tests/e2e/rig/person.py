# SPDX-License-Identifier: MIT
"""A person at Dex's pages, twice: a quick one that fills in the forms over
HTTP, and one who sits in front of a real Chromium."""

import html.parser
import http.cookiejar
import re
import ssl
import urllib.parse
import urllib.request

from .dex import PASSWORD, email


class _Page(html.parser.HTMLParser):
    """The forms and links of a page."""

    def __init__(self, url, text):
        super().__init__()
        self.url = url
        self.text = text
        self.forms = []
        self.links = []
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        if tag == "form":
            self.forms.append({"action": attrs.get("action") or "", "fields": {}})
        elif tag == "input" and self.forms and attrs.get("name"):
            fields = self.forms[-1]["fields"]
            fields[attrs["name"]] = attrs.get("value") or ""
        elif tag == "a":
            self.links.append(attrs.get("href") or "")

    def form_with(self, field, value=None):
        for form in self.forms:
            if field in form["fields"] and value in (None, form["fields"][field]):
                return form
        return None


class QuickPerson:
    """Signs in and decides without a browser: about 0.1 s."""

    def __init__(self, name, connector="local", password=PASSWORD, ca_file=None):
        self.login = email(name) if connector == "local" else name
        self.password = password
        self.connector = connector
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self._opener = urllib.request.build_opener(jar, self._tls(ca_file))

    @staticmethod
    def _tls(ca_file):
        context = ssl.create_default_context(cafile=ca_file)
        return urllib.request.HTTPSHandler(context=context)

    def approve(self, url):
        """Opens the complete URL and approves; gives the last page's text."""
        page = self._sign_in(url)
        form = page.form_with("approval", "approve")
        assert form, f"no way to approve on {page.url}: {page.text}"
        page = self._submit(page, form)
        assert "successful" in page.text.lower(), page.text
        return page.text

    def deny(self, url):
        page = self._sign_in(url)
        form = page.form_with("approval", "rejected")
        assert form, f"no way to refuse on {page.url}: {page.text}"
        try:
            return self._submit(page, form).text
        except urllib.error.HTTPError as refusal:
            return refusal.read().decode()

    def sign_in(self, url):
        """Approves; the browser is sent to where the program listens. Gives the
        text of the page there."""
        page = self._sign_in(url)
        form = page.form_with("approval", "approve")
        return (self._submit(page, form) if form else page).text

    def fetch_code(self, url):
        """The other way round: approves, and copies the code off the page."""
        page = self._sign_in(url)
        page = self._submit(page, page.form_with("approval", "approve"))
        assert "copy this code" in page.text, page.text
        return re.search(r'value="([^"]+)"', page.text).group(1)

    def _sign_in(self, url):
        page = self._open(url)
        if page.form_with("user_code"):
            page = self._submit(page, page.form_with("user_code"))
        if not page.form_with("password"):
            page = self._open(self._link_to_connector(page))
        form = page.form_with("password")
        form["fields"].update(login=self.login, password=self.password)
        return self._submit(page, form)

    def _link_to_connector(self, page):
        for link in page.links:
            if f"/auth/{self.connector}" in link:
                return urllib.parse.urljoin(page.url, link)
        raise AssertionError(f"no connector {self.connector}: {page.text}")

    def _submit(self, page, form):
        url = urllib.parse.urljoin(page.url, form["action"])
        return self._open(url, urllib.parse.urlencode(form["fields"]).encode())

    def _open(self, url, data=None):
        with self._opener.open(url, data, timeout=10) as answer:
            return _Page(answer.url, answer.read().decode())


class BrowserPerson:
    """The same with the eyes and hands of a person in Chromium."""

    def __init__(self, browser, name, connector="Email"):
        self.browser = browser
        self.login = email(name) if connector == "Email" else name
        self.connector = connector

    def approve(self, url):
        self._sign_in(url)
        self.browser.press("Grant Access")
        return self.browser.wait_for_text("Login Successful")

    def sign_in(self, url):
        """The same where the program listens on this machine."""
        self._sign_in(url, submit=False)
        self.browser.press("Grant Access")
        return self.browser.wait_for_text("close this window")

    def deny(self, url):
        self._sign_in(url)
        self.browser.press("Cancel")
        return self.browser.text()

    def _sign_in(self, url, submit=True):
        self.browser.open(url)
        if submit:
            self.browser.press("Submit")
        self.browser.wait_for_text("Log in")
        if "Log in with " + self.connector in self.browser.text():
            self.browser.press("Log in with " + self.connector)
        self.browser.fill("login", self.login)
        self.browser.fill("password", PASSWORD)
        self.browser.press("Login")
