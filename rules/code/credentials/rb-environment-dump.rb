# ruleid: rb-environment-dump
text = ENV.to_h.to_json
# ruleid: rb-environment-dump
text = ENV.map { |k, v| "#{k}=#{v}" }.join("\n")
# ok: rb-environment-dump
home = ENV["HOME"]
# ok: rb-environment-dump
child = ENV.to_h.merge("LANG" => "C")
