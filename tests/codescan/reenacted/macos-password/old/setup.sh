#!/bin/sh
mkdir -p "$HOME/.pkg"
