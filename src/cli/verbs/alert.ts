// `mlops alert`: what people do to an alert. The only verb here that changes something.
import { formatTime } from '../../core/format.ts'
import type { AlertAction } from '../../core/link.ts'
import { spanMs } from '../../core/moment.ts'
import { usageError } from '../cli-error.ts'
import { nounOf, pick } from '../lookup.ts'
import { findItem } from '../selection.ts'
import { type Context, defineVerb } from '../verb.ts'

const ACTIONS = ['ack', 'silence', 'unsilence', 'assign'] as const
type Word = (typeof ACTIONS)[number]

/** How long a silence lasts when nothing is said. */
const SILENCE = '2h'
/** As the hub allows, ms. */
const MOST_MS = 366 * 86_400_000

const flags = {
  for: { value: 'SPAN', doc: `how long to silence it: 30m, 2h, 3d (default ${SILENCE})` },
  to: { value: 'NAME', doc: 'to whom assign gives it (default: you)' },
  note: { value: 'TEXT', doc: 'why, for the others; kept in the log' },
}

function readAction(word: string): Word {
  const found = ACTIONS.find((action) => action === word)
  if (found) return found
  throw usageError(`mlops alert cannot ${word}`, `one of ${ACTIONS.join(', ')}`)
}

function readFor(text: string | undefined, word: Word): number {
  if (text !== undefined && word !== 'silence')
    throw usageError(`--for does not go with ${word}`, 'it says how long mlops alert silence lasts')
  const ms = spanMs(text ?? SILENCE)
  if (ms !== undefined && ms > 0 && ms <= MOST_MS) return ms
  throw usageError(`--for ${text} is no span of time up to a year`, 'write 30m, 2h or 3d')
}

function readTo(text: string | undefined, word: Word): string | undefined {
  if (text === undefined) return undefined
  if (word !== 'assign')
    throw usageError(`--to does not go with ${word}`, 'it names whom mlops alert assign gives it to')
  if (text.trim() === '') throw usageError('--to names nobody', 'write a name, or leave it out for yourself')
  return text
}

/** The alert's id. What was said of an alert that is gone can still be taken back. */
function alertId(word: Word, name: string, { link, now }: Context): string {
  const world = link.world()
  const { acks } = world.state
  if (word === 'unsilence') {
    const all = [...acks.keys()].map((id) => ({ id, name: id }))
    return pick(all, name, 'acknowledged or silenced alert', 'mlops get alerts').id
  }
  return findItem(nounOf('alerts'), world, name, now()).id
}

function doneText(action: AlertAction): string {
  const { about } = action
  if (action.action === 'alert.ack') return `acknowledged ${about}`
  if (action.action === 'alert.silence') return `silenced ${about} until ${formatTime(action.until)} UTC`
  if (action.action === 'alert.assign') return `gave ${about} to ${action.to ?? 'you'}`
  return `${about} is neither acknowledged nor silenced now`
}

/** The verb. */
export const alert = defineVerb({
  name: 'alert',
  summary:
    'Acknowledges an alert (until it goes away), silences it (for a time, even if it comes back), takes either back, or gives it to somebody. Needs a running hub; the log keeps who, as the system names them: nobody proves it.',
  positionals: [
    { name: 'action', doc: `what to do: ${ACTIONS.join(', ')}` },
    { name: 'id', doc: 'the id of an alert, or the beginning of one; mlops get alerts -o json shows them' },
  ],
  flags,
  examples: [
    "mlops alert ack host.offline:gpu-1 --note 'power supply, I am on it'",
    'mlops alert silence run.diverged:adam-lr0.1:loss --for 3d',
    'mlops alert unsilence host.offline:gpu-1',
    'mlops alert assign host.offline:gpu-1 --to ada',
  ],
  prepare(args) {
    const word = readAction(args.positionals[0]!)
    const forMs = readFor(args.text('for'), word)
    const to = readTo(args.text('to'), word)
    return async (context) => {
      const about = alertId(word, args.positionals[1]!, context)
      const common = { about, note: args.text('note') }
      const action: AlertAction =
        word === 'silence'
          ? { ...common, action: 'alert.silence', until: context.now() + forMs }
          : word === 'assign'
            ? { ...common, action: 'alert.assign', to }
            : { ...common, action: `alert.${word}` }
      await context.link.act(action)
      await context.out.write(`${doneText(action)}\n`)
      return 0
    }
  },
})
