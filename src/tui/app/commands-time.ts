// Commands about time: the whole console as it stood at a moment of the past.
import { readMoment } from '../../core/moment.ts'
import { type Command, wrong } from './command.ts'
import { say } from './navigation.ts'

const DAY = 86_400_000
const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d))?$/

/** `03:12` (UTC, the last time it was), `-2h`, `2h`, or an ISO time; Unix ms. */
function momentOf(text: string, now: number): number | undefined {
  const clock = CLOCK.exec(text)
  if (clock) {
    const [, hours, minutes, seconds = '0'] = clock
    const today = Math.floor(now / DAY) * DAY
    const at = today + (Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds)) * 1000
    return at > now ? at - DAY : at
  }
  const moment = readMoment(text.replace(/^-/, ''))
  return moment && ('at' in moment ? moment.at : now - moment.ago)
}

const at: Command = {
  name: 'at',
  aliases: [],
  argument: '03:12 | -2h | TIME | now',
  doc: 'the whole console as it stood then (UTC), read-only; :at now comes back',
  run(state, argument, { clock }) {
    if (argument === 'now')
      return { state: say(state, 'back to now'), effect: { type: 'travel', moment: null } }
    const moment = momentOf(argument, clock)
    if (moment === undefined) return wrong(state, `"${argument}" is no time: :at 03:12, :at -2h, :at now`)
    if (moment > clock) return wrong(state, 'that is still to come')
    return { state, effect: { type: 'travel', moment } }
  },
  candidates: () => ['now', '-10m', '-1h', '-1d'],
}

/** Commands about time. */
export const timeCommands: readonly Command[] = [at]
