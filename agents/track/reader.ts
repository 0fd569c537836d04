// Finds metrics in what a program prints, as it is printed: any bytes in any pieces, in bounded time and memory.
import type { Step } from '../../src/protocol/numbers.ts'
import { parseLossLine } from '../sources/loss-lines.ts'
import { createStepper } from '../sources/loss-steps.ts'

/** Where it goes. */
export interface ReaderSink {
  /** `time` in Unix ms. */
  point(key: string, step: Step, time: number, value: number): void
  params(params: Readonly<Record<string, string>>): void
}

/** Reads the output of one program. */
export interface OutputReader {
  /** A stream of its own: lines are put together in each, steps are counted over all. */
  stream(): { take(chunk: Buffer): void; end(): void }
  /** Lines that were not looked at, for there were too many at once. */
  skipped(): number
}

/** Longest line that is looked into, bytes. */
const MAX_LINE = 65_536
/** Time that reading may take of each second, ms: the program must not wait for it. */
const BUDGET_MS = 250
const LF = 10
const CR = 13

/** Spends at most BUDGET_MS of each second. */
function createBudget(clock: () => number): (work: () => void) => boolean {
  let since = Number.NEGATIVE_INFINITY
  let spent = 0
  return (work) => {
    const began = clock()
    if (began - since >= 1_000) {
      since = began
      spent = 0
    }
    if (spent >= BUDGET_MS) return false
    work()
    spent += clock() - began
    return true
  }
}

/** Cuts bytes into lines and drawings of a line; those above MAX_LINE and binary ones are left out. */
function createCutter(line: (text: string) => void) {
  let rest: Buffer = Buffer.alloc(0)
  let skipping = false

  function piece(bytes: Buffer): void {
    const isText = !skipping && bytes.length > 0 && bytes.length <= MAX_LINE && !bytes.includes(0)
    skipping = false
    if (isText) line(bytes.toString('utf8'))
  }

  return {
    take(chunk: Buffer): void {
      const bytes = rest.length > 0 ? Buffer.concat([rest, chunk]) : chunk
      const next = (byte: number, from: number) => {
        const at = bytes.indexOf(byte, from)
        return at < 0 ? bytes.length : at
      }
      let [at, newline, drawn] = [0, next(LF, 0), next(CR, 0)]
      for (let end = Math.min(newline, drawn); end < bytes.length; end = Math.min(newline, drawn)) {
        piece(bytes.subarray(at, end))
        at = end + 1
        if (newline < at) newline = next(LF, at)
        if (drawn < at) drawn = next(CR, at)
      }
      skipping ||= bytes.length - at > MAX_LINE
      rest = skipping ? Buffer.alloc(0) : Buffer.from(bytes.subarray(at))
    },
    end(): void {
      piece(rest)
      rest = Buffer.alloc(0)
    },
  }
}

/** Makes it; `now` in Unix ms, `clock` monotonic. */
export function createReader(
  sink: ReaderSink,
  now: () => number = Date.now,
  clock = () => performance.now(),
): OutputReader {
  const stepper = createStepper()
  const within = createBudget(clock)
  let skipped = 0

  function read(text: string): void {
    const line = parseLossLine(text)
    if (!line) return
    if (line.params) sink.params(line.params)
    const step = stepper.stepOf(line)
    if (step === undefined) return
    for (const [key, value] of line.metrics) sink.point(key, step, line.time ?? now(), value)
  }

  return {
    stream: () =>
      createCutter((text) => {
        if (!within(() => read(text))) skipped++
      }),
    skipped: () => skipped,
  }
}
