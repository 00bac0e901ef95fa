"""Sensors in zones: tables of any layout become one table a site and time block, on a regular grid."""
