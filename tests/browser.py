"""A headless Chromium that is driven through its DevTools protocol over two pipes; no extra package."""

import json
import os
import select
import shutil
import subprocess
import sys
import time

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SKIP = "no Chromium on the PATH (Debian: apt-get install chromium); the page was not opened"
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",  # fd 3 in, fd 4 out, messages end with a zero byte
    "--no-sandbox",  # tests may run as root in a container
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND",  # no name leads anywhere: the network is off
)
# becomes the browser, with the two pipes where it looks for them
LAUNCHER = """
import fcntl, os, sys
ends = [fcntl.fcntl(int(end), fcntl.F_DUPFD, 10) for end in sys.argv[1:3]]
os.dup2(ends[0], 3), os.dup2(ends[1], 4)
os.execv(sys.argv[3], sys.argv[3:])
"""
KEYS = {
    "Enter": (13, "\r"),
    " ": (32, " "),
    "Escape": (27, ""),
    "Tab": (9, ""),
    "PageDown": (34, ""),
}


def find_chromium():
    """Path of a Chromium, or None."""
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page of a headless browser; use it in a with statement."""

    def __init__(self, command, profile, *, timeout=30):
        self.timeout, self.count, self.left, self.events = timeout, 0, b"", []
        theirs, self.to = os.pipe()
        self.back, out = os.pipe()
        launch = [sys.executable, "-c", LAUNCHER, str(theirs), str(out)]
        self.process = subprocess.Popen(
            [*launch, command, *FLAGS, f"--user-data-dir={profile}", "about:blank"],
            pass_fds=(theirs, out),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs)
        os.close(out)
        self.session = None
        try:
            self._attach()
        except BaseException:
            self.__exit__()
            raise

    def _attach(self):
        """Listen to the page and cut it off from the network."""
        target = self._first_page()
        self.session = self.call("Target.attachToTarget", targetId=target, flatten=True)[
            "sessionId"
        ]
        for domain in ("Page", "Runtime", "Network"):
            self.call(f"{domain}.enable")
        speed = {"latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
        self.call("Network.emulateNetworkConditions", offline=True, **speed)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        try:
            self.session = None
            self.call("Browser.close")
            self.process.wait(self.timeout)
        except (OSError, TimeoutError, subprocess.TimeoutExpired):
            self.process.kill()
            self.process.wait()
        finally:
            os.close(self.to)
            os.close(self.back)

    def _first_page(self):
        """The id of the page that the browser opens with."""
        end = time.monotonic() + self.timeout
        while time.monotonic() < end:
            for target in self.call("Target.getTargets")["targetInfos"]:
                if target["type"] == "page":
                    return target["targetId"]
            time.sleep(0.05)
        raise TimeoutError("the browser opened no page")

    def call(self, method, **params):
        """The result of one command; events that come before it are kept."""
        self.count += 1
        own = self.count
        message = {"id": own, "method": method, "params": params}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.to, json.dumps(message).encode() + b"\0")
        while (answer := self._read()).get("id") != own:
            self.events.append(answer)
        if "error" in answer:
            raise RuntimeError(f"{method}: {answer['error']['message']}")
        return answer["result"]

    def _read(self):
        """The next message of the browser."""
        while b"\0" not in self.left:
            if not select.select([self.back], [], [], self.timeout)[0]:
                raise TimeoutError(f"the browser said nothing for {self.timeout} s")
            chunk = os.read(self.back, 1 << 16)
            if not chunk:
                raise OSError("the browser has ended")
            self.left += chunk
        message, _, self.left = self.left.partition(b"\0")
        return json.loads(message)

    def open(self, path, *, width=1280, height=900):
        """Load the file `path` in a window of this size and wait until it is there."""
        size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 700}
        self.call("Emulation.setDeviceMetricsOverride", **size)
        self.events.clear()
        self.call("Page.navigate", url=path.resolve().as_uri())
        self.wait("document.readyState === 'complete' && location.protocol === 'file:'")

    def run(self, script):
        """The value of a JavaScript expression in the page."""
        found = self.call("Runtime.evaluate", expression=script, returnByValue=True)
        if "exceptionDetails" in found:
            raise RuntimeError(found["exceptionDetails"]["exception"]["description"])
        return found["result"].get("value")

    def wait(self, script):
        """Nothing, as soon as the expression is true."""
        end = time.monotonic() + self.timeout
        while not self.run(script):
            if time.monotonic() > end:
                raise TimeoutError(f"never true: {script}")
            time.sleep(0.02)

    def click(self, element):
        """A real click in the middle of the element that the expression `element` gives."""
        self.run(f"{element}.scrollIntoView({{block: 'center', behavior: 'instant'}})")
        box = self.run(
            f"(() => {{const r = {element}.getClientRects()[0];"
            " return [r.x + r.width / 2, r.y + r.height / 2]})()"
        )
        self.click_at(*box)

    def click_at(self, x, y):
        """A real click at a point of the window."""
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key):
        """A real key press."""
        code, text = KEYS[key]
        about = {"key": key, "windowsVirtualKeyCode": code, "code": "Space" if key == " " else key}
        self.call(
            "Input.dispatchKeyEvent", type="keyDown" if text else "rawKeyDown", text=text, **about
        )
        self.call("Input.dispatchKeyEvent", type="keyUp", **about)

    def requested(self):
        """Addresses of everything that the page has asked for since it was opened."""
        asked = [e for e in self.events if e.get("method") == "Network.requestWillBeSent"]
        return [event["params"]["request"]["url"] for event in asked]

    def complaints(self):
        """Exceptions that the page's scripts have thrown since it was opened."""
        thrown = [e for e in self.events if e.get("method") == "Runtime.exceptionThrown"]
        return [event["params"]["exceptionDetails"]["text"] for event in thrown]

    def picture(self):
        """The window as PNG, in base64."""
        return self.call("Page.captureScreenshot", format="png")["data"]
