// The terminal driver: has the real terminal while the console runs, and gives it back as it was on
// every way out.
import type { ReadStream, WriteStream } from 'node:tty'
import { type Capabilities, readCapabilities } from './capabilities.ts'
import { createInputParser } from './input.ts'
import type { InputEvent } from './input-events.ts'
import { createLatency, type Latency } from './latency.ts'
import {
  type Call,
  callSequence,
  clipboardSequence,
  MOUSE,
  NO_MODES,
  PLAIN,
  TITLE,
  titleSequence,
} from './modes.ts'
import { createPossession } from './possession.ts'
import { hookProcess } from './process-end.ts'
import { createQueries, QUERIES } from './queries.ts'
import { createSink, type Sink } from './sink.ts'
import { createTheme, type Theme } from './style.ts'

/** An open terminal. */
export interface Terminal {
  readonly columns: number
  readonly rows: number
  readonly capabilities: Capabilities
  readonly theme: Theme
  /** Hand `sink.stream` to Ink as `stdout`, with `debug: true`. */
  readonly sink: Sink
  /** Time to the terminal and back, ms; null while not known. */
  readonly latencyMs: number | null
  /** The link is slow, or frames are being skipped: draw less often. */
  readonly slow: boolean
  /**
   * Gives the terminal to `run` (an editor, a shell) and takes it back when that ends, even badly.
   * Rejects when the terminal is already lent or closed.
   */
  suspend<T>(run: () => T | Promise<T>): Promise<T>
  /** Puts text into the user's clipboard through the terminal; false when too long or lent. */
  copy(text: string): boolean
  /** Writes text as it is, for a `plain` terminal; nothing while the terminal is lent. */
  print(text: string): void
  /** null gives the window the title back that it had before. */
  setTitle(title: string | null): void
  /** Calls somebody who looks elsewhere. */
  call(how: Call, text: string): void
  /** Mouse reports are off at first, so that the terminal's own selection works. */
  setMouse(on: boolean): void
  /** Gives the terminal back. Idempotent. */
  close(): void
}

/** What `openTerminal` needs; `onResize` is called after the sink has the new size. */
export interface TerminalOptions {
  readonly stdin: ReadStream
  readonly stdout: WriteStream & { readonly fd: number }
  readonly env: Readonly<Record<string, string | undefined>>
  /** Only lines are written, with `print`, on the normal screen: for screen readers. Nothing is drawn. */
  readonly plain?: boolean
  readonly onEvent: (event: InputEvent) => void
  readonly onResize?: (columns: number, rows: number) => void
}

const clock = (): number => performance.now()

const ESCAPE_MS = { local: 50, ssh: 100 } as const

// A pty whose size was never set says 0 by 0.
function sizeOf(stdout: WriteStream): [columns: number, rows: number] {
  const [columns = 0, rows = 0] = stdout.getWindowSize()
  return [columns || 80, rows || 24]
}

function isCtrl(event: InputEvent, key: string): boolean {
  return event.type === 'key' && event.ctrl && !event.alt && event.key === key
}

function createResizer({ stdout, onResize }: TerminalOptions, sink: Sink): () => void {
  return () => {
    const [columns, rows] = sizeOf(stdout)
    if (columns === sink.columns && rows === sink.rows) return
    sink.resize(columns, rows)
    onResize?.(columns, rows)
  }
}

/** Bytes of the terminal to events: those that are its own business are dealt with here. */
function createEars(
  { onEvent }: TerminalOptions,
  sink: Sink,
  escapeTimeoutMs: number,
  own: { take(event: InputEvent): boolean; stop(): void },
) {
  return createInputParser({
    escapeTimeoutMs,
    emit(event) {
      if (own.take(event)) return
      if (isCtrl(event, 'z')) return own.stop()
      if (isCtrl(event, 'l')) sink.repaint()
      onEvent(event)
    },
  })
}

