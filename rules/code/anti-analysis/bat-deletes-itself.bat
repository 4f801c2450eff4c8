rem ruleid: bat-deletes-itself
(goto) 2>nul & del "%~f0"
rem ruleid: bat-deletes-itself
del /f /q %0
rem ruleid: bat-deletes-itself
Remove-Item -Force $PSCommandPath
rem ok: bat-deletes-itself
cd /d "%~dp0"
rem ok: bat-deletes-itself
call "%~f0" x
rem ok: bat-deletes-itself
del /q a.tmp
