"""`python -m scanner.cli`: the same command without an installed script."""

from scanner.cli import main

if __name__ == "__main__":
    main()
