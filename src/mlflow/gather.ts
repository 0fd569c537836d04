// Points of requests as a batch has them.
import { PointBuffer, type Points } from '../protocol/points.ts'
import type { MetricPoint } from './backend.ts'

/** Metric points grouped by series. */
export function gather(points: readonly MetricPoint[]): Points {
  const buffer = new PointBuffer()
  for (const { run, key, step, time, value } of points) buffer.add(run, key, step, time, value)
  return buffer.take()
}
