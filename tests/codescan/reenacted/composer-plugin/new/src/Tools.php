<?php

namespace Acme\Tools;

final class Tools
{
}
