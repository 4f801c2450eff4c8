<?php

namespace Hautelook\Phpass;

class PasswordHash
{
    private $rounds;

    public function __construct($rounds)
    {
        $this->rounds = $rounds;
    }
}
