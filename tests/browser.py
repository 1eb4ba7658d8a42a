"""Chromium without a window, driven as a person would: pages are opened from files, and what they ask for is noted."""

import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service

# A container has little shared memory and often no other user than root, which Chromium's sandbox refuses.
_OPTIONS = ("--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--disable-gpu", "--window-size=1280,900")


class Browser:
    """A running Chromium."""

    def __init__(self, driver: webdriver.Chrome) -> None:
        self.driver = driver

    def open(self, page: Path) -> None:
        """Open a file, everything noted before forgotten."""
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(page.as_uri())

    def do(self, script: str, *arguments: Any) -> Any:
        """Run a script in the page, beside its policy."""
        return self.driver.execute_script(script, *arguments)

    def do_later(self, script: str) -> Any:
        """Run a script that calls its last argument when it is done."""
        return self.driver.execute_async_script(script)

    def tell(self, command: str, **parameters: Any) -> Any:
        """Give the browser itself a command of its DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def prefer(self, **features: str) -> None:
        """Say what the system prefers, as `color_scheme="dark"`."""
        named = [{"name": f"prefers-{name.replace('_', '-')}", "value": value} for name, value in features.items()]
        self.tell("Emulation.setEmulatedMedia", features=named)

    def complaints(self) -> list[str]:
        """What stands in the console since the page was opened."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """The addresses that were asked for since the page was opened."""
        messages = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        return [
            message["params"]["request"]["url"]
            for message in messages
            if message["method"] == "Network.requestWillBeSent"
        ]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that is gone afterwards."""
    options = Options()
    options.binary_location = shutil.which("chromium") or ""
    for option in _OPTIONS:
        options.add_argument(option)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        yield Browser(driver)
    finally:
        driver.quit()
