param($p)
Write-Host 'installed'
