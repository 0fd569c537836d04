// The terminal driver: has the real terminal while the console runs, and gives it back as it was on
// every way out.
import type { ReadStream, WriteStream } from 'node:tty'
import { type Capabilities, readCapabilities } from './capabilities.ts'
import { createInputParser } from './input.ts'
import type { InputEvent } from './input-events.ts'
import { clipboardSequence, MOUSE, titleSequence } from './modes.ts'
import { createPossession } from './possession.ts'
import { hookProcess } from './process-end.ts'
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
  /**
   * Gives the terminal to `run` (an editor, a shell) and takes it back when that ends, even badly.
   * Rejects when the terminal is already lent or closed.
   */
  suspend<T>(run: () => T | Promise<T>): Promise<T>
  /** Puts text into the user's clipboard through the terminal; false when too long or lent. */
  copy(text: string): boolean
  setTitle(title: string): void
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
  readonly onEvent: (event: InputEvent) => void
  readonly onResize?: (columns: number, rows: number) => void
}

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

/**
 * Takes the terminal: raw mode, alternate screen, input events to `onEvent`. Ctrl-Z stops the process
 * and Ctrl-L repaints (it is also told). SIGINT, SIGTERM and SIGHUP end the process with 128 + n, after
 * the terminal is restored. Throws when stdin or stdout is no terminal.
 */
export function openTerminal(options: TerminalOptions): Terminal {
  const { stdin, stdout, env, onEvent } = options
  if (!stdin.isTTY || !stdout.isTTY) throw new Error('the console needs a terminal on stdin and stdout')
  const capabilities = readCapabilities(env, true)
  const [columns, rows] = sizeOf(stdout)
  const sink = createSink({ output: stdout, columns, rows })
  const onReturn = createResizer(options, sink)
  const parser = createInputParser({
    escapeTimeoutMs: capabilities.ssh ? ESCAPE_MS.ssh : ESCAPE_MS.local,
    emit(event) {
      if (isCtrl(event, 'z')) void stop()
      else {
        if (isCtrl(event, 'l')) sink.repaint()
        onEvent(event)
      }
    },
  })
  const possession = createPossession({
    stdin,
    stdout,
    sink,
    onReturn,
    onData: (bytes) => parser.feed(bytes),
  })
  const { state } = possession
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
  return {
    capabilities,
    theme: createTheme(capabilities),
    sink,
    close,
    ...createVerbs(options, possession, capabilities),
    get columns() {
      return sink.columns
    },
    get rows() {
      return sink.rows
    },
  }
}

/** What the console asks of its terminal while it has it. */
function createVerbs(
  { stdout }: TerminalOptions,
  possession: ReturnType<typeof createPossession>,
  capabilities: Capabilities,
): Pick<Terminal, 'suspend' | 'copy' | 'setTitle' | 'setMouse'> {
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
    setTitle: (title) => void say(titleSequence(title)),
    setMouse(on) {
      state.mouse = on
      say(on ? MOUSE.on : MOUSE.off)
    },
  }
}
