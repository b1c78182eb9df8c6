#!/bin/sh
# Starts Kerbwatch. Its memory is mostly pictures that live for a moment: the serial collector keeps the heap small,
# the default one lets it grow by 20 MB a camera.
exec java -XX:+UseSerialGC -jar "$(dirname "$0")/kerbwatch.jar" "$@"
