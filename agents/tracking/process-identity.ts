// A process of this machine, told apart from any later one with the same number.
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'

/** A process; `started` is `<ticks since boot>@<boot>/<pid namespace>`: no other process ever has both the same. */
export interface ProcessId {
  readonly pid: number
  readonly started: string
}

/** What /proc/PID/stat says. Source: proc(5). */
export interface ProcessStat {
  readonly pid: number
  readonly parent: number
  /** Letter: `Z` is a process that has ended and that nobody has waited for. */
  readonly state: string
  /** Processor time, ticks of 10 ms. */
  readonly ticks: number
  readonly threads: number
  /** Ticks since boot. */
  readonly start: string
}

/** Is it there? `hidden`: nobody can tell from here. */
export type Sight = 'alive' | 'gone' | 'hidden'

/** Reads a line of /proc/PID/stat; undefined when it is none. The name in it may hold spaces and brackets. */
export function parseStat(text: string): ProcessStat | undefined {
  const pid = Number.parseInt(text, 10)
  const cells = text
    .slice(text.lastIndexOf(')') + 2)
    .trimEnd()
    .split(' ')
  if (!(pid > 0) || cells.length < 20) return undefined
  return {
    pid,
    state: cells[0]!,
    parent: Number(cells[1]),
    ticks: Number(cells[11]) + Number(cells[12]),
    threads: Number(cells[17]),
    start: cells[19]!,
  }
}

/** A file of a /proc tree; undefined when it is not there or not for us. */
export function readProc(path: string): string | undefined {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return undefined
  }
}

/** Where a link of a /proc tree leads; undefined when it is not there or not for us. */
export function linkProc(path: string): string | undefined {
  try {
    return readlinkSync(path)
  } catch {
    return undefined
  }
}

/** Numbers of all processes in sight. */
export function pidsOf(proc: string): number[] {
  try {
    return readdirSync(proc)
      .filter((name) => /^\d+$/.test(name))
      .map(Number)
  } catch {
    return []
  }
}

/** What /proc says of a process; undefined when it is not in sight. */
export function statOf(pid: number, proc = '/proc'): ProcessStat | undefined {
  const text = readProc(`${proc}/${pid}/stat`)
  return text === undefined ? undefined : parseStat(text)
}

interface Ground {
  readonly boot: string
  readonly namespace: string
}

const grounds = new Map<string, Ground>()

/** What numbers of processes hold for: this boot, this namespace. Neither changes while we live. */
function groundOf(proc: string): Ground {
  let ground = grounds.get(proc)
  if (!ground) {
    const boot = readProc(`${proc}/sys/kernel/random/boot_id`)?.trim() ?? ''
    ground = { boot, namespace: linkProc(`${proc}/self/ns/pid`)?.replace(/\D/g, '') ?? '' }
    grounds.set(proc, ground)
  }
  return ground
}

/** The process that has a number now; undefined when none has. */
export function identify(pid: number, proc = '/proc'): ProcessId | undefined {
  const stat = statOf(pid, proc)
  const { boot, namespace } = groundOf(proc)
  return stat && { pid, started: `${stat.start}@${boot}/${namespace}` }
}

/** Some systems show the processes of others to nobody: a signal that is not sent still tells of them. */
function answers(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code !== 'ESRCH'
  }
}

/** Looks for a process. */
export function look({ pid, started }: ProcessId, proc = '/proc'): Sight {
  const [, ticks, boot, namespace] = /^(\d+)@([^/]*)\/(.*)$/.exec(started) ?? []
  const ground = groundOf(proc)
  if (ticks === undefined || ground.boot === '') return 'hidden'
  if (boot !== ground.boot) return 'gone'
  if (namespace !== ground.namespace) return 'hidden'
  const stat = statOf(pid, proc)
  if (!stat) return answers(pid) ? 'hidden' : 'gone'
  // The first thread of a program may end before the others.
  const isOver = stat.state === 'X' || (stat.state === 'Z' && stat.threads <= 1)
  return stat.start === ticks && !isOver ? 'alive' : 'gone'
}
