def drop(data)
  path = "/tmp/.x"
  File.binwrite(path, data)
  File.chmod(0o755, path)
  # ruleid: rb-runs-what-it-wrote
  system(path)
end

def honest(path, text)
  File.write(path, text)
  # ok: rb-runs-what-it-wrote
  system("rubocop", path)
end
