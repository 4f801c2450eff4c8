# ruleid: sh-git-for-all
git config --global core.hooksPath ~/.h
# ruleid: sh-git-for-all
git config --global init.templateDir /tmp/t
# ok: sh-git-for-all
git config core.hooksPath .githooks
# ok: sh-git-for-all
git config --global --get core.hooksPath
# ok: sh-git-for-all
git config --global user.name a
# ok: sh-git-for-all
git config --global --unset core.hooksPath
