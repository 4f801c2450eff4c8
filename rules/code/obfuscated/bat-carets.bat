rem ruleid: bat-carets
p^o^w^e^r^s^h^e^l^l -w hidden
rem ruleid: bat-carets
c^u^r^l https://c2.invalid
rem ok: bat-carets
echo a ^& b
rem ok: bat-carets
for /f %%i in ('dir ^| find "x"') do echo %%i
rem ok: bat-carets
if a == b ^
