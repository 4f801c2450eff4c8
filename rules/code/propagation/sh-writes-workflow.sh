# ruleid: sh-writes-workflow
cat > .github/workflows/x.yml <<E
# ruleid: sh-writes-workflow
cp /tmp/w "$d/.github/workflows/format.yml"
# ok: sh-writes-workflow
ls .github/workflows/
# ok: sh-writes-workflow
cat .github/workflows/ci.yml
# ok: sh-writes-workflow
actionlint .github/workflows/*.yml
