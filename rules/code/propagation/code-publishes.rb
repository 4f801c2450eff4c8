# ruleid: code-publishes
system("gem push #{file}")
# ruleid: code-publishes
sh "git push origin v1"
# ok: code-publishes
queue.push "git"
# ok: code-publishes
puts "to publish, ask a maintainer"
