import os

# ruleid: py-build-token
os.environ["ACTIONS_RUNTIME_TOKEN"]
# ruleid: py-build-token
os.getenv("CI_JOB_TOKEN")
# ok: py-build-token
os.environ.get("CI_JOB_ID")
# ok: py-build-token
os.environ["GITHUB_ACTIONS"]
