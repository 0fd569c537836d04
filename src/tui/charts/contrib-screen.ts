// The one off-screen screen of blessed, on which blessed-contrib draws. It never sees the terminal:
// its input is a stream nobody writes to, its output goes nowhere, and a picture is read back as cells.
import { createRequire } from 'node:module'
import { PassThrough, Writable } from 'node:stream'
import { createLineReader, type Row } from '../terminal/cells.ts'

/** Options of a widget of blessed-contrib; its colours are the eight names of the ANSI colours. */
export type WidgetOptions = Readonly<Record<string, unknown>>

/** The widgets that are used. `blessed-contrib` itself would load its maps, pictures and markdown too. */
export type WidgetName = 'gauge' | 'donut' | 'bar' | 'sparkline'

/** Draws a widget of `width` by `height` cells and reads its cells back. `fill` is called once it is in place. */
export type DrawWidget = (
  name: WidgetName,
  options: WidgetOptions,
  width: number,
  height: number,
  fill?: (widget: Widget) => void,
) => Row[]

/** A widget of blessed, as far as it is used here. */
export interface Widget {
  setData(...data: readonly unknown[]): void
  render(): void
  screenshot(): string
  destroy(): void
}

interface Screen {
  readonly program: { cols: number; rows: number }
  alloc(): void
  append(widget: Widget): void
}

interface Blessed {
  screen(options: WidgetOptions): Screen
}

type MakeWidget = (options: WidgetOptions) => Widget

const FILES: Readonly<Record<WidgetName, string>> = {
  gauge: 'gauge.js',
  donut: 'donut.js',
  bar: 'charts/bar.js',
  sparkline: 'sparkline.js',
}

type Listener = (...args: unknown[]) => void

const listenersOf = (event: string | symbol): Listener[] =>
  process.rawListeners(event as 'exit') as Listener[]

/**
 * Runs `load`, then gives the process the listeners that it had: blessed adds its own for signals and
 * exit, and in doing so turns those that were to run once into lasting ones.
 */
function withoutListeners<T>(load: () => T): T {
  const before = new Map(process.eventNames().map((event) => [event, listenersOf(event)]))
  try {
    return load()
  } finally {
    for (const event of process.eventNames()) {
      const had = before.get(event) ?? []
      const has = listenersOf(event)
      if (has.length === had.length && has.every((listener, i) => listener === had[i])) continue
      process.removeAllListeners(event)
      for (const listener of had) process.on(event as 'exit', listener)
    }
  }
}

/** Runs `load` with TMUX unset: where it is set, blessed starts `tmux -V` and waits for it. */
function withoutTmux<T>(load: () => T): T {
  const { TMUX } = process.env
  delete process.env.TMUX
  try {
    return load()
  } finally {
    if (TMUX !== undefined) process.env.TMUX = TMUX
  }
}

function createScreen(require: NodeJS.Require): Screen {
  const output = Object.assign(new Writable({ write: (_chunk, _encoding, done) => done() }), {
    columns: 80,
    rows: 24,
  })
  const { screen } = require('blessed') as Blessed
  return screen({
    input: new PassThrough(),
    output,
    terminal: 'xterm-256color',
    fullUnicode: true,
    forceUnicode: true,
  })
}

function loadWidgets(require: NodeJS.Require): ReadonlyMap<string, MakeWidget> {
  const load = (file: string) => require(`blessed-contrib/lib/widget/${file}`) as MakeWidget
  return new Map(Object.entries(FILES).map(([name, file]) => [name, load(file)]))
}

/** Loads blessed and the widgets (about 100 ms, once) and makes the screen. Throws when they are not installed. */
export function openScreen(): DrawWidget {
  const require = createRequire(import.meta.url)
  const [screen, makers] = withoutListeners(() => [
    withoutTmux(() => createScreen(require)),
    loadWidgets(require),
  ])
  const readLine = createLineReader()
  return (name, options, width, height, fill) => {
    screen.program.cols = width
    screen.program.rows = height
    screen.alloc()
    const widget = makers.get(name)!({ ...options, screen, top: 0, left: 0, width, height, wrap: false })
    try {
      screen.append(widget)
      fill?.(widget)
      widget.render()
      return widget
        .screenshot()
        .split('\n')
        .map((line) => readLine(line, width))
    } finally {
      widget.destroy()
    }
  }
}
