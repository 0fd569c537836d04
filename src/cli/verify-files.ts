// Has a hub compare the files of a version with what was measured, and says what differs.
import type { LogEvent } from '../core/events.ts'
import type { RegistryAction } from '../core/registry-action.ts'
import { CliError, EXIT } from './cli-error.ts'
import type { Context } from './verb.ts'

type Verify = Extract<RegistryAction, { action: 'registry.verify' }>
type Verified = Extract<LogEvent, { type: 'version.verified' }>

const PAGE = 5000

interface Word {
  readonly differs: readonly string[]
  /** It had not been measured before. */
  readonly first: boolean
}

/** The newest word of the log on this version since `seq`. */
async function wordSince({ link }: Context, { about, version }: Verify, seq: number): Promise<Word> {
  const events = await link.events({ since: seq, limit: PAGE, about })
  const first = events.some((event) => event.type === 'version.measured' && event.data.version === version)
  const word = events.findLast(
    (event): event is Verified => event.type === 'version.verified' && event.data.version === version,
  )
  if (word) return { differs: word.data.differs, first }
  throw new CliError('the hub did not say what it found', 'mlops events shows what it did', EXIT.failed)
}

/** Prints one line for each difference; 0 without any, else 1. */
export async function verifyFiles(context: Context, action: Verify): Promise<number> {
  const { link, out } = context
  const { seq } = link.world().state
  await link.act(action)
  const { differs, first } = await wordSince(context, action, seq)
  const name = `${action.about}/${action.version}`
  if (differs.length === 0) {
    await out.write(
      `${name}: its files ${first ? 'are measured now, for the first time' : 'are as they were measured'}\n`,
    )
    return EXIT.done
  }
  await out.write(`${differs.map((text) => `${name}: ${text}`).join('\n')}\n`)
  return EXIT.failed
}
