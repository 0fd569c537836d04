// The folder that CatBoost writes while it trains (catboost_info): tables of the errors and the times, and
// a JSON file whose head tells of the training. All are one run; the tables' names go before their columns.
import path from 'node:path'
import { csv } from './csv.ts'
import { type FileReader, type ReadContext, type Sink, savedFields, type Verdict } from './format.ts'
import type { FormatParts } from './lazy-format.ts'
import { flattenParams, TooManyParams } from './params.ts'
import type { Json } from './source.ts'

const TABLES: Readonly<Record<string, string>> = {
  'learn_error.tsv': 'learn/',
  'test_error.tsv': 'test/',
  'time_left.tsv': 'time/',
}

/** Longest head of the JSON file in which its `meta` is looked for, bytes. */
const MAX_HEAD = 1024 * 1024

const underName = (sink: Sink, prefix: string): Sink => ({
  ...sink,
  point: (key, step, time, value) => sink.point(prefix + key, step, time, value),
})

function openTable(saved: Json | undefined, filePath: string): FileReader {
  const reader = csv.open(saved)
  const prefix = TABLES[path.basename(filePath)] ?? ''
  return {
    read: (bytes, context) => reader.read(bytes, { ...context, sink: underName(context.sink, prefix) }),
    get stopped() {
      return reader.stopped
    },
    rotated: () => reader.rotated(),
    save: () => reader.save(),
  }
}

function tellMeta(line: string, { sink }: ReadContext): void {
  try {
    const meta: unknown = JSON.parse(line.replace(/^"meta":/, '').replace(/,\s*$/, ''))
    const told = Object.entries(flattenParams(meta)).filter(([, text]) => text !== '' && text !== '[]')
    sink.params(Object.fromEntries(told))
  } catch (error) {
    if (!(error instanceof SyntaxError || error instanceof TooManyParams)) throw error
    sink.problem('its meta is not read')
  }
}

/** Reads the head alone: the rest is in the tables, and its last bytes are written over again and again. */
function openHead(saved: Json | undefined): FileReader {
  let stopped = savedFields(saved).stopped === true
  return {
    read(bytes, context) {
      const start = bytes.indexOf('"meta":')
      const end = start < 0 ? -1 : bytes.indexOf(10, start)
      if (end >= 0) tellMeta(bytes.toString('utf8', start, end), context)
      stopped = end >= 0 || bytes.length > MAX_HEAD
      return 0
    },
    get stopped() {
      return stopped
    },
    rotated() {
      stopped = false
    },
    save: () => ({ stopped }),
  }
}

const isHead = (fileName: string) => fileName === 'catboost_training.json'

function sniff(head: Buffer, fileName: string): Verdict {
  if (!isHead(fileName)) return csv.sniff(head, fileName)
  if (head.includes('"meta":')) return 'log'
  return head.length > 4096 ? 'other' : 'undecided'
}

/** The files that CatBoost writes while it trains. */
export const catboost: FormatParts = {
  sniff,
  open: (saved, filePath = '') =>
    isHead(path.basename(filePath)) ? openHead(saved) : openTable(saved, filePath),
}
