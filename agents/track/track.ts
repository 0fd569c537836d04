// `mlops track`: a run out of what a program prints, without a change to the program.
import { userInfo } from 'node:os'
import { basename } from 'node:path'
import { AccessError } from '../../src/protocol/access.ts'
import { hideSecrets } from '../sources/secrets.ts'
import { findApi, placesOf } from './api.ts'
import { runCommand } from './command.ts'
import { createDelivery, type Delivery, GROUP_MS } from './delivery.ts'
import { HELP, readTrackFlags, type TrackFlags } from './flags.ts'
import { createLeftovers } from './leftovers.ts'
import { readPiped } from './piped.ts'
import { createReader } from './reader.ts'
import type { EndWord } from './tracked-run.ts'

const say = (text: string) => process.stderr.write(`mlops track: ${text}\n`)

function userName(): string {
  try {
    return userInfo().username
  } catch {
    return process.env.USER ?? ''
  }
}

function tagsOf(command: readonly string[]): Record<string, string> {
  const words = hideSecrets(command)
  const tags = {
    'mlflow.user': userName(),
    'mlflow.source.type': 'LOCAL',
    'mlflow.source.name': words.length > 0 ? words.join(' ').slice(0, 8_000) : 'standard input',
  }
  return Object.fromEntries(Object.entries(tags).filter(([, text]) => text !== ''))
}

function deliveryOf(flags: TrackFlags): Delivery {
  const started = Date.now()
  const experiment = flags.experiment ?? process.env.MLFLOW_EXPERIMENT_NAME
  const params = { ...flags.params }
  const named = flags.name === undefined ? params : { ...params, 'mlops.run': flags.name }
  return createDelivery({
    spec: { name: flags.name, experiment, tags: tagsOf(flags.command), started },
    params,
    find: () => findApi(placesOf(flags.to)),
    leftovers: createLeftovers(process.cwd(), started, () => named),
    say,
  })
}

interface End {
  readonly code: number
  readonly signal: NodeJS.Signals | null
}

function wordOf({ code, signal }: End): EndWord {
  if (signal) return 'KILLED'
  return code === 0 ? 'FINISHED' : 'FAILED'
}

const endTags = ({ code, signal }: End): Record<string, string> => ({
  ...(signal ? { 'mlops.signal': signal } : { 'mlops.exit_code': String(code) }),
})

async function track(flags: TrackFlags): Promise<number> {
  const delivery = deliveryOf(flags)
  const reader = createReader({
    point: (key, step, time, value) => delivery.point({ key, step, time, value }),
    params: (params) => delivery.params(params),
  })
  const [out, err] = [reader.stream(), reader.stream()]
  let timer: NodeJS.Timeout | undefined
  const began = () => {
    timer = setInterval(() => void delivery.tick(), GROUP_MS)
    void delivery.tick()
  }
  if (flags.command.length === 0) began()
  const end =
    flags.command.length > 0
      ? await runCommand(flags.command, { out: out.take, err: err.take, began })
      : await readPiped(out.take)
  clearInterval(timer)
  if ('failure' in end && end.failure !== undefined) {
    process.stderr.write(
      `mlops: ${end.failure}\n  hint: ${basename(flags.command[0]!)} is looked for in PATH\n`,
    )
    return end.code
  }
  out.end()
  err.end()
  await delivery.end(wordOf(end), endTags(end))
  if (reader.skipped() > 0) say(`${reader.skipped()} lines came too fast to look for metrics in them`)
  return end.code
}

/** Reads the command line and tracks; resolves with the exit code of the command. */
export async function runTrack(argv: readonly string[]): Promise<number> {
  try {
    const flags = readTrackFlags(argv)
    if (flags.help) {
      process.stdout.write(HELP)
      return 0
    }
    if (flags.command.length === 0 && process.stdin.isTTY)
      throw new AccessError('there is nothing to track', 'mlops track -- COMMAND, or COMMAND | mlops track')
    // Who reads us may stop to: then the program is told, as it would be without us.
    process.stdout.removeAllListeners('error').on('error', () => {})
    process.stderr.on('error', () => {})
    return await track(flags)
  } catch (error) {
    if (!(error instanceof AccessError)) throw error
    process.stderr.write(`mlops: ${error.message}\n  hint: ${error.hint}\n`)
    return 2
  }
}
