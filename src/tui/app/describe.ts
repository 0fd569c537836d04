// Everything about one row, as sections of keys and values.
import { isCard, linesOfText } from '../../core/card.ts'
import { formatAge, formatTime, formatValue } from '../../core/format.ts'
import { type Item, type Raw, type Resource, rawText } from '../../resources/define.ts'
import type { DetailRow, DetailSection } from '../panels/details.ts'
import type { Tone } from '../terminal/style.ts'

type Record = { readonly [key: string]: Raw }

const isRecord = (raw: Raw | undefined): raw is Record =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && !(raw instanceof Date)

const valueText = (raw: Raw | undefined): string =>
  typeof raw === 'number' ? formatValue(raw) : rawText(raw)

/** A metric's summary in a line. */
function summaryText({ last, min, max, count, nonFinite }: Record): string {
  const { step, value } = isRecord(last) ? last : { step: null, value: null }
  const bad = Number(nonFinite) > 0 ? `, ${rawText(nonFinite)} not finite` : ''
  return (
    `${valueText(value).padEnd(10)} at step ${rawText(step)}   ` +
    `min ${valueText(min)}  max ${valueText(max)}  ${rawText(count)} points${bad}`
  )
}

function belowRow([key, raw]: [string, Raw]): DetailRow {
  if (!isRecord(raw) || !('last' in raw)) return [key, rawText(raw)]
  return [key, summaryText(raw), Number(raw.nonFinite) > 0 ? 'bad' : 'text']
}

function timeText(time: Date, now: number): string {
  const at = time.getTime()
  if (Number.isNaN(at)) return '-'
  return `${formatTime(at)} UTC   ${at <= now ? `${formatAge(now - at)} ago` : `in ${formatAge(at - now)}`}`
}

/** One record of a list in a line: its first field, then the others by name. */
function listedRow(record: Record, now: number): DetailRow {
  const [first, ...rest] = Object.entries(record)
  const text = (raw: Raw) => (raw instanceof Date ? timeText(raw, now) : rawText(raw))
  const told = rest.filter(([, raw]) => raw !== null).map(([key, raw]) => `${key} ${text(raw)}`)
  return [first ? text(first[1]) : '', told.join('  ')]
}

/** The sections of a row: its own fields first, then one for each field that is a record itself. */
export function describeItem(resource: Resource, item: Item, now: number): DetailSection[] {
  const rows: DetailRow[] = []
  const below: DetailSection[] = []
  const record = item.record()
  for (const { key, title, table } of resource.headings) {
    const raw = record[key] ?? null
    if (Array.isArray(raw) && raw.length > 0 && raw.every(isRecord)) {
      below.push({ title: key, rows: raw.map((one) => listedRow(one, now)) })
      continue
    }
    if (isRecord(raw)) {
      const entries = Object.entries(raw)
      if (entries.length > 0) below.push({ title: key, rows: entries.map(belowRow) })
      continue
    }
    if (raw === null && table === 'never') continue
    if (key === 'description' && typeof raw === 'string' && isCard(raw)) {
      below.push({ title: key, rows: [], markdown: linesOfText(raw) })
      continue
    }
    const text = raw instanceof Date ? timeText(raw, now) : item.text(key, now)
    const tone: Tone = text === '-' ? 'dim' : item.tone(key, now)
    rows.push([title.toLowerCase(), text, tone])
  }
  return [{ title: '', rows }, ...below]
}
