import subprocess
import sys

# ruleid: py-inline-program
subprocess.Popen([sys.executable, "-c", code])
# ruleid: py-inline-program
subprocess.run(["python3", "-c", code], check=True)
# ruleid: py-inline-program
os.system("python -c 'import a'")
# ok: py-inline-program
subprocess.run([sys.executable, "-m", "build"])
# ok: py-inline-program
subprocess.run(["gcc", "-c", path])
