// Text output as the lines of a screen: times and names before them, rules between them.
import { formatTime } from '../../core/format.ts'
import type { World } from '../../core/world.ts'
import type { LogLine } from '../panels/log.ts'
import { SERIES_COLOURS, type Tone } from '../terminal/style.ts'
import { cellWidth, fit } from '../terminal/width.ts'
import { coloursOf } from './colours.ts'
import { ownerName } from './facts.ts'
import type { OwnedLine } from './line-lanes.ts'
import { isLine, type LinePlace, type LogsView } from './logs-view.ts'

/** Widest name before a line, cells. */
const MAX_NAME = 18
const RULE = '─'.repeat(20)
const BAD = /\b(error|exception|traceback|fatal|critical|out of memory|segmentation fault)\b/i
const WARN = /\bwarn(ing)?\b/i

/** A line of text output on the screen. */
export interface PrintedLine extends LogLine {
  /** undefined for a rule. */
  readonly place?: LinePlace
}

function toneOf(text: string): Tone {
  if (text.startsWith('… ')) return 'dim'
  if (BAD.test(text)) return 'bad'
  return WARN.test(text) ? 'warn' : 'text'
}

/** What stands before the lines of each owner: nothing where there is only one. */
function headsOf({ ids }: LogsView, world: World): Map<string, { text: string; colour: number }> {
  if (ids.length < 2) return new Map()
  const names = ids.map((id) => ownerName(world, id))
  const width = Math.min(MAX_NAME, Math.max(...names.map(cellWidth)))
  const colours = coloursOf(ids, SERIES_COLOURS)
  return new Map(ids.map((id, i) => [id, { text: `${fit(names[i]!, width)} │ `, colour: colours[i]! }]))
}

/** The lines at hand as they are shown. */
export function printedLines(lines: readonly OwnedLine[], view: LogsView, world: World): PrintedLine[] {
  const { times, around, rules } = view
  const heads = headsOf(view, world)
  const instant = around === null ? undefined : lines.find(({ at }) => at >= around)
  return lines.flatMap(({ owner, number, at, text }) => {
    const head = heads.get(owner)
    const place: LinePlace = { owner, number, at }
    const shown = `${head?.text ?? ''}${times ? `${formatTime(at)}  ` : ''}${text}`
    const tone = instant && isLine(place, instant) ? 'marked' : toneOf(text)
    const line: PrintedLine = {
      text: shown,
      tone,
      place,
      ...(head && { head: { length: head.text.length, colour: head.colour } }),
    }
    return rules.some((rule) => isLine(rule, place))
      ? [line, { text: RULE, tone: 'accent' as const }]
      : [line]
  })
}
