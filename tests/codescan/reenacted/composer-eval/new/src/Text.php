<?php

namespace Acme\Text;

final class Text
{
    public static function trim(string $text): string
    {
        return trim($text);
    }
}
