"""Where places are: postcodes, authorities and the statutory distance, offline."""
