@echo off
python main.py
