// What a benchmark reports.

/** One measured figure. `budget` is what we promise, `limit` what the machine was seen to do. */
export interface Figure {
  readonly name: string
  readonly value: number
  readonly unit: string
  readonly better: 'lower' | 'higher'
  readonly budget?: number
  readonly limit?: number
}
