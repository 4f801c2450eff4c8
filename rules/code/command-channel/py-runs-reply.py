import os
import subprocess

import requests

def one(connection):
    command = connection.recv(1024).decode()
    # ruleid: py-runs-reply
    subprocess.Popen(command, shell=True)

def two():
    # ruleid: py-runs-reply
    os.system(requests.get(url).text)

# ok: py-runs-reply
os.system(command)
# ok: py-runs-reply
subprocess.run(["tool", requests.get(url).text])
