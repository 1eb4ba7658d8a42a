"""What a dynamic linker would map for each ELF file, and from where."""
