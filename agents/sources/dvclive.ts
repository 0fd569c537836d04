// The tables that DVCLive appends to: one metric a file, `plots/metrics/train/loss.tsv` is `train/loss`. All of
// one DVCLive directory are one run. Source: dvclive, plots/metric.py (Metric.output_path, dump).
import { isTimeName } from './cells.ts'
import { csv } from './csv.ts'
import { dvcliveFile } from './dvclive-place.ts'
import type { ReadContext, Sink } from './format.ts'
import type { FormatParts } from './lazy-format.ts'

/** Other columns than the metric's own are kept apart from it, below its name. */
function keyOf(key: string, column: string): string {
  return column === key || key.endsWith(`/${column}`) ? key : `${key}/${column}`
}

/** A sink that calls the metric after its file; the column of times, which old versions have, is none. */
function nameMetric(sink: Sink, key: string): Sink {
  return {
    ...sink,
    point(column, step, time, value) {
      if (!isTimeName(column)) sink.point(keyOf(key, column), step, time, value)
    },
  }
}

/** Metrics of DVCLive. */
export const dvclive: FormatParts = {
  sniff: csv.sniff,
  open(saved, filePath = '') {
    const reader = csv.open(saved)
    const key = dvcliveFile(filePath)?.key
    if (key === undefined) return reader
    const named = (context: ReadContext) => ({ ...context, sink: nameMetric(context.sink, key) })
    return {
      read: (bytes, context) => reader.read(bytes, named(context)),
      get stopped() {
        return reader.stopped
      },
      rotated: reader.rotated,
      save: reader.save,
    }
  },
}
