# SPDX-License-Identifier: MIT
"""A real Chromium without a window, used by what a person can see."""

from selenium import webdriver
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

OPTIONS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--no-first-run",
    "--window-size=900,900",
]
SECONDS = 20


class Browser:
    def __init__(self, profile):
        options = webdriver.ChromeOptions()
        options.binary_location = "/usr/bin/chromium"
        for option in [*OPTIONS, f"--user-data-dir={profile}"]:
            options.add_argument(option)
        service = Service("/usr/bin/chromedriver")
        self._driver = webdriver.Chrome(service=service, options=options)

    def close(self):
        self._driver.quit()

    def open(self, url):
        self._driver.delete_all_cookies()
        self._driver.get(url)

    def text(self):
        """The page's; once more when the page changed under the hands."""
        return self._wait(lambda d: d.find_element(By.TAG_NAME, "html").text or " ")

    def picture(self, path):
        self._driver.save_screenshot(str(path))

    def wait_for_text(self, text):
        self._wait(lambda d: text.lower() in self.text().lower())
        return self.text()

    def fill(self, name, value):
        self._find(f"//input[@name='{name}']").send_keys(value)

    def press(self, label):
        """Presses the button, or follows the link, that says so."""
        says = f"contains(normalize-space(.), '{label}')"
        place = f"//button[{says}] | //a[{says}] | //input[@value='{label}']"
        self._wait(lambda d: d.find_element(By.XPATH, place).click() or True)

    def _find(self, xpath):
        return self._wait(lambda d: d.find_element(By.XPATH, xpath))

    def _wait(self, condition):
        ignored = webdriver.remote.webdriver.WebDriverException
        wait = WebDriverWait(self._driver, SECONDS, 0.05, [ignored])
        return wait.until(condition)
