// The keys of what is read line by line: details, records, events, help.
import { type Binding, keysOn, type Scope } from './binding.ts'
import type { Facts } from './facts.ts'
import { pageRows } from './layout.ts'
import { scrollLog } from './log-moves.ts'
import { replace, say } from './navigation.ts'
import { openSearch } from './prompt-keys.ts'
import { drawRule, findNext, heldOffset, SPANS, scrollText, showSpan, toggleFollow } from './text-moves.ts'
import { currentView, type EventsView, type JsonView, type Outcome, only, type UiState } from './ui-state.ts'

const SCROLLED: readonly Scope[] = ['details', 'json', 'events', 'help']
const MOVED: readonly Scope[] = [...SCROLLED, 'logs']

function scroll(state: UiState, facts: Facts, to: (at: number, last: number) => number): Outcome {
  const { help, details } = facts.lengths
  if (state.help !== null) return only({ ...state, help: heldOffset(state, state.help, help, to) })
  const view = currentView(state)
  if (view.kind === 'details')
    return only(replace(state, { ...view, offset: heldOffset(state, view.offset, details, to) }))
  if (view.kind === 'logs') return only(scrollLog(state, view, facts, to))
  return only(view.kind === 'events' || view.kind === 'json' ? scrollText(state, view, facts, to) : state)
}

const scrolling = (
  keys: readonly string[],
  label: string,
  doc: string,
  to: (at: number, page: number, last: number) => number,
  scopes = MOVED,
): Binding => ({
  keys,
  label,
  doc,
  scopes,
  run: (state, facts) => scroll(state, facts, (at, last) => to(at, pageRows(state), last)),
})

type Move = (state: UiState, view: EventsView | JsonView, facts: Facts) => UiState

const onText = (keys: readonly string[], label: string, doc: string, move: Move, hint?: string): Binding => ({
  keys,
  label,
  doc,
  hint,
  scopes: ['json', 'events'],
  run(state, facts) {
    const view = currentView(state)
    return only(view.kind === 'json' || view.kind === 'events' ? move(state, view, facts) : state)
  },
})

const onEvents = keysOn('events', ['events'])

const told = (state: UiState, view: EventsView, text: string): UiState =>
  say(replace(state, view), text, 'dim')

/** Keys of texts. */
export const textBindings: readonly Binding[] = [
  onText(['/'], '/', 'searches; what is around a find stays in sight', openSearch, 'search'),
  onText(['n'], 'n', 'the next find', (state, view, facts) => findNext(state, view, facts, 1)),
  onText(['N'], 'Shift-N', 'the find before', (state, view, facts) => findNext(state, view, facts, -1)),
  onEvents(['f'], 'f', 'follows what comes, or stays here', toggleFollow, 'follow'),
  onEvents(
    ['w'],
    'w',
    'wraps long lines',
    (state, view) => told(state, { ...view, wrap: !view.wrap }, view.wrap ? 'long lines are cut' : 'wraps'),
    'wrap',
  ),
  onEvents(
    ['t'],
    't',
    'times on or off',
    (state, view) => told(state, { ...view, times: !view.times }, view.times ? 'no times' : 'times'),
    'times',
  ),
  onEvents(['m'], 'm', 'draws a line behind the newest event', drawRule, 'mark'),
  ...SPANS.map((span) =>
    onEvents([span.key], span.key, `shows ${span.name}`, (state, view) => showSpan(state, view, span)),
  ),
  scrolling(['j', 'down'], 'j ↓', 'a line down', (at) => at + 1),
  scrolling(['k', 'up'], 'k ↑', 'a line up', (at) => at - 1),
  scrolling(['ctrl-d'], 'Ctrl-D', 'half a page down', (at, page) => at + (page >> 1)),
  scrolling(['ctrl-u'], 'Ctrl-U', 'half a page up', (at, page) => at - (page >> 1)),
  scrolling(['pagedown', 'space', 'ctrl-f'], 'PgDn Space', 'a page down', (at, page) => at + page),
  scrolling(['pageup', 'ctrl-b'], 'PgUp', 'a page up', (at, page) => at - page),
  scrolling(['g', 'home'], 'g Home', 'to the start', () => 0, SCROLLED),
  scrolling(
    ['G', 'end'],
    'G End',
    'to the end (the events: follow what comes)',
    (_at, _page, last) => last,
    SCROLLED,
  ),
]
