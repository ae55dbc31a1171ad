"""Rules for holdings: 852–878 in MFHD records, and item fields inside bibliographic records."""
