// Commands about time and alerts: the past, what changed, who looks after an alert.
import type { AlertAction } from '../../core/link.ts'
import { readMoment, spanMs } from '../../core/moment.ts'
import { type Command, wrong } from './command.ts'
import type { Facts } from './facts.ts'
import { say } from './navigation.ts'
import { currentView, type UiState } from './ui-state.ts'

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

/** The alert that the cursor stands on; undefined elsewhere. */
function alertInSight(state: UiState, facts: Facts): string | undefined {
  const view = currentView(state)
  if (view.kind !== 'list' || view.resource !== 'alerts') return undefined
  return facts.rows(view).items[view.index]?.id
}

/** A command on the alert under the cursor: what is to be done, or what is wrong. */
const onAlert =
  (act: (about: string, argument: string, now: number) => AlertAction | string): Command['run'] =>
  (state, argument, facts) => {
    if (facts.readOnly) return wrong(state, 'this console is read-only')
    if (facts.world.at !== undefined) return wrong(state, 'the past cannot be changed; :at now comes back')
    const about = alertInSight(state, facts)
    if (about === undefined) return wrong(state, 'choose an alert first: :alerts')
    const action = act(about, argument, facts.clock)
    return typeof action === 'string' ? wrong(state, action) : { state, effect: { type: 'act', action } }
  }

const ack: Command = {
  name: 'ack',
  aliases: ['acknowledge'],
  argument: '[NOTE]',
  doc: 'you look after the alert under the cursor',
  run: onAlert((about, note) => ({ action: 'alert.ack', about, ...(note && { note }) })),
}

const silence: Command = {
  name: 'silence',
  aliases: [],
  argument: '2h [NOTE]',
  doc: 'silences the alert under the cursor for so long',
  run: onAlert((about, argument, now) => {
    const [, span = '', note = ''] = /^(\S*)\s*(.*)$/.exec(argument) ?? []
    const ms = spanMs(span)
    if (ms === undefined) return 'for how long? :silence 2h'
    return { action: 'alert.silence', about, until: now + ms, ...(note && { note }) }
  }),
}

const unsilence: Command = {
  name: 'unsilence',
  aliases: [],
  argument: '',
  doc: 'takes the silence of the alert under the cursor back',
  run: onAlert((about) => ({ action: 'alert.unsilence', about })),
}

/** Commands about time and alerts. */
export const timeCommands: readonly Command[] = [at, ack, silence, unsilence]
