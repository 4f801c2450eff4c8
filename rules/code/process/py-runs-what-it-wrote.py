import os
import subprocess
import urllib.request

def one(path, body):
    # ruleid: py-runs-what-it-wrote
    with open(path, "wb") as file:
        file.write(body)
    subprocess.Popen([path])

def two(path):
    # ruleid: py-runs-what-it-wrote
    urllib.request.urlretrieve(url, path)
    os.startfile(path)

def three(path):
    # ruleid: py-runs-what-it-wrote
    os.chmod(path, 0o755)
    subprocess.call([path, "--quiet"])

def four(path, body):
    # ok: py-runs-what-it-wrote
    with open(path, "wb") as file:
        file.write(body)
    print(path)

def five(path, other):
    # ok: py-runs-what-it-wrote
    path.write_text("a")
    subprocess.run([other])
