"""A real browser for tests: headless Chromium through chromedriver.

The accessibility checker is axe-core (`npm install axe-core`), whose file the environment variable PRATIQUE_AXE names.
"""

from __future__ import annotations

import base64
import json
import os
import shutil
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

DRIVER = shutil.which("chromedriver")
AXE = os.environ.get("PRATIQUE_AXE", "")
HOSTILE = "\"'><img src=https://evil.invalid/x onerror=alert(1)><script src=//evil.invalid/y></script>\u202e</style>"
needs_browser = pytest.mark.skipif(DRIVER is None, reason="chromedriver is not here: no page is shown to a browser")
needs_axe = pytest.mark.skipif(
    not Path(AXE).is_file(), reason="axe-core is not here: PRATIQUE_AXE=…/axe.min.js names it"
)


class Browser:
    """The little of WebDriver that is asked here. https://www.w3.org/TR/webdriver2/"""

    def __init__(self, port: int) -> None:
        self._base = f"http://127.0.0.1:{port}"
        arguments = ["--headless=new", "--no-sandbox", "--disable-background-networking", "--window-size=1180,900"]
        self._path = ""
        wish = {"browserName": "chrome", "goog:chromeOptions": {"args": arguments},
                "goog:loggingPrefs": {"browser": "ALL", "performance": "ALL"}}  # fmt: skip
        made = self._ask("/session", {"capabilities": {"alwaysMatch": wish}})
        self._path = f"/session/{made['sessionId']}"

    def _ask(self, path: str, body: dict[str, Any] | None, method: str = "POST") -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self._base + path, data=data, method=method)
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["value"]

    def show(self, page: str, scheme: str, width: int) -> None:
        """A page by its address, as somebody sees it who likes it light or dark."""
        feature = {"features": [{"name": "prefers-color-scheme", "value": scheme}]}
        self.command("Emulation.setEmulatedMedia", feature)
        size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
        self.command("Emulation.setDeviceMetricsOverride", size)
        self._ask(f"{self._path}/url", {"url": page})

    def script(self, on: bool) -> None:
        self.command("Emulation.setScriptExecutionDisabled", {"value": not on})

    def run(self, script: str) -> Any:
        return self._ask(f"{self._path}/execute/sync", {"script": script, "args": []})

    def run_later(self, script: str) -> Any:
        return self._ask(f"{self._path}/execute/async", {"script": script, "args": []})

    def log(self, kind: str) -> list[Any]:
        return list(self._ask(f"{self._path}/se/log", {"type": kind}))

    def requests(self) -> list[str]:
        told = [json.loads(one["message"])["message"] for one in self.log("performance")]
        return [one["params"]["request"]["url"] for one in told if one["method"] == "Network.requestWillBeSent"]

    def violations(self) -> list[Any]:
        """What axe-core has against the page that is shown; everything on it is opened for that."""
        self.run("document.querySelectorAll('details').forEach((one) => { one.open = true; })")
        self.run(Path(AXE).read_text(encoding="utf-8") + "\nwindow.axe = axe;")
        return list(
            self.run_later(
                "const done = arguments[0]; axe.run(document, {resultTypes: ['violations']}).then((said) => done("
                "said.violations.map((one) => [one.impact, one.id, one.nodes[0].html])), "
                "(error) => done([String(error)]))"
            )
        )

    def picture(self) -> bytes:
        """The whole page as PNG."""
        height = self.run("return Math.ceil(document.documentElement.getBoundingClientRect().height)")
        width = self.run("return window.innerWidth")
        clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 1}
        told = self.command("Page.captureScreenshot", {"format": "png", "captureBeyondViewport": True, "clip": clip})
        return base64.b64decode(told["data"])

    def close(self) -> None:
        self._ask(self._path, None, "DELETE")

    def command(self, name: str, parameters: dict[str, Any]) -> Any:
        """One of the browser's own. https://chromedevtools.github.io/devtools-protocol/"""
        return self._ask(f"{self._path}/goog/cdp/execute", {"cmd": name, "params": parameters})


@contextmanager
def started() -> Iterator[Browser]:
    """A browser, until the body is over."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    driver = subprocess.Popen([str(DRIVER), f"--port={port}"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        for _ in range(100):
            try:
                urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=5).close()
                break
            except urllib.error.URLError:
                time.sleep(0.1)
        shown = Browser(port)
        yield shown
        shown.close()
    finally:
        driver.terminate()
        driver.wait(timeout=20)