/**
 * Takes the terminal: raw mode, alternate screen, input events to `onEvent`. Ctrl-Z stops the process
 * and Ctrl-L repaints (it is also told). SIGINT, SIGTERM and SIGHUP end the process with 128 + n, after
 * the terminal is restored. Throws when stdin or stdout is no terminal.
 */
export function openTerminal(options: TerminalOptions): Terminal {
  const { stdin, stdout, env } = options
  if (!stdin.isTTY || !stdout.isTTY) throw new Error('the console needs a terminal on stdin and stdout')
  const capabilities = readCapabilities(env, true)
  const [columns, rows] = sizeOf(stdout)
  const latency = createLatency(clock, () => sink.rows)
  const sink = createSink({ output: stdout, columns, rows, now: clock, watch: latency })
  const onReturn = createResizer(options, sink)
  const escapeMs = capabilities.ssh ? ESCAPE_MS.ssh : ESCAPE_MS.local
  const parser = createEars(options, sink, escapeMs, {
    take: (event) => queries.take(event),
    stop: () => void stop(),
  })
  const onData = (bytes: Buffer): void => parser.feed(bytes)
  const awaitsAnswers = (): boolean => queries.pending
  const lines = capabilities.dumb ? NO_MODES : PLAIN
  const plain = options.plain ? lines : undefined
  const possession = createPossession({ stdin, stdout, sink, plain, onReturn, onData, awaitsAnswers })
  const { state, setKitty } = possession
  const setSync = (on: boolean): void => {
    sink.sync = on
  }
  const stop = async (): Promise<void> => {
    if (await possession.lend('shell')) hooks.stopProcess()
  }
  const close = (): void => {
    if (!possession.giveBack()) return
    parser.close()
    stdout.off('resize', onReturn)
    hooks.unhook()
  }
  const hooks = hookProcess({
    stdin,
    stdout,
    restore: close,
    stop: () => void stop(),
    resume: possession.takeBack,
    isLent: () => state.holder === 'program',
  })
  stdout.on('resize', onReturn)
  possession.enter()
  const queries = createQueries({ latency, setKitty, setSync }, clock, plain === undefined)
  if (!plain) stdout.write(QUERIES)
  const verbs = createVerbs(options, possession, capabilities)
  return withFigures({ capabilities, theme: createTheme(capabilities), sink, close, ...verbs }, latency)
}

type Figures = 'columns' | 'rows' | 'latencyMs' | 'slow'

/** Adds what changes while the terminal is open. */
function withFigures(terminal: Omit<Terminal, Figures>, latency: Latency): Terminal {
  const { sink } = terminal
  return {
    ...terminal,
    get columns() {
      return sink.columns
    },
    get rows() {
      return sink.rows
    },
    get latencyMs() {
      return latency.ms
    },
    get slow() {
      return latency.slow
    },
  }
}

/** What the console asks of its terminal while it has it. */
function createVerbs(
  { stdout }: TerminalOptions,
  possession: ReturnType<typeof createPossession>,
  capabilities: Capabilities,
): Pick<Terminal, 'suspend' | 'copy' | 'print' | 'setTitle' | 'call' | 'setMouse'> {
  const { state } = possession
  const say = (sequence: string): boolean => {
    if (state.holder === 'console') stdout.write(sequence)
    return state.holder === 'console'
  }
  return {
    async suspend(run) {
      if (!(await possession.lend('program'))) throw new Error('the terminal is not ours to lend')
      try {
        return await run()
      } finally {
        possession.takeBack()
      }
    },
    copy(text) {
      const sequence = clipboardSequence(text, capabilities)
      return sequence !== undefined && say(sequence)
    },
    print: (text) => void say(text),
    setTitle(title) {
      if (title === state.title) return
      const keep = state.title === null ? TITLE.keep : ''
      say(title === null ? TITLE.restore : keep + titleSequence(title))
      state.title = title
    },
    call: (how, text) => void say(callSequence(how, text, capabilities)),
    setMouse(on) {
      state.mouse = on
      say(on ? MOUSE.on : MOUSE.off)
    },
  }
}
