// Runs and points as two files: JSON lines or CSV. Runs are as `mlops get runs` prints them.
import { csvLine, csvTable } from '../cli/csv.ts'
import { jsonLines, jsonText } from '../cli/json.ts'
import type { Item } from '../resources/define.ts'
import type { Export, Exported } from './file-store.ts'
import type { Target } from './folder.ts'
import { type Loaded, pointLines, pointsOf } from './points.ts'

/** Records of runs, made one at a time, again each time they are gone through. */
const recordsOf = (items: readonly Item[]) => ({
  *[Symbol.iterator]() {
    for (const item of items) yield item.record()
  },
})

/** Pieces of one series. */
type SeriesText = (run: string, loaded: Loaded) => Iterable<string>

const iso = (time: number) => new Date(time)

const jsonSeries: SeriesText = (run, { key, columns }) => {
  const head = `{"run":${jsonText(run)},"key":${jsonText(key)},"step":`
  return pointLines(
    columns,
    (step, time, value) =>
      `${head}${jsonText(step)},"time":${jsonText(iso(time))},"value":${jsonText(value)}}\n`,
  )
}

const csvSeries: SeriesText = (run, { key, columns }) =>
  pointLines(columns, (step, time, value) => csvLine([run, key, step, iso(time), value]))

/** Writes `runs` and `points` in a form. `items` are the rows of the runs, in the same order. */
export async function writeTables(
  target: Target,
  format: 'jsonl' | 'csv',
  { link, runs, onRun }: Export,
  items: readonly Item[],
): Promise<Exported> {
  const records = recordsOf(items)
  const isJson = format === 'jsonl'
  let count = 0
  async function* points(): AsyncGenerator<string> {
    if (!isJson) yield csvLine(['run', 'key', 'step', 'time', 'value'])
    const text = isJson ? jsonSeries : csvSeries
    for (const { id } of runs) {
      const keys = [...(link.world().series.get(id)?.keys() ?? [])]
      for await (const loaded of pointsOf(link, id, keys)) {
        count += loaded.columns.times.length
        yield* text(id, loaded)
      }
      onRun()
    }
  }
  await target.file(`runs.${format}`, isJson ? jsonLines(records) : csvTable(records))
  await target.file(`points.${format}`, points())
  return { runs: runs.length, points: count }
}
