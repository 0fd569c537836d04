// Labels that come later, joined to predictions by id. The order in which labels come changes nothing.

/** A label of a prediction: its id, and the label's number (NaN: none). */
export type LabelRow = readonly [id: string, label: number]

/** What the join found. */
export interface Join {
  /** Per prediction its label; NaN where none came, or two that contradict each other. */
  readonly labels: Float64Array
  /** Predictions whose id stood before: the same prediction again, without a label. */
  readonly repeated: readonly number[]
  /** Ids of labels that no prediction has, each once. */
  readonly unknown: readonly string[]
  /** Ids with two labels that differ, each once. */
  readonly contradicted: readonly string[]
}

/** Joins labels to predictions. An empty id is never joined. */
export function joinLabels(ids: readonly string[], rows: Iterable<LabelRow>): Join {
  const places = new Map<string, number>()
  const repeated: number[] = []
  for (const [i, id] of ids.entries()) {
    if (id === '') continue
    if (places.has(id)) repeated.push(i)
    else places.set(id, i)
  }
  const labels = new Float64Array(ids.length).fill(Number.NaN)
  const [unknown, contradicted] = [new Set<string>(), new Set<string>()]
  for (const [id, label] of rows) {
    const place = places.get(id)
    if (place === undefined) unknown.add(id)
    else if (Number.isNaN(label)) continue
    else if (Number.isNaN(labels[place]!)) labels[place] = label
    else if (labels[place] !== label) contradicted.add(id)
  }
  for (const id of contradicted) labels[places.get(id)!] = Number.NaN
  return { labels, repeated, unknown: [...unknown], contradicted: [...contradicted] }
}
