// Runs the console on a terminal until the user quits.
import { type Duplex, PassThrough } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import { render } from 'ink'
import type { HubLink } from '../core/link.ts'
import { chosenList, type Preferences, readChoices } from './app/choices.ts'
import { type Clock, systemClock } from './app/clock.ts'
import { type ConsoleStore, createConsoleStore, type StoreOptions } from './app/console-store.ts'
import { initialState } from './app/ui-state.ts'
import { composing } from './components/composition.ts'
import { type Frame, saveDump } from './screen-dump.ts'
import { App } from './screens/app.tsx'
import { openTerminal, type Terminal } from './terminal/terminal.ts'

/** What the console is run with. */
export interface ConsoleOptions {
  readonly stdin: ReadStream
  readonly stdout: WriteStream & { readonly fd: number }
  readonly env: Readonly<Record<string, string | undefined>>
  readonly link: HubLink
  readonly version: string
  /** What is watched, in words. */
  readonly where?: string
  /** Unix ms. */
  readonly now?: () => number
  /** Time and timers, in place of `now`. */
  readonly clock?: Clock
  /** First command, such as `runs status=running`. */
  readonly start?: string
  readonly readOnly?: boolean
  /** Where the choices of the user are kept; nowhere by default. */
  readonly preferences?: Preferences
  /** Aborting ends the console with code 1. */
  readonly signal?: AbortSignal
  /** Called when the first frame is on the screen; `tell` puts words into the message line. */
  readonly onStart?: (tell: (text: string) => void) => void
}

function storeOf(
  options: ConsoleOptions,
  terminal: Terminal,
  onEffect: StoreOptions['onEffect'],
): ConsoleStore {
  const choices = readChoices(options.preferences?.load())
  return createConsoleStore({
    link: options.link,
    clock: options.clock ?? systemClock(options.now),
    first: initialState(terminal.columns, terminal.rows, chosenList(choices, 'runs'), choices),
    isSlow: () => terminal.slow,
    onEffect,
    onChoices: (changed) => options.preferences?.save(changed),
    surroundings: {
      theme: terminal.theme,
      version: options.version,
      where: options.where,
      readOnly: options.readOnly ?? false,
    },
  })
}

function dump(file: string, frame: Frame): string {
  try {
    return `saved ${saveDump(file, frame)}`
  } catch (error) {
    return `not saved: ${(error as Error).message}`
  }
}

/** Takes the terminal and shows the console. Resolves with the exit code; rejects when drawing fails. */
export async function runConsole(options: ConsoleOptions): Promise<number> {
  let store: ConsoleStore | undefined
  let quit: (code: number) => void = () => {}
  const ended = new Promise<number>((resolve) => {
    quit = resolve
  })
  const terminal = openTerminal({
    stdin: options.stdin,
    stdout: options.stdout,
    env: options.env,
    onEvent: (event) => store?.dispatch({ type: 'input', event }),
    onResize: (columns, rows) => store?.dispatch({ type: 'resize', columns, rows }),
  })
  let frame = ''
  const tell = (text: string) => store?.dispatch({ type: 'say', message: { text, tone: 'warn' } })
  store = storeOf(options, terminal, (effect) => {
    if (effect.type === 'quit') return quit(0)
    if (effect.type === 'mouse') return terminal.setMouse(effect.on)
    if (effect.type === 'dump')
      return tell(dump(effect.file, { text: frame, columns: terminal.columns, rows: terminal.rows }))
    const copied = terminal.copy(effect.text)
    tell(copied ? `${effect.what} copied: ${effect.text}` : `the ${effect.what} is too long to copy`)
  })
  if (options.start) store.dispatch({ type: 'command', line: options.start })
  const ink = render(<App store={store} />, {
    stdout: composing(terminal.sink.stream, (drawn) => {
      frame = drawn
    }),
    // Ink reads no keys: the terminal driver does.
    stdin: new PassThrough() as Duplex as ReadStream,
    debug: true,
    patchConsole: false,
    exitOnCtrlC: false,
    isScreenReaderEnabled: false,
  })
  options.signal?.addEventListener('abort', () => quit(1))
  if (options.signal?.aborted) quit(1)
  options.onStart?.(tell)
  try {
    // Ink's promise rejects when a screen throws; it settles otherwise only after unmount.
    return await Promise.race([ended, ink.waitUntilExit().then(() => 0)])
  } finally {
    store.stop()
    ink.unmount()
    terminal.close()
  }
}
