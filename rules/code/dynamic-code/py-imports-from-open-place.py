import sys
# ruleid: py-imports-from-open-place
sys.path.insert(0, "/tmp/a.zip")
# ruleid: py-imports-from-open-place
sys.path.append("/dev/shm/a")
# ok: py-imports-from-open-place
sys.path.insert(0, os.path.dirname(__file__))
# ok: py-imports-from-open-place
sys.path.append("vendor")
