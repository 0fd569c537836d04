// Runs the console on a terminal until the user quits.
import { type Duplex, PassThrough } from 'node:stream'
import type { ReadStream, WriteStream } from 'node:tty'
import { render } from 'ink'
import type { HubLink } from '../core/link.ts'
import { createAttention } from './app/attention.ts'
import { chosenList, type Preferences, readChoices } from './app/choices.ts'
import { type Clock, systemClock } from './app/clock.ts'
import {
  type ConsoleStore,
  createConsoleStore,
  type OuterEffect,
  type StoreOptions,
} from './app/console-store.ts'
import { followSettings, type SettingsSource } from './app/settings.ts'
import { createTotals } from './app/totals.ts'
import { initialState } from './app/ui-state.ts'
import { composing } from './components/composition.ts'
import { showLines } from './linear/linear-display.ts'
import { type Frame, saveDump, saveText } from './screen-dump.ts'
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
  /** What the config says of the console; read again when it changes. */
  readonly settings?: SettingsSource
  /** Sentences on the normal screen in place of a picture. */
  readonly screenReader?: boolean
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
    lagMs: () => Math.max(terminal.latencyMs ?? 0, terminal.sink.stats.drainMs),
    frames: () => terminal.sink.stats.frames,
    onEffect,
    onChoices: (changed) => options.preferences?.save(changed),
    surroundings: {
      theme: terminal.theme,
      version: options.version,
      where: options.where,
      readOnly: options.readOnly ?? false,
      linear: options.screenReader ?? false,
    },
  })
}

/** The way in which the console is shown. */
interface Display {
  /** What is in sight, as it would be saved. */
  text(): string
  again(): void
  /** Rejects when drawing fails. */
  readonly broken: Promise<never>
  close(): void
}

/** Draws whole frames. */
function showFrames(store: ConsoleStore, terminal: Terminal): Display {
  let frame = ''
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
  // Ink's promise rejects when a screen throws; it settles otherwise only after unmount.
  const broken = ink.waitUntilExit().then(() => new Promise<never>(() => {}))
  return { text: () => frame, again: () => {}, broken, close: () => ink.unmount() }
}

const showSentences = (store: ConsoleStore, terminal: Terminal): Display => ({
  ...showLines(store, terminal.print),
  broken: new Promise<never>(() => {}),
})

function dump(file: string, frame: Frame): string {
  try {
    return `saved ${saveDump(file, frame)}`
  } catch (error) {
    return `not saved: ${(error as Error).message}`
  }
}

/** Saves text output; the sentence says where it is. */
function saved({ file, text, what, rest }: Extract<OuterEffect, { type: 'save' }>): string {
  try {
    return `saved ${what} to ${saveText(file, text)}${rest}`
  } catch (error) {
    return `not saved: ${(error as Error).message}`
  }
}

/** Calls for alerts of now, also while the past is shown. */
function watchAlerts(
  store: ConsoleStore,
  link: HubLink,
  attention: ReturnType<typeof createAttention>,
): void {
  const ofNow = createTotals()
  let version = 0
  const look = (): void => {
    const { facts, totals } = store.snapshot()
    // What was open before the store was is nothing new.
    if (link.world().loading !== undefined) return
    const { firing } =
      facts.world.at === undefined
        ? totals
        : ofNow({ world: link.world(), version: ++version, now: facts.clock })
    attention.alerts(firing)
  }
  look()
  store.subscribe(look)
}

/** Takes the terminal and shows the console. Resolves with the exit code; rejects when drawing fails. */
export async function runConsole(options: ConsoleOptions): Promise<number> {
  let quit: (code: number) => void = () => {}
  const ended = new Promise<number>((resolve) => {
    quit = resolve
  })
  const terminal = openTerminal({
    stdin: options.stdin,
    stdout: options.stdout,
    env: options.env,
    plain: options.screenReader,
    onEvent(event) {
      if (event.type === 'focus') return attention.focus(event.focused)
      store.dispatch({ type: 'input', event })
      if (event.type === 'key' && event.ctrl && event.key === 'l') display.again()
    },
    onResize: (columns, rows) => store.dispatch({ type: 'resize', columns, rows }),
  })
  const tell = (text: string) => store.dispatch({ type: 'say', message: { text, tone: 'warn' } })
  const outer = (effect: OuterEffect): void => {
    if (effect.type === 'quit') return quit(0)
    if (effect.type === 'mouse') return terminal.setMouse(effect.on)
    if (effect.type === 'reload') return void follower.reload()
    const { columns, rows } = terminal
    if (effect.type === 'save') return tell(saved(effect))
    if (effect.type === 'dump') return tell(dump(effect.file, { text: display.text(), columns, rows }))
    const copied = terminal.copy(effect.text)
    const text = effect.text.replaceAll('\n', ' ')
    tell(copied ? `${effect.what} copied: ${text}` : `the ${effect.what} is too long to copy`)
  }
  const store = storeOf(options, terminal, outer)
  const follower = followSettings({
    source: options.settings,
    preferences: options.preferences,
    choices: () => store.snapshot().state.choices,
    dispatch: store.dispatch,
    tell,
  })
  const attention = createAttention(terminal, () => follower.settings.notify)
  watchAlerts(store, options.link, attention)
  if (options.start) store.dispatch({ type: 'command', line: options.start })
  const display = (options.screenReader ? showSentences : showFrames)(store, terminal)
  options.signal?.addEventListener('abort', () => quit(1))
  if (options.signal?.aborted) quit(1)
  options.onStart?.(tell)
  try {
    return await Promise.race([ended, display.broken])
  } finally {
    follower.stop()
    store.stop()
    display.close()
    terminal.close()
  }
}
