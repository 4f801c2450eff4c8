# ruleid: sh-repository-by-api
gh repo create loot --public
# ruleid: sh-repository-by-api
curl -H "Authorization: token $T" https://api.invalid/user/repos -d x
# ruleid: sh-repository-by-api
gh ssh-key add k.pub
# ok: sh-repository-by-api
gh repo clone a/b
# ok: sh-repository-by-api
gh pr create
# ok: sh-repository-by-api
gh release create v1
