"""Kind of data: pictures, and a table that tells boxes around what is in them."""
