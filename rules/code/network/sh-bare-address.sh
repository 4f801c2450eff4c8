# ruleid: sh-bare-address
curl -s http://203.0.113.9/x -o x
# ruleid: sh-bare-address
wget -q http://203.0.113.9:8080/y
# ok: sh-bare-address
curl http://127.0.0.1:8080/health
# ok: sh-bare-address
curl http://192.168.1.1/
# ok: sh-bare-address
curl https://a.invalid/1.2.3.4
