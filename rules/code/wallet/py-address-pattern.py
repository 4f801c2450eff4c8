# ruleid: py-address-pattern
bitcoin = re.compile("^(bc1|[13])[a-zA-HJ-NP-Z0-9]{25,39}$")
# ruleid: py-address-pattern
ethereum = re.compile("^0x[a-fA-F0-9]{40}$")
# ok: py-address-pattern
color = re.compile("^0x[a-fA-F0-9]{6}$")
# ok: py-address-pattern
name = "bc1 is a prefix"
