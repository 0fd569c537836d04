// Points as they come over the wire.
import type { Columns } from '../core/columns.ts'
import { fromWireStep, fromWireValue } from '../protocol/numbers.ts'

/** Columns in JSON. */
export interface WireColumns {
  steps: unknown[]
  times: number[]
  values: unknown[]
}

/** Columns of a part of an answer. */
export function readColumns({ steps, times, values }: WireColumns): Columns {
  const read = steps.map((step) => fromWireStep(step) ?? 0)
  const wide = read.some((step) => typeof step === 'bigint')
  return {
    steps: wide ? BigInt64Array.from(read, (step) => BigInt(step)) : Float64Array.from(read as number[]),
    times: Float64Array.from(times),
    values: Float64Array.from(values, (value) => fromWireValue(value) ?? Number.NaN),
  }
}
