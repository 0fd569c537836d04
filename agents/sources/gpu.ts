// Keeps one nvidia-smi running and remembers what it said last. Time is a monotonic clock in ms, so a
// step of the wall clock neither ages a reading nor starts a process.
import { type ChildProcess, spawn } from 'node:child_process'
import { Socket } from 'node:net'
import type { Readable } from 'node:stream'
import { cleanText } from '../../src/protocol/text.ts'
import { GPU_FIELDS, type GpuReading, parseHeader, parseRow } from './nvidia-smi.ts'

const FIRST_RETRY = 1_000
const LAST_RETRY = 60_000
/** A stuck driver lets nvidia-smi hang. */
const SILENCE = 30_000
/** Longest line and most lines of a message that are kept; the rest is noise. */
const MAX_LINE = 65_536
const MAX_MESSAGES = 4

/** Calls back for every whole line; a line that never ends is dropped. */
function eachLine(stream: Readable | null | undefined, take: (line: string) => void): void {
  let rest = ''
  stream?.setEncoding('utf8').on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = (lines.pop() ?? '').slice(0, MAX_LINE)
    for (const line of lines) if (line.trim() !== '') take(line.trim())
  })
  stream?.on('end', () => rest.trim() !== '' && take(rest.trim()))
  // A pipe that breaks ends the child too, and that is reported there.
  stream?.on('error', () => {})
  // Only reading must not keep the agent alive.
  if (stream instanceof Socket) stream.unref()
}

function start(command: string, intervalMs: number): ChildProcess {
  const args = [`--query-gpu=${GPU_FIELDS.join(',')}`, '--format=csv', '-lms', String(intervalMs)]
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, LC_ALL: 'C' },
    windowsHide: true,
  })
  child.unref()
  return child
}

/**
 * Watches GPUs through `command` (nvidia-smi), one row a GPU every `intervalMs`. It is started again when
 * it ends: after 1 s, doubling to 60 s, from 1 s again once it ran for a minute.
 */
export class GpuWatch {
  #command: string
  #intervalMs: number
  #child: ChildProcess | undefined
  #header: string[] | undefined
  #messages: string[] = []
  #gpus = new Map<number, { reading: GpuReading; at: number }>()
  #now = 0
  #began = 0
  #heard = 0
  #retryAt = Number.NEGATIVE_INFINITY
  #wait = FIRST_RETRY
  /** Why there are no readings, in nvidia-smi's words; null while all is well and where it is not installed. */
  note: string | null = null
  /** True once it is known whether there are GPUs. */
  settled = false

  constructor(command: string, intervalMs: number) {
    this.#command = command
    this.#intervalMs = intervalMs
  }

  /** Starts nvidia-smi when that is due, ends one that fell silent; never waits. */
  tick(now: number): void {
    this.#now = now
    const silent = this.#child ? now - this.#heard : 0
    if (silent >= Math.max(SILENCE, 10 * this.#intervalMs)) this.#endSilent(silent)
    if (!this.#child && now >= this.#retryAt) this.#launch()
  }

  /** The GPUs listed last, by index; they stay listed while nvidia-smi fails. */
  list(): GpuReading[] {
    return this.#entries(Number.POSITIVE_INFINITY)
  }

  /** Readings not older than 3 intervals. */
  fresh(): GpuReading[] {
    return this.#entries(3 * this.#intervalMs)
  }

  /** Ends nvidia-smi for good. */
  close(): void {
    const life = this.#child
    this.#child = undefined
    this.#retryAt = Number.POSITIVE_INFINITY
    life?.kill('SIGTERM')
    // An nvidia-smi deaf to the signal ends at its next write.
    life?.stdout?.destroy()
    life?.stderr?.destroy()
  }

  #entries(age: number): GpuReading[] {
    const young = [...this.#gpus.values()].filter(({ at }) => this.#now - at <= age)
    return young.map(({ reading }) => reading).sort((a, b) => a.index - b.index)
  }

  #launch(): void {
    this.#header = undefined
    this.#messages = []
    this.#began = this.#now
    this.#heard = this.#now
    try {
      this.#listen(start(this.#command, this.#intervalMs))
    } catch (error) {
      this.#failed(error as NodeJS.ErrnoException)
    }
  }

  #listen(life: ChildProcess): void {
    this.#child = life
    life.on('error', (error) => {
      if (this.#child === life && life.pid === undefined) this.#failed(error)
    })
    life.on('close', (code, signal) => {
      const said = this.#messages.join(' ') || `nvidia-smi ended (${signal ?? `exit code ${code}`})`
      if (this.#child === life) this.#ended(said, 0)
    })
    eachLine(life.stdout, (line) => this.#take(line))
    eachLine(life.stderr, (line) => this.#say(line))
  }

  #take(line: string): void {
    if (!this.#header) {
      this.#header = parseHeader(line)
      if (!this.#header) this.#say(line)
      return
    }
    const reading = parseRow(line, this.#header)
    if (reading) this.#keep(reading)
    else if (!/^\d+,/.test(line)) this.#say(line)
  }

  #keep(reading: GpuReading): void {
    // The list of an earlier life stands until this life begins to list.
    if (this.note !== null) this.#gpus.clear()
    this.#gpus.set(reading.index, { reading, at: this.#now })
    this.#heard = this.#now
    this.note = null
    this.settled = true
  }

  #say(line: string): void {
    this.#messages = [...this.#messages, line].slice(-MAX_MESSAGES)
  }

  #failed(error: NodeJS.ErrnoException): void {
    const absent = error.code === 'ENOENT'
    if (absent) this.#gpus.clear()
    // Absent is no fault; tried again all the same, as a driver may be installed while the agent runs.
    this.#ended(absent ? null : error.message, LAST_RETRY)
  }

  #ended(why: string | null, pause: number): void {
    if (this.#now - this.#began >= LAST_RETRY) this.#wait = FIRST_RETRY
    this.#retryAt = this.#now + Math.max(pause, this.#wait)
    this.#wait = Math.min(LAST_RETRY, this.#wait * 2)
    this.#child = undefined
    this.note = why === null ? null : cleanText(why, 512)
    this.settled = true
  }

  #endSilent(silent: number): void {
    this.#messages = [`nvidia-smi gave no reading for ${Math.round(silent / 1000)} s`]
    this.note = this.#messages[0]!
    this.settled = true
    // A process stuck in the driver outlives the signal; it is then the only one, and asked again.
    this.#child?.kill('SIGTERM')
    this.#heard = this.#now
  }
}
