// What people do to alerts, checked and made into events.
import { alertsOf } from '../core/alerts.ts'
import type { NewEvent } from '../core/events.ts'
import { type AlertAction, Refused } from '../core/link.ts'
import type { World } from '../core/world.ts'
import { cleanText } from '../protocol/text.ts'
import { MAX_USER } from '../protocol/user-name.ts'

/** Longest note, UTF-16 units. */
export const MAX_NOTE = 1024
/** Longest silence, ms: what is to be quiet for ever is no silence but another rule. */
const MAX_SILENCE_MS = 366 * 86_400_000

function checkUntil(until: number, now: number): void {
  if (until > now && until <= now + MAX_SILENCE_MS) return
  throw new Refused('a silence must end later than now, within a year', 'name a time, for example --for 2h')
}

/** The event of an action of a person at `now`, Unix ms, hub's clock. Throws Refused. */
export function alertEvent(world: World, action: AlertAction, now: number, by: string): NewEvent {
  const { about } = action
  const note = action.note ? cleanText(action.note, MAX_NOTE) : null
  const common = { at: now, about }
  if (action.action === 'alert.unsilence') {
    if (world.state.acks.has(about)) return { ...common, type: 'alert.unsilenced', data: { note } }
    throw new Refused(`the alert ${about} is neither acknowledged nor silenced`, 'mlops get alerts shows it')
  }
  const alert = alertsOf(world, now).find(({ id }) => id === about)
  if (!alert) throw new Refused(`there is no alert ${about} now`, 'mlops get alerts lists what there is')
  const { opened } = alert
  if (action.action === 'alert.ack') return { ...common, type: 'alert.acknowledged', data: { opened, note } }
  if (action.action === 'alert.assign') {
    const to = cleanText(action.to ?? by, MAX_USER).trim()
    if (to === '') throw new Refused('an alert is given to somebody', 'name them, for example --to ada')
    return { ...common, type: 'alert.assigned', data: { opened, to, note } }
  }
  checkUntil(action.until, now)
  const until = Math.round(action.until)
  return { ...common, type: 'alert.silenced', data: { opened, until, note } }
}
