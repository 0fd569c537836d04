// Reads what Linux says of the machine in /proc, or what node:os says elsewhere. A part that cannot be
// read or makes no sense is undefined, never 0.
import { readFileSync } from 'node:fs'
import os from 'node:os'

/** Processor time since boot over all cores, in ticks of any one unit. */
export interface CpuTime {
  readonly busy: number
  readonly total: number
}

/** Bytes. `available` is what programs can still get without swapping; no swap: `swapTotal` is 0. */
export interface Memory {
  readonly total: number
  readonly available: number
  readonly swapTotal: number
  readonly swapFree: number
}

/** Bytes since boot of each device: [read, written] of a disk, [received, sent] of an interface. */
export type Counters = ReadonlyMap<string, readonly [number, number]>

/** The machine at one moment. */
export interface Machine {
  readonly cpu: CpuTime | undefined
  readonly memory: Memory | undefined
  readonly disks: Counters
  readonly interfaces: Counters
  /** Load averages over 1 and 5 minutes. */
  readonly load: readonly [number, number] | undefined
}

const SECTOR = 512
/** Devices made of other devices or of memory: their bytes are counted below them, or are none. */
const NOT_A_DISK = /^(loop|ram|zram|dm-|md|sr|fd|bcache|drbd|nvme\d+c)\d/

function numbers(text: string): number[] | undefined {
  const cells = text.trim().split(/\s+/).map(Number)
  return cells.every((cell) => Number.isFinite(cell) && cell >= 0) ? cells : undefined
}

/** Reads the first line of /proc/stat. Waiting for a disk counts as idle, stolen time as busy. */
export function parseCpu(stat: string): CpuTime | undefined {
  const line = /^cpu +(.*)$/m.exec(stat)?.[1]
  // user nice system idle iowait irq softirq steal; guest time is already in user.
  const times = line === undefined ? undefined : numbers(line)?.slice(0, 8)
  if (!times || times.length < 4) return undefined
  const total = times.reduce((sum, time) => sum + time, 0)
  return { total, busy: total - times[3]! - (times[4] ?? 0) }
}

/** Reads /proc/meminfo. */
export function parseMemory(meminfo: string): Memory | undefined {
  const bytes = (name: string): number | undefined => {
    const kib = new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(meminfo)?.[1]
    return kib === undefined ? undefined : Number(kib) * 1024
  }
  const total = bytes('MemTotal')
  // Kernels before 3.14 have no MemAvailable.
  const available = bytes('MemAvailable') ?? (bytes('MemFree') ?? Number.NaN) + (bytes('Cached') ?? 0)
  if (total === undefined || !(available <= total)) return undefined
  return { total, available, swapTotal: bytes('SwapTotal') ?? 0, swapFree: bytes('SwapFree') ?? 0 }
}

/** A partition carries its disk's name and a number, with a `p` between when the name ends in a digit. */
function isPartition(name: string, all: ReadonlySet<string>): boolean {
  const disk = /^(.*\D)\d+$/.exec(name)?.[1]
  if (disk === undefined) return false
  return all.has(disk) || (/\dp$/.test(disk) && all.has(disk.slice(0, -1)))
}

/** Reads /proc/diskstats: whole real disks only, so that no byte is counted twice. */
export function parseDisks(diskstats: string): Counters {
  const disks = new Map<string, readonly [number, number]>()
  for (const line of diskstats.split('\n')) {
    const cells = line.trim().split(/\s+/)
    const [read, written] = [Number(cells[5]) * SECTOR, Number(cells[9]) * SECTOR]
    if (read >= 0 && written >= 0) disks.set(cells[2]!, [read, written])
  }
  const names = new Set(disks.keys())
  for (const name of names) if (NOT_A_DISK.test(name) || isPartition(name, names)) disks.delete(name)
  return disks
}

/** Reads /proc/net/dev: all interfaces but the loopback. */
export function parseInterfaces(dev: string): Counters {
  const interfaces = new Map<string, readonly [number, number]>()
  for (const line of dev.split('\n')) {
    const colon = line.lastIndexOf(':')
    const name = line.slice(0, Math.max(0, colon)).trim()
    const cells = numbers(line.slice(colon + 1))
    if (name && name !== 'lo' && cells && cells.length >= 9) interfaces.set(name, [cells[0]!, cells[8]!])
  }
  return interfaces
}

/** Reads the load averages over 1 and 5 minutes from /proc/loadavg. */
export function parseLoad(loadavg: string): readonly [number, number] | undefined {
  const loads = numbers(loadavg.split(' ').slice(0, 2).join(' '))
  return loads?.length === 2 ? [loads[0]!, loads[1]!] : undefined
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

const NONE: Counters = new Map()

/** Reads the machine from a /proc tree; from node:os when there is none, without disks and network. */
export function readMachine(proc: string): Machine {
  const stat = read(`${proc}/stat`)
  if (stat === undefined) return readOs()
  return {
    cpu: parseCpu(stat),
    memory: parseMemory(read(`${proc}/meminfo`) ?? ''),
    disks: parseDisks(read(`${proc}/diskstats`) ?? ''),
    interfaces: parseInterfaces(read(`${proc}/net/dev`) ?? ''),
    load: parseLoad(read(`${proc}/loadavg`) ?? ''),
  }
}

function readOs(): Machine {
  const cpu = { busy: 0, total: 0 }
  for (const { times } of os.cpus()) {
    const busy = times.user + times.nice + times.sys + times.irq
    cpu.busy += busy
    cpu.total += busy + times.idle
  }
  const [load1 = 0, load5 = 0] = os.loadavg()
  return {
    cpu: cpu.total > 0 ? cpu : undefined,
    memory: { total: os.totalmem(), available: os.freemem(), swapTotal: 0, swapFree: 0 },
    disks: NONE,
    interfaces: NONE,
    // Windows has no load average and node:os says 0.
    load: process.platform === 'win32' ? undefined : [load1, load5],
  }
}
