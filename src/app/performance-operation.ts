// What `mlops performance` takes.
import { usageError } from '../cli/cli-error.ts'
import type { Operation } from './operate.ts'

/** `mlops performance`. */
export const performanceOperation: Operation = {
  name: 'performance',
  usage: 'mlops performance --reference FILE --current FILE --label COLUMN [flags]',
  summary:
    "How well a model does on tables of its predictions: estimated without labels (CBPE) and realized with them, per chunk, with alerts against the reference's own chunks. With --score a binary classification, without a regression.",
  flags: {
    reference: { value: 'FILE', doc: 'CSV or TSV with labels: what is usual' },
    current: { value: 'FILE', doc: 'CSV or TSV to judge; its labels may be missing' },
    score: { value: 'COLUMN', doc: "the classifier's score for the positive class, 0 to 1" },
    prediction: { value: 'COLUMN', doc: 'what the model said; by default 1 from a score of 0.5 on' },
    label: { value: 'COLUMN', doc: 'what turned out to be true' },
    positive: { value: 'VALUE', doc: 'the cell that means positive, where classes are not 0 and 1' },
    labels: { value: 'FILE', doc: 'labels of the current rows that came later; needs --join' },
    join: { value: 'COLUMN', doc: 'the id, in --current and --labels' },
    timestamp: { value: 'COLUMN', doc: 'times: ISO 8601 (UTC where no zone is named) or epoch' },
    chunk: {
      value: 'RULE',
      doc: 'day, week, month, or rows:N (default month with --timestamp, else a tenth of the reference)',
    },
    metric: { value: 'NAME', multiple: true, doc: 'only this metric, for example roc_auc; repeatable' },
    output: {
      short: 'o',
      value: 'FORMAT',
      doc: 'table, json or csv',
      choices: ['table', 'json', 'csv'],
      default: 'table',
    },
  },
  async run(words, flag, _, all) {
    const needed = (name: string) => {
      const value = flag(name)
      if (value === undefined)
        throw usageError(`mlops performance needs --${name}`, performanceOperation.usage)
      return value
    }
    if (words.length > 0)
      throw usageError(`mlops performance takes no word ${words[0]}`, performanceOperation.usage)
    const flags = {
      reference: needed('reference'),
      current: needed('current'),
      label: needed('label'),
      score: flag('score'),
      prediction: flag('prediction'),
      positive: flag('positive'),
      labels: flag('labels'),
      join: flag('join'),
      timestamp: flag('timestamp'),
      chunk: flag('chunk'),
      metrics: all('metric'),
      output: needed('output'),
    }
    const { performanceVerb } = await import('./performance-verb.ts')
    const { streamOutput } = await import('../cli/output.ts')
    return performanceVerb(flags, streamOutput(process.stdout, process.stdout.isTTY && !process.env.NO_COLOR))
  },
}
