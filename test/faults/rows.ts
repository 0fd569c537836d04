// The rows of the logs that the fault tests write: each is a pure function of its file and number, so that
// the files themselves are the truth that the store is compared with.

/** The logs of a place and the columns of each, the step apart. */
export const LOGS: Readonly<Record<string, readonly string[]>> = {
  'alpha.csv': ['loss', 'accuracy', 'lr', 'grad_norm'],
  'beta.csv': ['loss', 'val_loss'],
  'gamma.jsonl': ['loss', 'reward', 'entropy'],
  'delta.jsonl': ['loss'],
}

/** A value of a series; every hundredth or so is not finite. */
export function valueAt(column: number, step: number): number {
  const turn = (step + column * 7) % 307
  if (turn === 97) return Number.NaN
  if (turn === 197) return Number.POSITIVE_INFINITY
  if (turn === 297) return Number.NEGATIVE_INFINITY
  return Math.sin(step / 50 + column) / (1 + column) + ((step * 2654435761) % 1000) / 7e4
}

/** As Python's csv and json modules write a float. */
const python = (value: number) =>
  Number.isNaN(value) ? 'NaN' : Number.isFinite(value) ? String(value) : value > 0 ? 'Infinity' : '-Infinity'

/** The text of rows [from, to) of a log; a table's header comes before its row 0. */
export function rowsText(file: string, from: number, to: number): string {
  const columns = LOGS[file]!
  const lines: string[] = []
  const csv = file.endsWith('.csv')
  if (csv && from === 0) lines.push(['step', ...columns].join(','))
  for (let step = from; step < to; step++) {
    const values = columns.map((_, column) => python(valueAt(column, step)))
    const fields = columns.map((name, column) => `"${name}": ${values[column]}`)
    lines.push(csv ? [step, ...values].join(',') : `{"step": ${step}, ${fields.join(', ')}}`)
  }
  return lines.map((line) => `${line}\n`).join('')
}
