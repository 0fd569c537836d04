// `mlops export`: runs with all their points, in forms that others read.
import { CliError, EXIT, nearHint, usageError } from '../cli/cli-error.ts'
import { readFilter, selectItems } from '../cli/selection.ts'
import type { Place } from '../cli/verb.ts'
import type { World } from '../core/world.ts'
import { type Export, type Exported, writeFileStore } from '../export/file-store.ts'
import { openTarget, type Target } from '../export/folder.ts'
import { writeTables } from '../export/tables.ts'
import { experimentIdOfRun } from '../mlflow/experiment-ids.ts'
import { cleanText } from '../protocol/text.ts'
import type { Item } from '../resources/define.ts'
import { findResource } from '../resources/index.ts'
import { openSession } from './session.ts'

/** What the command line says. */
export interface ExportFlags {
  readonly filter: string | undefined
  readonly experiment: string | undefined
  /** `mlflow`, `jsonl` or `csv`. */
  readonly format: string
  readonly force: boolean
}

/** Most remarks that are told one by one. */
const MOST_SAID = 10
/** Shortest time between two lines of progress, ms. */
const PROGRESS_MS = 200

const say = (text: string) => void process.stderr.write(`mlops: ${cleanText(text)}\n`)

function chosen(world: World, { filter = '', experiment }: ExportFlags): Item[] {
  const query = { id: undefined, test: readFilter(filter), sort: undefined, limit: undefined, offset: 0 }
  const items = selectItems(findResource('runs')!, world, query, Date.now())
  if (experiment === undefined) return items
  const name = cleanText(experiment)
  const { state } = world
  const found = items.filter(({ id }) => {
    const run = state.runs.get(id)!
    return run.experiment === name || experimentIdOfRun(state, run) === experiment
  })
  if (found.length > 0 || [...state.experiments.values()].some((known) => known.name === name)) return found
  const known = [...state.runs.values()].map((run) => run.experiment)
  throw new CliError(
    `no run of an experiment "${experiment}"`,
    nearHint(name, known, 'mlops get experiments lists what there is'),
    EXIT.notFound,
  )
}

/** Counts remarks: each text once, the first ones are told at the end. */
function remarks() {
  const texts = new Set<string>()
  return {
    add: (text: string) => void texts.add(text),
    tell(): void {
      for (const text of [...texts].slice(0, MOST_SAID)) say(text)
      if (texts.size > MOST_SAID) say(`and ${texts.size - MOST_SAID} more like these`)
    },
  }
}

/** A line on a terminal that counts runs. */
function progress(total: number) {
  let done = 0
  let told = 0
  const { isTTY } = process.stderr
  return {
    step(): void {
      done++
      if (!isTTY || performance.now() - told < PROGRESS_MS) return
      told = performance.now()
      process.stderr.write(`\r${done} of ${total} runs`)
    },
    end: () => isTTY && process.stderr.write('\r\u001b[K'),
  }
}

/** Takes away what is half made when the user breaks off; what was finished stays. */
function untilBroken(target: Target): () => void {
  const end = () => {
    target.close()
    process.exit(130)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end)
  return () => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end)
  }
}

function write(
  target: Target,
  flags: ExportFlags,
  wanted: Export,
  items: readonly Item[],
): Promise<Exported> {
  const { format } = flags
  return format === 'jsonl' || format === 'csv'
    ? writeTables(target, format, wanted, items)
    : writeFileStore(target, wanted)
}

/** Writes runs into a folder. Rejects with CliError, or with what the link rejects. */
export async function exportVerb(
  words: readonly string[],
  place: Place,
  flags: ExportFlags,
): Promise<number> {
  if (words.length !== 1) throw usageError('mlops export needs one folder', 'usage: mlops export DIR [flags]')
  readFilter(flags.filter ?? '')
  const target = openTarget(words[0]!, flags.force)
  const heard = untilBroken(target)
  try {
    const session = await openSession(place)
    try {
      const world = session.link.world()
      const items = chosen(world, flags)
      const runs = items.map(({ id }) => world.state.runs.get(id)!)
      const isWhole = flags.filter === undefined && flags.experiment === undefined
      const said = remarks()
      const bar = progress(runs.length)
      const wanted = { link: session.link, runs, isWhole, said: said.add, onRun: bar.step }
      const done = await write(target, flags, wanted, items)
      bar.end()
      said.tell()
      const models = done.models ? `, ${done.models} registered models` : ''
      process.stdout.write(
        `wrote ${cleanText(target.path)}: ${done.runs} runs, ${done.points} points${models}\n`,
      )
      return EXIT.done
    } finally {
      await session.close()
    }
  } finally {
    heard()
    target.close()
  }
}
