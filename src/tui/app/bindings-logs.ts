// The keys of text output, and those that lead to it.
import { type Binding, keysOn, type Scope } from './binding.ts'
import type { Facts } from './facts.ts'
import {
  eventsBeside,
  findInLog,
  LOG_RANGES,
  logEnd,
  logStart,
  openLogs,
  ruleLog,
  saveLog,
  showRange,
  toggleLogFollow,
} from './log-moves.ts'
import type { LogsView } from './logs-view.ts'
import { replace, say } from './navigation.ts'
import { openSearch } from './prompt-keys.ts'
import { currentView, type Outcome, only, type UiState } from './ui-state.ts'

const onLogs = keysOn('logs', ['logs'])

/** A key whose move may ask for more than another state. */
const deed = (
  keys: readonly string[],
  label: string,
  doc: string,
  move: (state: UiState, view: LogsView, facts: Facts) => Outcome,
  hint?: string,
): Binding => ({
  keys,
  label,
  doc,
  hint,
  scopes: ['logs'],
  run(state, facts) {
    const view = currentView(state)
    return view.kind === 'logs' ? move(state, view, facts) : only(state)
  },
})

const told = (state: UiState, view: LogsView, text: string): UiState => say(replace(state, view), text, 'dim')

const opening = (key: string, scopes: readonly Scope[]): Binding => ({
  keys: [key],
  label: key,
  doc: 'what the run prints; of marked runs merged by time',
  hint: 'logs',
  scopes,
  run: (state, facts) => only(openLogs(state, facts)),
})

/** Keys of text output. */
export const logBindings: readonly Binding[] = [
  opening('l', ['list', 'details']),
  opening('o', ['charts']),
  onLogs(['/'], '/', 'searches; what is around a find stays in sight', openSearch, 'search'),
  deed(['n'], 'n', 'the next find', (state, view, facts) => findInLog(state, view, facts, 1)),
  deed(['N'], 'Shift-N', 'the find before', (state, view, facts) => findInLog(state, view, facts, -1)),
  onLogs(['f', 's'], 'f s', 'follows what comes, or stays here', toggleLogFollow, 'follow'),
  onLogs(
    ['w'],
    'w',
    'wraps long lines',
    (state, view) => told(state, { ...view, wrap: !view.wrap }, view.wrap ? 'long lines are cut' : 'wraps'),
    'wrap',
  ),
  onLogs(
    ['t'],
    't',
    'times on or off',
    (state, view) => told(state, { ...view, times: !view.times }, view.times ? 'no times' : 'times'),
    'times',
  ),
  onLogs(['m'], 'm', 'draws a line behind the newest line', ruleLog, 'mark'),
  deed(['ctrl-s'], 'Ctrl-S', 'saves the lines at hand to a file', saveLog, 'save'),
  onLogs(['e'], 'e', 'the events around this time', eventsBeside),
  ...LOG_RANGES.map((range) =>
    onLogs([range.key], range.key, `shows ${range.name}`, (state, view, facts) =>
      showRange(state, view, range, facts),
    ),
  ),
  onLogs(['g', 'home'], 'g Home', 'to the first line', logStart),
  onLogs(['G', 'end'], 'G End', 'to the newest line, and on with what comes', logEnd),
]
