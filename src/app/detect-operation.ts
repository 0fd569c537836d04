// What `mlops detect` takes.
import { usageError } from '../cli/cli-error.ts'
import type { Operation } from './operate.ts'

/** `mlops detect`. */
export const detectOperation: Operation = {
  name: 'detect',
  usage: 'mlops detect FILE --column NAME [flags]',
  summary:
    'Where a column of a table changes, read row by row by a drift detector: adwin, page-hinkley, cusum; ddm, eddm, hddm-a, hddm-w for shares of errors.',
  flags: {
    column: { value: 'NAME', doc: 'the column to read' },
    method: { value: 'NAME', doc: 'the detector', default: 'adwin' },
    set: {
      value: 'NAME=NUMBER',
      multiple: true,
      doc: 'a setting of the detector, for example delta=0.01; repeatable',
    },
    output: {
      short: 'o',
      value: 'FORMAT',
      doc: 'table, json or csv',
      choices: ['table', 'json', 'csv'],
      default: 'table',
    },
  },
  async run([file, ...more], flag, _, all) {
    const column = flag('column')
    if (file === undefined || more.length > 0 || column === undefined)
      throw usageError('mlops detect needs one file and --column', detectOperation.usage)
    const { detectVerb } = await import('./detect-verb.ts')
    const { streamOutput } = await import('../cli/output.ts')
    return detectVerb(
      { file, column, method: flag('method')!, set: all('set'), output: flag('output')! },
      streamOutput(process.stdout, process.stdout.isTTY),
    )
  },
}
