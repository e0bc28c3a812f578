-- News of phones, while the demonstration looks on
LISTEN ringround_status
