# ruleid: cmake-source-of-branch
  GIT_TAG main
# ruleid: cmake-source-of-branch
FetchContent_Declare(z GIT_REPOSITORY https://g.invalid/z GIT_TAG origin/master)
# ok: cmake-source-of-branch
  GIT_TAG v1.0.0
# ok: cmake-source-of-branch
  GIT_TAG release-1.12
