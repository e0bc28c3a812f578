COPY import_lines FROM STDIN
