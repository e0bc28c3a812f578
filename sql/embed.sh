#!/bin/sh
# Print C source that holds each given .sql file as a string. A file
# sql/query/NAME.sql becomes sql_NAME; the migrations sql/schema/NNN_*.sql
# become the table schema_steps, in the order given.
set -eu

quote()
{
	sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/	"/' -e 's/$/\\n"/' "$1"
}

echo '#include "sql/embedded.h"'
steps=0
for file in "$@"; do
	case $file in
	*/schema/*)
		steps=$((steps + 1))
		printf '\n\nstatic const char step_%d[] =\n' "$steps"
		quote "$file"
		echo ';'
		;;
	*)
		name=$(basename "$file" .sql)
		printf '\n\nconst char sql_%s[] =\n' "$name"
		quote "$file"
		echo ';'
		;;
	esac
done

printf '\n\nconst char *const schema_steps[] = {\n'
i=0
while [ "$i" -lt "$steps" ]; do
	i=$((i + 1))
	printf '\tstep_%d,\n' "$i"
done
printf '};\n\nconst int schema_version = %d;\n' "$steps"
