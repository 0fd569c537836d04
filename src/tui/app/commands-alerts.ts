// Commands about alerts: who looks after them. On the marked ones, else on the one under the cursor.
import type { AlertAction } from '../../core/link.ts'
import { spanMs } from '../../core/moment.ts'
import { type Command, wrong } from './command.ts'
import { ask } from './dialog.ts'
import type { Facts } from './facts.ts'
import { markedIds } from './list-marks.ts'
import { currentView, only, type UiState } from './ui-state.ts'

/** An action without the alert. */
type Deed = AlertAction extends infer A ? (A extends AlertAction ? Omit<A, 'about'> : never) : never

/** The alerts that a command means, and whether they were marked. */
function meant(state: UiState, facts: Facts): { readonly ids: readonly string[]; readonly marked: boolean } {
  const view = currentView(state)
  if (view.kind !== 'list' || view.resource !== 'alerts') return { ids: [], marked: false }
  const marks = markedIds(view, facts)
  if (marks.length > 0) return { ids: marks, marked: true }
  const id = facts.rows(view).items[view.index]?.id
  return { ids: id === undefined ? [] : [id], marked: false }
}

const counted = (count: number): string => (count === 1 ? 'the marked alert' : `${count} alerts`)

/** The sentences of alerts, in their order. */
function sentences(ids: readonly string[], { rows, now }: Facts): string[] {
  const { items } = rows({ resource: 'alerts', filter: '', sort: [] })
  const texts = new Map(items.map((item) => [item.id, item.text('text', now)]))
  return ids.map((id) => texts.get(id) ?? id)
}

/**
 * A command on alerts: what is to be done, or what is wrong. What is marked may be out of sight, so it is done
 * only after a question that names it.
 */
const onAlerts =
  (verb: (deed: Deed) => string, act: (argument: string, now: number) => Deed | string): Command['run'] =>
  (state, argument, facts) => {
    if (facts.readOnly) return wrong(state, 'this console is read-only')
    if (facts.world.at !== undefined) return wrong(state, 'the past cannot be changed; :at now comes back')
    const { ids, marked } = meant(state, facts)
    if (ids.length === 0) return wrong(state, 'choose an alert first: :alerts')
    const deed = act(argument, facts.clock)
    if (typeof deed === 'string') return wrong(state, deed)
    const actions = ids.map((about) => ({ ...deed, about }) as AlertAction)
    if (!marked) return { state, effect: { type: 'act', actions } }
    const text = verb(deed).replace('%', counted(ids.length))
    return only(
      ask(state, facts, { text, items: sentences(ids, facts), word: null, deed: { type: 'act', actions } }),
    )
  }

const noted = (note: string) => (note === '' ? {} : { note })

const ack: Command = {
  name: 'ack',
  aliases: ['acknowledge'],
  argument: '[NOTE]',
  doc: 'you look after the alert under the cursor, or after the marked ones',
  run: onAlerts(
    () => 'Acknowledge %?',
    (note) => ({ action: 'alert.ack', ...noted(note) }),
  ),
}

const silence: Command = {
  name: 'silence',
  aliases: [],
  argument: '2h [NOTE]',
  doc: 'silences the alert under the cursor, or the marked ones, for so long',
  run: onAlerts(
    () => 'Silence %?',
    (argument, now) => {
      const [, span = '', note = ''] = /^(\S*)\s*(.*)$/.exec(argument) ?? []
      const ms = spanMs(span)
      if (ms === undefined) return 'for how long? :silence 2h'
      return { action: 'alert.silence', until: now + ms, ...noted(note) }
    },
  ),
}

const unsilence: Command = {
  name: 'unsilence',
  aliases: ['unack'],
  argument: '',
  doc: 'takes back what was said of the alert under the cursor, or of the marked ones',
  run: onAlerts(
    () => 'Take back what was said of %?',
    () => ({ action: 'alert.unsilence' }),
  ),
}

const own: Command = {
  name: 'own',
  aliases: ['assign'],
  argument: '[NAME]',
  doc: 'gives the alert under the cursor, or the marked ones, to you or to somebody; they still fire',
  whole: true,
  run: onAlerts(
    (deed) => `Give % to ${('to' in deed && deed.to) || 'you'}?`,
    (to) => ({ action: 'alert.assign', ...(to !== '' && { to }) }),
  ),
  candidates: (_, { world }) => [
    ...new Set(Array.from(world.state.acks.values(), ({ owner, by }) => owner ?? by)),
  ],
}

/** Commands about alerts. */
export const alertCommands: readonly Command[] = [ack, silence, unsilence, own]
