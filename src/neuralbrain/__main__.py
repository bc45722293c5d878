"""`python -m neuralbrain` is `neuralbrain`."""

from neuralbrain.cli import main

main()
