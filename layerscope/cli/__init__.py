"""The command line: arguments and exit codes, no analysis; one file for each command."""
