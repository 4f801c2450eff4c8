# ruleid: py-publish
subprocess.run([sys.executable, "-m", "twine", "upload", "dist/*"])
# ruleid: py-publish
os.system("twine upload dist/*")
# ruleid: py-publish
subprocess.run(["npm", "publish"])
# ok: py-publish
subprocess.run([sys.executable, "-m", "twine", "check", "dist/*"])
# ok: py-publish
client.upload("dist")
