"""Kind of data: tables of sensor readings."""
