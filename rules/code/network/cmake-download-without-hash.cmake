# ruleid: cmake-download-without-hash
file(DOWNLOAD https://get.invalid/a.tgz ${CMAKE_BINARY_DIR}/a.tgz)
# ruleid: cmake-download-without-hash
file(DOWNLOAD
  "${URL}" "${OUT}"
  SHOW_PROGRESS STATUS s)
# ok: cmake-download-without-hash
file(DOWNLOAD https://get.invalid/a.tgz a.tgz EXPECTED_HASH SHA256=${H})
# ok: cmake-download-without-hash
file(READ a.txt A)
# ok: cmake-download-without-hash
# file(DOWNLOAD x y)
