rem ruleid: bat-decodes-file
certutil -decode a.txt a.exe
rem ruleid: bat-decodes-file
CertUtil -f -decodehex a.txt a.dll
rem ok: bat-decodes-file
certutil -hashfile a.zip SHA256
rem ok: bat-decodes-file
rem certutil -decode a b
