"""Readers of all file formats that can be imported: yield rows, parts, faults and remarks."""
