// The spool in numbers, for whoever scrapes the agent.
import type { Spool } from './spool/index.ts'

/** Gauges of a spool in the Prometheus text format. */
export function spoolGauges({ bytes, next, acked, loss }: Spool): string {
  const gauges = {
    spool_bytes: bytes,
    batches_written: next - 1,
    batches_acked: acked,
    dropped_batches: loss.droppedFrames,
    damaged_bytes: loss.damagedBytes,
  }
  return Object.entries(gauges)
    .map(([name, value]) => `# TYPE mlops_agent_${name} gauge\nmlops_agent_${name} ${value}`)
    .join('\n')
}
