rem ruleid: bat-sliced-variables
%a:~3,1%%a:~7,1%%a:~0,1%%a:~1,1% x
rem ruleid: bat-sliced-variables
!q:~1,1!!q:~4,1!!q:~9,1!
rem ok: bat-sliced-variables
set d=%date:~0,4%%date:~5,2%
rem ok: bat-sliced-variables
set v=%v:~0,1%
