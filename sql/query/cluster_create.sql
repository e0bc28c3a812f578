-- The database of the embedded cluster
CREATE DATABASE ringround
