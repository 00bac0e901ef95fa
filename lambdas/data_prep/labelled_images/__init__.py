"""Kind of data: pictures, and a table that labels them."""
