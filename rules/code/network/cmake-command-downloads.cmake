# ruleid: cmake-command-downloads
execute_process(COMMAND curl -fsSL https://get.invalid/a -o a)
# ruleid: cmake-command-downloads
execute_process(
  COMMAND ${CURL_EXECUTABLE} -O ${URL})
# ok: cmake-command-downloads
find_package(CURL REQUIRED)
# ok: cmake-command-downloads
execute_process(COMMAND curl-config --version)
