# ruleid: sh-publishes
npm publish --access public
# ruleid: sh-publishes
twine upload dist/*
# ruleid: sh-publishes
git push origin HEAD
# ok: sh-publishes
# npm publish
# ok: sh-publishes
npm pack
# ok: sh-publishes
git pull
