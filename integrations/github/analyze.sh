#!/usr/bin/env bash
# Takes an image apart in a job on GitHub: reports into a folder, annotations into the log, tables into the job's summary.
# Wants IMAGE and REPORTS, and layerscope on PATH; DOCKERFILE may be empty. LAYERSCOPE_CONFIG, LAYERSCOPE_BASELINE and
# LAYERSCOPE_PURPOSE are layerscope's own. A budget that is broken does not end it: the code of `layerscope analyze` goes
# into the output.
set -uo pipefail

mkdir -p "$REPORTS" || exit
REPORTS=$(cd "$REPORTS" && pwd) || exit

layerscope analyze --quiet --json "$REPORTS/report.json" --report "md=$REPORTS/report.md" \
    --report "sarif=$REPORTS/report.sarif" --report "text=$REPORTS/report.txt" --report github=- \
    ${DOCKERFILE:+--dockerfile "$DOCKERFILE"} -- "$IMAGE"
code=$?

if [[ -f ${LAYERSCOPE_BASELINE:-} && -f $REPORTS/report.json ]]; then
    layerscope diff --quiet --json "$REPORTS/diff.json" --report "md=$REPORTS/diff.md" \
        --report "text=$REPORTS/diff.txt" -- "$LAYERSCOPE_BASELINE" "$REPORTS/report.json" >/dev/null ||
        echo "::warning::layerscope could not compare the image with its baseline"
fi

# What a report holds out of an image must not be taken for a command to the runner.
word=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
for text in "$REPORTS/diff.txt" "$REPORTS/report.txt"; do
    if [[ -f $text ]]; then printf '::stop-commands::%s\n%s\n::%s::\n' "$word" "$(<"$text")" "$word"; fi
done
for page in "$REPORTS/diff.md" "$REPORTS/report.md"; do
    if [[ -f $page ]]; then cat "$page" >>"$GITHUB_STEP_SUMMARY"; fi
done
printf 'exit-code=%s\nreports=%s\n' "$code" "$REPORTS" >>"$GITHUB_OUTPUT"
