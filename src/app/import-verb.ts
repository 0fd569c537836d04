// `mlops import`: reads folders once, through an agent of its own, until the hub has all of it on its disk.
import { createHash } from 'node:crypto'
import { statSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import type { Agent } from '../../agents/agent.ts'
import { type KnownNoun, withoutKnown } from '../../agents/sources/without-known.ts'
import { startAgent } from '../../agents/start.ts'
import { CliError, EXIT, usageError } from '../cli/cli-error.ts'
import { Unreachable } from '../client/remote-link.ts'
import { IMPORTED } from '../core/alerts.ts'
import type { Problem } from '../core/state.ts'
import type { World } from '../core/world.ts'
import { socketUrl } from '../protocol/access.ts'
import { backoff } from '../protocol/backoff.ts'
import type { Channel } from '../protocol/channel.ts'
import { cleanText } from '../protocol/text.ts'
import { VERSION } from '../protocol/version.ts'
import { hubAt, hubOf, type ImportTarget } from './import-target.ts'
import { settingsFor } from './place.ts'

/** What the command line says. */
export interface ImportFlags {
  readonly hub: string | undefined
  readonly tokenFile: string | undefined
  readonly config: string | undefined
}

/** How often a hub that breaks off is called again. */
const TRIES = 8
/** Most problems that are told one by one. */
const MOST_TOLD = 20

const say = (text: string) => void process.stderr.write(`mlops: ${cleanText(text)}\n`)

/** What a hub has of one agent. */
interface Tally {
  readonly runs: number
  readonly points: number
  readonly problems: readonly Problem[]
}

function tally({ state, series }: World, agent: string): Tally {
  const runs = [...state.runs.values()].filter(({ host }) => host === agent)
  let points = 0
  for (const { id } of runs) for (const { count } of series.get(id)?.values() ?? []) points += count
  const problems = [...state.problems.values()].filter(({ host, count }) => host === agent && count > 0)
  return { runs: runs.length, points, problems }
}

function checkFolders(words: readonly string[]): string[] {
  if (words.length === 0)
    throw usageError('mlops import needs a folder', 'usage: mlops import DIR ... [flags]')
  for (const word of words)
    if (!statSync(word, { throwIfNoEntry: false })?.isDirectory())
      throw new CliError(
        `there is no folder ${word}`,
        'name folders with logs or MLflow stores',
        EXIT.notFound,
      )
  return words.map((word) => resolve(word))
}

/** A channel that tells when the hub has said the first word, and when it is over. */
function watched(channel: Channel) {
  let hear = () => {}
  let end = () => {}
  const heard = new Promise<void>((done) => {
    hear = done
  })
  const ended = new Promise<void>((done) => {
    end = done
  })
  const receive: Channel['receive'] = (onFrame, onClose) =>
    channel.receive(
      (frame) => {
        onFrame(frame)
        hear()
      },
      (reason) => {
        onClose(reason)
        end()
      },
    )
  return { channel: { ...channel, receive }, heard, ended }
}

/** Serves the hub until it has all that the agent reads. Rejects with Unreachable. */
async function deliver(agent: Agent, { connect, where }: ImportTarget): Promise<void> {
  let reason = ''
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const { channel, heard, ended } = watched(await connect())
    const over = agent.serve(channel)
    // Only a hub that has answered can say that this spool has to start anew.
    const done = heard.then(() => agent.renewed()).then(() => agent.caughtUp(true))
    const broken = await Promise.race([done, over])
    if (broken === undefined) {
      channel.close(IMPORTED)
      return ended
    }
    reason = broken
    await setTimeout(backoff(attempt, 100, 3000))
  }
  throw new Unreachable(`the hub at ${where} breaks off: ${reason}`)
}

/** Runs the agent on its own state folder until all is delivered. */
async function readOnce(
  folders: readonly string[],
  state: string,
  target: ImportTarget,
): Promise<{ before: Tally; after: Tally; left: number; troubles: readonly string[] }> {
  const world = await target.world()
  const { runs, models, loggedModels } = world.state
  const troubles = new Set<string>()
  const left = new Set<string>()
  const has = (noun: KnownNoun, id: string) => {
    // The log of another source is read anew by a new life of this agent, and replaces what was.
    if (noun === 'run') return runs.get(id)?.source.startsWith('mlflow') ?? false
    return (noun === 'model' ? models : loggedModels).has(id)
  }
  const onLeft = (noun: KnownNoun, id: string) => void left.add(`${noun} ${id}`)
  const started = startAgent({
    state,
    folders,
    name: `${hostname()} (import)`,
    role: 'training',
    version: VERSION,
    hostIntervalMs: 0,
    pollMs: 100,
    processMetrics: false,
    wrap: (source, { cursors }) => withoutKnown(source, { has, cursors, onLeft }),
    onTrouble: (text) => void troubles.add(text),
  })
  try {
    const before = tally(world, started.agent.id)
    await deliver(started.agent, target)
    const after = tally(await target.world(), started.agent.id)
    return { before, after, left: left.size, troubles: [...troubles] }
  } finally {
    started.stop()
  }
}

function tell(
  where: string,
  { before, after, left, troubles }: Awaited<ReturnType<typeof readOnce>>,
): boolean {
  const [runs, points] = [after.runs - before.runs, after.points - before.points]
  process.stdout.write(`imported ${runs} runs, ${points} points into ${cleanText(where)}\n`)
  if (left > 0) say(`${left} runs and models are left as they are: they are there from elsewhere`)
  const problems = after.problems.map(({ path, problem }) => `${path}: ${problem}`)
  const all = [...problems, ...troubles]
  for (const text of all.slice(0, MOST_TOLD)) say(text)
  if (all.length > MOST_TOLD) say(`and ${all.length - MOST_TOLD} more; mlops get problems lists them`)
  return all.length === 0
}

/** Reads the folders into the store of this place, or the hub at `hub`. */
export async function importVerb(words: readonly string[], flags: ImportFlags): Promise<number> {
  const folders = checkFolders(words)
  if (flags.hub) socketUrl(flags.hub)
  const settings = await settingsFor({ config: flags.config, folders: [] })
  const target = flags.hub ? hubAt(flags.hub, flags.tokenFile) : await hubOf(settings)
  // A spool belongs to one hub: what one has confirmed another one lacks.
  const mark = flags.hub ? `-${createHash('sha256').update(flags.hub).digest('hex').slice(0, 8)}` : ''
  try {
    const done = await readOnce(folders, join(settings.state, `import${mark}`), target)
    return tell(target.where, done) ? EXIT.done : EXIT.failed
  } finally {
    await target.close()
  }
}
