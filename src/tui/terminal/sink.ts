// The output end: takes whole frames (Ink in debug mode writes them to `stream`), shows the newest one
// and drops the others while the link has not taken the last write.
import { EventEmitter } from 'node:events'
import { SYNC } from './modes.ts'
import { createScreen } from './screen.ts'

/** Where bytes go: a tty stream, or anything with Node's `write(text, callback)`. */
export interface Output {
  write(text: string, done: (error?: Error | null) => void): boolean
}

/** How the link does. */
export interface SinkStats {
  /** Writes of a frame to the terminal. */
  readonly frames: number
  /** Frames never shown because a newer one came before the link was free. */
  readonly skipped: number
  readonly bytes: number
  /** Milliseconds the last write took to leave; a longer one still waiting counts. */
  readonly drainMs: number
}

/** The output end. */
export interface Sink {
  readonly columns: number
  readonly rows: number
  readonly stats: SinkStats
  /** Frames of more than one run of cells are wrapped in DEC mode 2026. */
  sync: boolean
  /** What Ink takes as `stdout` (with `debug: true`): each write is one whole frame. */
  readonly stream: NodeJS.WriteStream
  /** Shows a frame of lines joined by \n: too long is cut, too short is filled with blanks. */
  write(frame: string): void
  /** Writes every cell of the newest frame again. */
  repaint(): void
  /** Sets the size, tells `stream`'s 'resize' listeners, and repaints. */
  resize(columns: number, rows: number): void
  /** Keeps frames back (another program has the terminal) until `release`, which repaints. */
  hold(): void
  release(): void
}

// Ink shows the cursor on unmount through the same stream; such writes are no frames.
const NO_FRAME = /^(?:\u001b\[[0-?]*[ -/]*[@-~])*\n*$/

type InkStream = Pick<NodeJS.WriteStream, 'columns' | 'rows' | 'isTTY' | 'write' | 'on' | 'off' | 'writable'>

/** Ink's view of the sink: the part of a tty stream that Ink 6.8 uses. */
function createInkStream(sink: Pick<Sink, 'columns' | 'rows' | 'write'>, events: EventEmitter) {
  const stream: InkStream = {
    get columns() {
      return sink.columns
    },
    get rows() {
      return sink.rows
    },
    isTTY: true,
    writable: true,
    write(data: string | Uint8Array, ...rest: unknown[]) {
      sink.write(typeof data === 'string' ? data : Buffer.from(data).toString())
      const done = rest.find((value) => typeof value === 'function')
      if (done !== undefined) setImmediate(() => done())
      return true
    },
    on(event: string, listener: (...values: unknown[]) => void) {
      events.on(event, listener)
      return stream as NodeJS.WriteStream
    },
    off(event: string, listener: (...values: unknown[]) => void) {
      events.off(event, listener)
      return stream as NodeJS.WriteStream
    },
  }
  return stream as NodeJS.WriteStream
}

/** Who measures the link. */
export interface LinkWatch {
  /** Bytes to send behind a frame, or ''. */
  question(): string
  /** A frame was dropped; the link had been busy for `busyMs`. */
  skipped(busyMs: number): void
}

/** True when the cursor is moved twice: one run of cells is shown in one go anyway. */
const hasRuns = (text: string): boolean => /\u001b\[[\d;]*H[\s\S]*?\u001b\[[\d;]*H/.test(text)

const whole = (text: string, sync: boolean): string =>
  sync && hasRuns(text) ? SYNC.begin + text + SYNC.end : text

/** Sends text one write at a time; `send` while `busy` is the caller's mistake. */
function createLink(output: Output, now: () => number, drained: () => void) {
  let startedAt = 0
  let lastMs = 0
  const link = {
    busy: false,
    frames: 0,
    bytes: 0,
    drainMs: () => (link.busy ? Math.max(lastMs, now() - startedAt) : lastMs),
    send(text: string) {
      link.busy = true
      link.frames++
      link.bytes += Buffer.byteLength(text)
      startedAt = now()
      output.write(text, () => {
        lastMs = now() - startedAt
        link.busy = false
        drained()
      })
    },
  }
  return link
}

/**
 * Makes the output end. One write a frame; the next frame waits until the output has taken the last
 * one. `now` is a clock in milliseconds.
 */
export function createSink(options: {
  output: Output
  columns: number
  rows: number
  sync?: boolean
  now?: () => number
  watch?: LinkWatch
}): Sink {
  const { output, watch, now = () => performance.now() } = options
  const events = new EventEmitter()
  const screen = createScreen(options.columns, options.rows)
  const size = { columns: options.columns, rows: options.rows }
  let newest = ''
  let waiting = false
  let held = false
  let skipped = 0

  const flush = (): void => {
    if (held || link.busy || !waiting) return
    waiting = false
    const text = screen.paint(newest)
    if (text === '') return
    link.send(whole(text, sink.sync) + (watch?.question() ?? ''))
  }
  const link = createLink(output, now, flush)
  const show = (): void => {
    waiting = true
    flush()
  }
  const sink: Sink = {
    sync: options.sync ?? false,
    get columns() {
      return size.columns
    },
    get rows() {
      return size.rows
    },
    get stats() {
      return { frames: link.frames, skipped, bytes: link.bytes, drainMs: link.drainMs() }
    },
    get stream() {
      return stream
    },
    write(frame) {
      if (NO_FRAME.test(frame)) return
      if (waiting && (held || link.busy) && frame !== newest) {
        skipped++
        watch?.skipped(held ? 0 : link.drainMs())
      }
      newest = frame
      show()
    },
    repaint() {
      screen.invalidate()
      show()
    },
    resize(columns, rows) {
      Object.assign(size, { columns, rows })
      screen.resize(columns, rows)
      events.emit('resize')
      show()
    },
    hold() {
      held = true
    },
    release() {
      held = false
      sink.repaint()
    },
  }
  const stream = createInkStream(sink, events)
  return sink
}
