// Names and numbers in a line of training output: `loss=0.1`, `lr: 3e-4`, `loss 2.31 (2.5)`,
// `memory: 2.3GiB(1.2%)`, `tokens/s 12,345`. Percent signs and units drop; k and M multiply.
import { parseNumber } from './cells.ts'
import { isNoise, isQualifier, isTrainingKey } from './loss-words.ts'

/** Most pairs that one line may hold. */
const MAX_PAIRS = 500

const KEY = String.raw`[A-Za-z_][\w.@/%'#^-]*`
const NUMBER = String.raw`[-+]?(?:\d{1,3}(?:,\d{3})+(?!\d)(?:\.\d+)?|\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?|[-+]?(?:nan|inf(?:inity)?)(?!\w)`
const UNIT = String.raw`(?:\s?(?:%|(?:ms|us|µs|ns|s|secs?|seconds?|mins?|h|[kKMGT]?i?B|[kKM]|°?C|W|it|TFLOPS|tok(?:en)?s?|samples?|img|images)(?:\/(?:s|sec|it|iter|step|batch|sample|gpu))?)(?![\w]))?`
/** A spread, an average or a share behind the number. */
const ASIDE = String.raw`(?:\s?(?:\+|±|\+\/-)\s?\d[\d.e-]{0,20})?(?:\s{0,4}\([^()]{0,40}\))?`
const BEHIND = String.raw`(?=$|[\s,;|)\]}>])`
const BEFORE = String.raw`(?<![\w.@/%'#^-])`

const GLUED = new RegExp(
  `${BEFORE}(${KEY})(\\s?\\([^()\\d]{1,16}\\))?["']?[:=](${NUMBER})(${UNIT})${ASIDE}${BEHIND}`,
  'gi',
)
const SPACED = new RegExp(`${BEFORE}(${KEY})()\\s{1,8}(${NUMBER})(${UNIT})${ASIDE}${BEHIND}`, 'gi')
const GLUE = /\s{0,16}([:=])\s{0,16}(?=[-+.\d]|nan|inf)/gi
/** `Accuracy: 9823/10000 (98%)`: the share is the number. */
const SHARE = /(?<!\d)\d{1,15}\s?\/\s?\d{1,15}\s{0,2}\((\d{1,3}(?:\.\d{1,15})?)\s?%\)/g
/** `val: loss 0.4, acc 0.8`: a word that goes before all names of its cell. */
const SECTION = /^\W*([A-Za-z]+):\s+(?=[A-Za-z])/
const DURATION = /^(?:total|time|took|elapsed)$/i

/** A pair's place in the text. */
interface Pair {
  readonly key: string
  readonly value: number
  readonly start: number
  readonly end: number
}

function readNumber(text: string, unit: string, key: string): number | undefined {
  const value = parseNumber(text.replaceAll(',', ''))
  if (value === undefined) return undefined
  const scale = unit.trim()
  if (scale === 'k' || scale === 'K') return value * 1000
  // `max_mem: 3000M` is in megabytes.
  return scale === 'M' && !/mem/i.test(key) ? value * 1e6 : value
}

/** The words before a place that belong to the name there: `avg val` of `avg val loss`. */
function qualifiersIn(between: string): string {
  const words = between
    .slice(-60)
    .trim()
    .split(/[\s[(]+/)
  const kept: string[] = []
  while (kept.length < 3 && isQualifier(words.at(-1) ?? '')) kept.unshift(words.pop()!.replace(/:$/, ''))
  return kept.map((word) => `${word} `).join('')
}

/** `| elapsed time per iteration (ms): 12.5 |`: a cell with one pair is named by all of its words. */
function cellName(segment: string): string | undefined {
  const name = segment.slice(0, Math.max(0, segment.search(/[:=]/))).trim()
  return /^[A-Za-z][\w .'@/%()-]{0,60}$/.test(name) ? name : undefined
}

function findPairs(
  segment: string,
  pattern: RegExp,
  nameOf: (key: string, found: string) => string | undefined,
) {
  const pairs: Pair[] = []
  let from = 0
  for (const match of segment.matchAll(pattern)) {
    const [all, word = '', aside = '', number = '', unit = ''] = match
    const start = match.index ?? 0
    const key = nameOf(qualifiersIn(segment.slice(from, start)) + word + aside, all)
    from = start + all.length
    const value = readNumber(number, unit, word)
    if (key === undefined || value === undefined || isNoise(key)) continue
    // `total: 1s` of CatBoost is the clock, not a measure.
    if (!(DURATION.test(key) && /^\s?[smh]/.test(unit))) pairs.push({ key, value, start, end: from })
  }
  return pairs
}

/** The pairs of one segment, those with a sign between name and number and those without. */
function pairsOf(segment: string, isCell: boolean): Pair[] {
  const name = isCell && [...segment.matchAll(GLUED)].length === 1 ? cellName(segment) : undefined
  const glued = findPairs(segment, GLUED, (key) => name ?? key)
  let open = segment
  for (const { start, end } of glued) open = open.slice(0, start) + '|'.repeat(end - start) + open.slice(end)
  // Without a sign only a training word, or a segment of nothing else.
  const spaced = findPairs(open, SPACED, (key, found) =>
    isTrainingKey(key) || found.trim() === segment.trim() ? key : undefined,
  )
  return [...glued, ...spaced].sort((a, b) => a.start - b.start)
}

/** Adds a number under its name; the second `loss` of a line is `loss#2`. */
export function addMetric(metrics: Map<string, number>, key: string, value: number): void {
  let name = key
  for (let again = 2; metrics.has(name); again++) name = `${key}#${again}`
  metrics.set(name, value)
}

/** The pairs of a line from which its place was taken. */
export function readPairs(text: string): Map<string, number> {
  const metrics = new Map<string, number>()
  const cells = text.replace(SHARE, '$1%').replace(GLUE, '$1').split('|')
  for (const cell of cells) {
    const section = SECTION.exec(cell)?.[1]
    const prefix = section !== undefined && isQualifier(section) ? `${section} ` : ''
    for (const segment of (prefix ? cell.replace(SECTION, '') : cell).split(/[;\t]|,\s|\s-\s/))
      for (const { key, value } of pairsOf(segment, cells.length > 1))
        if (metrics.size < MAX_PAIRS) addMetric(metrics, prefix + key, value)
  }
  return metrics
}
