// The lines of what is read line by line: the log of events, and a record as JSON.
import type { LogEvent } from '../../core/events.ts'
import { formatTime } from '../../core/format.ts'
import type { World } from '../../core/world.ts'
import { type Raw, rawText } from '../../resources/define.ts'
import type { LogLine } from '../panels/log.ts'
import type { Tone } from '../terminal/style.ts'
import { ownerName } from './facts.ts'
import type { EventsView } from './ui-state.ts'

const EVENT_TONES: { readonly [type: string]: Tone } = {
  'host.disconnected': 'warn',
  'host.refused': 'bad',
  'source.problem': 'warn',
}

function eventLine(event: LogEvent, world: World, times: boolean): LogLine {
  const { seq, at, type, about, by } = event
  const words = Object.entries(event.data)
    .filter(([, value]) => value !== null && typeof value !== 'object' && value !== '')
    .map(([key, value]) => `${key}=${rawText(value)}`)
  const time = times ? `${formatTime(at)}  ` : ''
  const text = `${time}${String(seq).padStart(6)}  ${type.padEnd(18)}  ${ownerName(world, about)}  ${words.join(' ')}  by ${by}`
  return { text, tone: EVENT_TONES[type] ?? 'text' }
}

const RULE: LogLine = { text: '─'.repeat(20), tone: 'accent' }

/** Events as lines, oldest first: those of the view's span, its rules between them. */
export function eventLines(
  events: readonly LogEvent[],
  { times, span, around, rules }: EventsView,
  world: World,
  now: number,
): LogLine[] {
  const from = span === null ? Number.NEGATIVE_INFINITY : now - span
  const shown = events.filter(({ at }) => at >= from)
  const instant = around === null ? -1 : shown.findLastIndex(({ at }) => at <= around)
  return shown.flatMap((event, i) => {
    const line = eventLine(event, world, times)
    const marked: LogLine = i === instant ? { ...line, tone: 'marked' } : line
    return rules.includes(event.seq) ? [marked, RULE] : [marked]
  })
}

/** Index of the last event up to the instant that a log was opened for; -1 for none. */
export const instantLine = (lines: readonly LogLine[]): number =>
  lines.findIndex(({ tone }) => tone === 'marked')

const scalarText = (raw: Raw): string => {
  if (raw instanceof Date) return Number.isNaN(raw.getTime()) ? 'null' : JSON.stringify(raw.toISOString())
  if (typeof raw === 'bigint') return String(raw)
  // Numbers that are not finite are null for JSON.stringify: the most important ones would be lost.
  if (typeof raw === 'number' && !Number.isFinite(raw)) return `"${raw}"`
  return JSON.stringify(raw)
}

function pushJson(lines: string[], raw: Raw, indent: string, before: string, after: string): void {
  const inner = `${indent}  `
  if (typeof raw !== 'object' || raw === null || raw instanceof Date) {
    lines.push(`${indent}${before}${scalarText(raw)}${after}`)
    return
  }
  const [open, close] = Array.isArray(raw) ? '[]' : '{}'
  const entries = Array.isArray(raw)
    ? raw.map((value): [string, Raw] => ['', value])
    : Object.entries(raw).map(([key, value]): [string, Raw] => [`${JSON.stringify(key)}: `, value])
  if (entries.length === 0) {
    lines.push(`${indent}${before}${open}${close}${after}`)
    return
  }
  lines.push(`${indent}${before}${open}`)
  for (const [i, [key, value]] of entries.entries())
    pushJson(lines, value, inner, key, i < entries.length - 1 ? ',' : '')
  lines.push(`${indent}${close}${after}`)
}

/** A record as indented JSON, like `-o json`: times ISO 8601 UTC, `NaN` and infinities as texts, every digit of steps. */
export function jsonLines(raw: Raw): LogLine[] {
  const lines: string[] = []
  pushJson(lines, raw, '', '', '')
  return lines.map((text) => ({
    text,
    tone: text.includes('"NaN"') || text.includes('Infinity"') ? 'bad' : 'text',
  }))
}
