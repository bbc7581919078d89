#!/bin/sh
# One swap with curl: sh swap.sh SOURCE TARGET RESULT
# MIEN_URL is where the service is, MIEN_TOKEN a token from `mien tokens create`.
set -eu
source=$1 target=$2 result=$3

# Blocks until the job is done. --fail-with-body: a refusal (4xx) ends the script, and is shown.
job=$(curl --silent --show-error --fail-with-body \
    -H "Authorization: Bearer $MIEN_TOKEN" \
    -F "options=-m" \
    -F "source_image=@\"$source\"" \
    -F "target_image_gif_or_video=@\"$target\"" \
    "$MIEN_URL/v1/faceswap/picsi") || { echo "$job" >&2; exit 1; }

# The words of the answer; a program with a JSON parser would use that.
word() { printf '%s' "$job" | sed -n "s/.*\"$1\":\"\([^\"]*\)\".*/\1/p"; }

# A long video answers `started` after a minute: ask until it is done.
while [ "$(word status)" = started ] || [ "$(word status)" = created ] || [ "$(word status)" = progress ]; do
    sleep 2
    job=$(curl --silent --show-error --fail-with-body -H "Authorization: Bearer $MIEN_TOKEN" \
        "$MIEN_URL/v1/faceswap/jobs/?jobid=$(word jobid)")
done
if [ "$(word status)" != completed ]; then
    echo "The job $(word status): $(word error)" >&2
    exit 1
fi

# The link is signed: it needs no token, and works for a day.
curl --silent --show-error --fail -o "$result" "$(printf '%s' "$job" | sed 's/.*"attachments":\[{"url":"\([^"]*\)".*/\1/')"
echo "$result"
