// `mlops drift` as the command line declares it.
import type { Operation } from '../operate.ts'
import type { Mode } from './report.ts'

/** `mlops drift`. */
export const driftOperation: Operation = {
  name: 'drift',
  usage: 'mlops drift --reference R.csv --current C.csv [flags]',
  summary:
    'Compares two CSV files column by column: what moved, how, and whether it is sure. Own mode reads files of any size in little memory; the others compute what those tools compute, and hold the columns in memory. Without --numeric, --categorical and --columns types are guessed from the reference, and shown.',
  flags: {
    reference: { value: 'FILE', doc: 'what was normal: CSV with a header row' },
    current: { value: 'FILE', doc: 'the window to judge' },
    mode: {
      value: 'MODE',
      doc: 'own (sure at any window size, corrected for the number of columns), evidently or nannyml',
      choices: ['own', 'evidently', 'nannyml'],
      default: 'own',
    },
    numeric: { value: 'NAMES', doc: 'columns to compare as numbers, a,b; repeatable', multiple: true },
    categorical: { value: 'NAMES', doc: 'columns to compare as categories', multiple: true },
    columns: { value: 'NAMES', doc: 'columns to compare, their type guessed', multiple: true },
    chunk: {
      value: 'rows:N',
      doc: 'nannyml: chunks that thresholds are learned from (a tenth of the reference)',
    },
    output: {
      short: 'o',
      value: 'FORMAT',
      doc: 'table, json or csv (a line for each statistic)',
      choices: ['table', 'json', 'csv'],
      default: 'table',
    },
    fail: { doc: 'exit code 1 where drift was found' },
  },
  async run(words, flag, on, all) {
    const { driftVerb } = await import('../drift-verb.ts')
    return driftVerb(words, {
      reference: flag('reference'),
      current: flag('current'),
      mode: flag('mode') as Mode,
      numeric: all('numeric'),
      categorical: all('categorical'),
      columns: all('columns'),
      chunk: flag('chunk'),
      output: flag('output')!,
      fail: on('fail'),
    })
  },
}
