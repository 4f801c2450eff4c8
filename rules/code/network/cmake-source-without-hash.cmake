# ruleid: cmake-source-without-hash
FetchContent_Declare(x URL https://get.invalid/x.tgz)
# ruleid: cmake-source-without-hash
ExternalProject_Add(y
  URL https://get.invalid/y.tgz
  CONFIGURE_COMMAND "")
# ok: cmake-source-without-hash
FetchContent_Declare(x URL https://get.invalid/x.tgz URL_HASH SHA256=00)
# ok: cmake-source-without-hash
FetchContent_Declare(z GIT_REPOSITORY https://g.invalid/z GIT_TAG v1.0)
# ok: cmake-source-without-hash
ExternalProject_Add(w URL ${CMAKE_SOURCE_DIR}/w.tgz)
