# ruleid: rb-dns-text
r = dns.getresources("t.example.invalid", Resolv::DNS::Resource::IN::TXT)
# ok: rb-dns-text
r = dns.getresources("t.example.invalid", Resolv::DNS::Resource::IN::MX)
# not ::TXT
