// Which processes belong to which: one look at all of them, shared by all runs.
import { setImmediate } from 'node:timers/promises'
import { type ProcessStat, pidsOf, readProc, statOf } from './process-identity.ts'

/** All processes in sight, by number. */
export type ProcessTable = ReadonlyMap<number, ProcessStat>

/** How many are read without a pause: about 3 ms. */
const SLICE = 200

/** Looks at all processes, in slices. */
export async function readProcesses(proc = '/proc'): Promise<ProcessTable> {
  const table = new Map<number, ProcessStat>()
  let count = 0
  for (const pid of pidsOf(proc)) {
    const stat = statOf(pid, proc)
    if (stat) table.set(pid, stat)
    if (++count % SLICE === 0) await setImmediate()
  }
  return table
}

/** The processes of these numbers and all that came from them, each once. */
export function treeOf(table: ProcessTable, roots: readonly number[]): ProcessStat[] {
  const children = new Map<number, ProcessStat[]>()
  for (const stat of table.values()) {
    const siblings = children.get(stat.parent)
    if (siblings) siblings.push(stat)
    else children.set(stat.parent, [stat])
  }
  const tree = new Map<number, ProcessStat>()
  const waiting = roots.flatMap((pid) => table.get(pid) ?? [])
  for (let stat = waiting.pop(); stat; stat = waiting.pop()) {
    if (tree.has(stat.pid)) continue
    tree.set(stat.pid, stat)
    waiting.push(...(children.get(stat.pid) ?? []))
  }
  return [...tree.values()]
}

/** Memory of processes, MiB; pages that several share count for each. */
export function memoryOf(tree: readonly ProcessStat[], proc = '/proc'): number {
  let kib = 0
  for (const { pid } of tree)
    kib += Number(/^VmRSS:\s+(\d+) kB$/m.exec(readProc(`${proc}/${pid}/status`) ?? '')?.[1] ?? 0)
  return kib / 1024
}

/** Processor time between two looks, percent of one core; undefined where no process was there at both. */
export function cpuBetween(
  before: readonly ProcessStat[],
  after: readonly ProcessStat[],
  seconds: number,
): number | undefined {
  const earlier = new Map(before.map((stat) => [stat.pid, stat]))
  let ticks = 0
  let known = false
  for (const { pid, start, ticks: now } of after) {
    const then = earlier.get(pid)
    const isSame = then?.start === start
    known ||= isSame
    ticks += Math.max(0, now - (isSame ? then.ticks : 0))
  }
  // A tick is 10 ms in what Linux tells programs, whatever the kernel's own is.
  return known && seconds > 0 ? ticks / seconds : undefined
}
