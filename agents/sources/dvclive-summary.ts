// metrics.json of DVCLive: the last value of each metric. Those with a table of their own below plots/metrics
// are read there; the others (logged without a plot, or as a summary) have their values from here.
import { existsSync } from 'node:fs'
import path from 'node:path'
import { parseStepCell } from './cells.ts'
import type { DocumentFormat } from './document.ts'
import { numberText, parseLooseJson } from './loose-json.ts'
import { collectNumbers, isTree } from './numbers-tree.ts'

function hasTable(directory: string, key: string): boolean {
  const table = path.join(directory, 'plots', 'metrics', `${key}.tsv`)
  return table.startsWith(directory + path.sep) && !key.includes('\0') && existsSync(table)
}

/** True for the directory that DVCLive writes into. */
export const isDvcliveDirectory = (directory: string): boolean =>
  path.basename(directory) === 'dvclive' || existsSync(path.join(directory, 'plots', 'metrics'))

/** The summary that DVCLive writes at each step. */
export const dvcliveSummary: DocumentFormat = {
  name: 'dvclive',
  history: 'latest',
  run: 'directory',
  refusal: 'it is no object, or not in a DVCLive directory',
  sniff: (head, filePath) => /^\s*\{/.test(head) && isDvcliveDirectory(path.dirname(filePath)),
  parse(text, filePath) {
    const tree = parseLooseJson(text)
    if (!isTree(tree)) return undefined
    const { step: written, ...metrics } = tree
    const numbers = collectNumbers(metrics, '/')
    if (!numbers) throw new Error('it is nested deeper than 16')
    const values = numbers.filter(([key]) => !hasTable(path.dirname(filePath), key))
    const step = parseStepCell(numberText(written) ?? '') ?? 0
    return { rows: values.length > 0 ? [{ step, values }] : [] }
  },
}
