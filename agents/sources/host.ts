// The host source: load, memory, disks, network and GPUs of the machine that the agent runs on, at an even pace.
// It shows the machine, not the agent's control group: limits of a container are not applied.
import { readFileSync } from 'node:fs'
import type { statfs } from 'node:fs/promises'
import os from 'node:os'
import type { AgentEvent } from '../../src/protocol/events.ts'
import { type DiskSpace, diskSpace } from './disk-space.ts'
import { GpuWatch } from './gpu.ts'
import type { GpuReading } from './nvidia-smi.ts'
import { type Machine, type Memory, readMachine } from './proc.ts'
import { counterRates, cpuShare, percent } from './rates.ts'
import type { Emit, Source, SourceOptions } from './source.ts'

/** What the host source is made with. */
export interface HostSourceOptions extends SourceOptions {
  /** Time between two samples, ms. */
  readonly intervalMs: number
  /** The /proc tree; where it has no `stat`, node:os answers. */
  readonly proc?: string
  /** A path in the file system that `disk` is about. */
  readonly diskPath?: string
  /** The nvidia-smi program; false looks for no GPUs. */
  readonly nvidiaSmi?: string | false
  /** A clock in ms that never steps; for rates and the age of GPU readings. */
  readonly monotonic?: () => number
  readonly statfs?: typeof statfs
}

type Description = Extract<AgentEvent, { type: 'host.described' }>['data']

/** Longest wait for the first word of nvidia-smi before the host is described without GPUs, ms. */
const GPU_PATIENCE = 10_000

function osName(): string {
  try {
    const name = /^PRETTY_NAME="?([^"\n]+)/m.exec(readFileSync('/etc/os-release', 'utf8'))?.[1]
    return name ?? os.type()
  } catch {
    return os.type()
  }
}

function describeMachine(memory: Memory | undefined): Omit<Description, 'gpus' | 'note'> {
  const cpus = os.cpus()
  return {
    os: osName(),
    kernel: os.release(),
    cpus: cpus.length,
    cpuModel: cpus[0]?.model.trim() ?? '',
    memoryBytes: memory?.total ?? os.totalmem(),
  }
}

type Put = (key: string, value: number | undefined) => void

function putMemory(put: Put, memory: Memory | undefined): void {
  if (!memory) return
  const { total, available, swapTotal, swapFree } = memory
  put('memory', percent(total - available, total))
  put('memory.used', total - available)
  put('swap', percent(swapTotal - swapFree, swapTotal))
}

function putRates(put: Put, before: Machine, after: Machine, seconds: number): void {
  const [read, write] = counterRates(before.disks, after.disks, seconds)
  const [received, sent] = counterRates(before.interfaces, after.interfaces, seconds)
  put('cpu', cpuShare(before.cpu, after.cpu))
  put('disk.read', read)
  put('disk.write', write)
  put('net.rx', received)
  put('net.tx', sent)
}

function putGpu(put: Put, gpu: GpuReading): void {
  const { index, memoryUsed, memoryTotal } = gpu
  put(`gpu.${index}.utilization`, gpu.utilization)
  put(`gpu.${index}.memory`, percent(memoryUsed ?? Number.NaN, memoryTotal ?? Number.NaN))
  put(`gpu.${index}.memory.used`, memoryUsed)
  put(`gpu.${index}.temperature`, gpu.temperature)
  put(`gpu.${index}.power`, gpu.power)
}

const gpuOf = ({ index, name, memoryTotal }: GpuReading) => ({ index, name, memoryMiB: memoryTotal ?? null })

/** Emits `host.described` when what it says changed; waits a little for the first word about GPUs. */
function describer(agent: string, gpus: GpuWatch | undefined) {
  let machine: Omit<Description, 'gpus' | 'note'> | undefined
  let last = ''
  let since: number | undefined
  return (emit: Emit, now: number, clock: number, memory: Memory | undefined): void => {
    since ??= clock
    if (gpus && !gpus.settled && clock - since < GPU_PATIENCE) return
    machine ??= describeMachine(memory)
    const data: Description = { ...machine, gpus: gpus?.list().map(gpuOf) ?? [], note: gpus?.note ?? null }
    const text = JSON.stringify(data)
    if (text !== last) emit.event({ type: 'host.described', at: now, about: agent, data })
    last = text
  }
}

/** Emits `source.problem` when a new reason keeps the fill of the disk unknown. */
function diskReporter(agent: string, path: string) {
  let last: string | null = null
  let count = 0
  return (emit: Emit, now: number, put: Put, space: DiskSpace): void => {
    if ('used' in space) {
      last = null
      put('disk', space.used)
    } else if (space.problem !== null) {
      count++
      const data = { source: 'host', path, problem: space.problem, count }
      if (space.problem !== last) emit.event({ type: 'source.problem', at: now, about: agent, data })
      last = space.problem
    }
  }
}

/**
 * Makes the source `host`. Every `intervalMs` it emits points of owner `agent`, with step = Unix seconds:
 * percent: `cpu`, `memory`, `swap`, `disk`, `gpu.<i>.utilization`, `gpu.<i>.memory`; bytes: `memory.used`; bytes a second:
 * `disk.read`, `disk.write`, `net.rx`, `net.tx`; `load1`, `load5`; `gpu.<i>.memory.used` MiB,
 * `gpu.<i>.temperature` Celsius, `gpu.<i>.power` W. What is not known is left out, as are all rates of the first sample.
 */
export function createHostSource(options: HostSourceOptions): Source {
  const { agent, intervalMs, proc = '/proc', diskPath = '/', nvidiaSmi = 'nvidia-smi' } = options
  const monotonic = options.monotonic ?? (() => performance.now())
  const gpus = nvidiaSmi === false ? undefined : new GpuWatch(nvidiaSmi, intervalMs)
  const describe = describer(agent, gpus)
  const readDisk = diskSpace(diskPath, options.statfs)
  const reportDisk = diskReporter(agent, diskPath)
  let before: { machine: Machine; clock: number } | undefined
  let slot: number | undefined

  async function sample(emit: Emit, now: number): Promise<void> {
    const put: Put = (key, value) => {
      if (value !== undefined) emit.point(agent, key, Math.floor(now / 1000), now, value)
    }
    const [machine, clock] = [readMachine(proc), monotonic()]
    gpus?.tick(clock)
    describe(emit, now, clock, machine.memory)
    if (before) putRates(put, before.machine, machine, (clock - before.clock) / 1000)
    before = { machine, clock }
    putMemory(put, machine.memory)
    put('load1', machine.load?.[0])
    put('load5', machine.load?.[1])
    for (const gpu of gpus?.fresh() ?? []) putGpu(put, gpu)
    reportDisk(emit, now, put, await readDisk())
  }

  return {
    name: 'host',
    async poll(emit, now) {
      // Slots of the clock rather than a pause since the last sample: an even pace whatever a poll takes.
      const current = Math.floor(now / intervalMs)
      if (current !== slot) await sample(emit, now)
      slot = current
      return false
    },
    close: () => gpus?.close(),
  }
}
