// Which metric of a run a person looks at first, by its name.

const MAIN_METRIC = [
  /(^|[/._])val(id(ation)?)?[/._ -]*(.*[/._])?loss/i,
  /(^|[/._ -])loss$/i,
  /loss/i,
  /reward|return/i,
  /acc/i,
  /error|mae|rmse|mse/i,
]

const UNLIKELY = /^(step|epoch|time|lr)/i
/** Ranks of names seen so far: names are few, runs are many. */
const ranks = new Map<string, number>()
const MAX_RANKS = 100_000

/** How soon a person looks at a metric of this name; 0 is first. */
export function rankOf(key: string): number {
  const known = ranks.get(key)
  if (known !== undefined) return known
  const found = MAIN_METRIC.findIndex((pattern) => pattern.test(key))
  const rank = found >= 0 ? found : MAIN_METRIC.length + (UNLIKELY.test(key) ? 1 : 0)
  if (ranks.size >= MAX_RANKS) ranks.clear()
  ranks.set(key, rank)
  return rank
}
