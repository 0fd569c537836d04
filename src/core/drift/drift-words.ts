// How a feature moved, in a sentence for people.
import { formatValue } from '../format.ts'
import { counted, type Profile, quantile } from './profile.ts'

const percent = (share: number): string =>
  share > 0 && share < 0.01 ? '<1%' : share > 0.99 && share < 1 ? '>99%' : `${Math.round(share * 100)}%`

const arrow = (from: string, to: string) => `${from} -> ${to}`

/** Share of the reference's middle half by which a median must move to be called higher or lower. */
const MOVED = 0.1
/** Ratio of the middle halves from which a distribution is called wider or narrower. */
const STRETCHED = 1.2

function quartiles(profile: Profile): readonly [number, number, number] {
  return [quantile(profile, 0.25)!, quantile(profile, 0.5)!, quantile(profile, 0.75)!]
}

function numbersMoved(reference: Profile, current: Profile): string {
  const [a1, a2, a3] = quartiles(reference)
  const [b1, b2, b3] = quartiles(current)
  const width = a3 - a1
  const shift = width > 0 ? (b2 - a2) / width : b2 === a2 ? 0 : Math.sign(b2 - a2)
  const stretch = width > 0 ? (b3 - b1) / width : b3 > b1 ? STRETCHED : 1
  const middle = `median ${arrow(formatValue(a2), formatValue(b2))}`
  const half = `middle half ${arrow(`${formatValue(a1)}..${formatValue(a3)}`, `${formatValue(b1)}..${formatValue(b3)}`)}`
  const n = counted(current)
  const outside = (current.counts[0]! + current.counts.at(-1)!) / n
  const beyond = outside >= 0.01 ? `, ${percent(outside)} outside the reference's range` : ''
  if (Math.abs(shift) >= MOVED) return `${shift > 0 ? 'higher' : 'lower'}: ${middle}, ${half}${beyond}`
  if (stretch >= STRETCHED) return `wider: ${half}${beyond}`
  if (stretch <= 1 / STRETCHED) return `narrower: ${half}${beyond}`
  return `another shape: ${middle}, ${half}${beyond}`
}

/** The words whose shares changed most. */
function wordsMoved(reference: Profile, current: Profile): string {
  const { bins } = reference
  if (bins.type !== 'cat') return ''
  const m = counted(reference)
  const n = counted(current)
  const moves = [...reference.counts].map((count, i) => {
    const name =
      i < bins.words.length ? `"${bins.words[i]}"` : m > 0 && count > 0 ? 'rare values' : 'new values'
    return { name, from: count / m, to: current.counts[i]! / n }
  })
  moves.sort((a, b) => Math.abs(b.to - b.from) - Math.abs(a.to - a.from))
  return moves
    .slice(0, 2)
    .filter(({ from, to }) => from !== to)
    .map(({ name, from, to }) => `${name} ${arrow(percent(from), percent(to))}`)
    .join(', ')
}

/** How the shares of lost cells moved: `missing 0% -> 12%`; undefined where they did not. */
function lostMoved(reference: Profile, current: Profile): string | undefined {
  const share = (profile: Profile, lost: number) =>
    lost / (counted(profile) + profile.missing + profile.infinite)
  const texts = [
    ['missing', share(reference, reference.missing), share(current, current.missing)] as const,
    ['infinite', share(reference, reference.infinite), share(current, current.infinite)] as const,
  ]
    .filter(([, from, to]) => Math.abs(to - from) >= 0.01)
    .map(([name, from, to]) => `${name} ${arrow(percent(from), percent(to))}`)
  return texts.length === 0 ? undefined : texts.join(', ')
}

/** One line: which way a feature moved, with the figures before and after. Profiles of the same bins. */
export function howItMoved(reference: Profile, current: Profile): string {
  const lost = lostMoved(reference, current)
  if (counted(current) === 0 || counted(reference) === 0) return lost ?? 'no values to compare'
  const moved =
    reference.bins.type === 'num' ? numbersMoved(reference, current) : wordsMoved(reference, current)
  return [moved, lost].filter((text) => text !== undefined && text !== '').join('; ')
}
