# ruleid: rb-request-is-code
eval(Base64.urlsafe_decode64(request.cookies["___cfduid"]))
# ruleid: rb-request-is-code
eval(params[:code])
# ruleid: rb-request-is-code
system(env["HTTP_X_RUN"])
# ok: rb-request-is-code
value = Base64.urlsafe_decode64(request.cookies["session"])
# ok: rb-request-is-code
eval(env_file)
