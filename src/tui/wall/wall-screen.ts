// The wallboard's own full-screen program: blessed has the terminal, blessed-contrib draws the chart.
// Text reaches blessed with its tags switched off, so that braces in names are only braces.
import { createRequire } from 'node:module'
import type { ReadStream, WriteStream } from 'node:tty'
import { leaveSequence } from '../terminal/modes.ts'
import type { Theme } from '../terminal/style.ts'
import { type Region, type WallLayout, type WallPart, wallLayout } from './wall-layout.ts'
import type { LossChart } from './wall-losses.ts'

/** What stands on the screen. */
export interface WallPicture {
  readonly parts: ReadonlyMap<WallPart, readonly string[]>
  readonly chart: LossChart
  /** Number of lines above the chart. */
  readonly legend: number
}

/** An open wallboard. */
export interface WallScreen {
  readonly columns: number
  readonly rows: number
  /** Undefined where the terminal is too small. */
  layout(): WallLayout | undefined
  show(picture: WallPicture): void
  /** Shows only a sentence, where there is no room for more. */
  say(text: string): void
  /** Gives the terminal back. Idempotent. */
  close(): void
}

interface Element {
  options: Record<string, unknown>
  setContent(text: string): void
  setData(data: readonly unknown[]): void
  destroy(): void
}

interface Screen {
  readonly width: number
  readonly height: number
  readonly destroyed?: boolean
  readonly program: { sigtstp(resumed: () => void): void; hideCursor(): void }
  append(element: Element): void
  render(): void
  alloc(): void
  destroy(): void
  key(keys: readonly string[], run: () => void): void
  on(event: 'resize', run: () => void): void
}

type Make = (options: Record<string, unknown>) => Element

/** What `openWall` needs. */
export interface WallScreenOptions {
  readonly stdin: ReadStream
  readonly stdout: WriteStream
  readonly theme: Theme
  readonly onQuit: () => void
  readonly onResize: () => void
}

/** Undoes what blessed switches on besides: cursor keys and keypad of applications. */
const KEYPAD_OFF = '\u001b[?1l\u001b>'

const COLOUR_NAMES = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white'] as const

/** The theme's colour of a line in contrib's words: a number of the 256, a name of the 8, or none. */
function lineColour(theme: Theme, index: number): number | string {
  const sgr = theme.series(index, 'x')
  const palette = /38;5;(\d+)/.exec(sgr)?.[1]
  if (palette !== undefined) return Number(palette)
  const named = /\u001b\[[39](\d)m/.exec(sgr)?.[1]
  return named === undefined ? 'normal' : COLOUR_NAMES[Number(named) % COLOUR_NAMES.length]!
}

function drawChart(line: Element, { x, lines, min, max }: LossChart, theme: Theme): void {
  const drawn = lines.flatMap(({ label, values }, i) =>
    values.length === 0 ? [] : [{ title: label, x, y: values, style: { line: lineColour(theme, i) } }],
  )
  const longest = x.reduce((most, label) => Math.max(most, label.length), 0)
  // Two places a cell, and some of the width is the axis: so far apart labels do not touch.
  const showNthLabel = (longest + 2) * 3
  // A maximum that is 0 counts as none; then the widget looks for it once for each dot.
  Object.assign(line.options, { showNthLabel, minY: min, maxY: max === 0 ? Number.MIN_VALUE : max })
  line.setData(drawn.length > 0 ? drawn : [{ title: '', x, y: [], style: {} }])
}

/** Puts one element for each part on the screen; the chart stands in the frame of its part. */
function place(screen: Screen, layout: WallLayout, box: Make, line: Make, theme: Theme) {
  const plain = { screen, tags: false, wrap: false }
  const put = (make: Make, region: Region, more: Record<string, unknown> = {}): Element => {
    const element = make({ ...plain, ...region, ...more })
    screen.append(element)
    return element
  }
  const entries = Object.entries(layout) as [WallPart, Region][]
  const boxes = new Map(entries.map(([part, region]) => [part, put(box, region)]))
  const { left, top, width, height } = layout.losses
  let chart: Element | undefined
  let above = -1
  const style =
    theme.depth === 0
      ? { line: 'normal', text: 'normal', baseline: 'normal' }
      : { text: 'white', baseline: 'white' }
  return {
    boxes,
    /** The chart below `legend` lines; undefined where no room is left. */
    chartBelow(legend: number): Element | undefined {
      if (legend === above) return chart
      chart?.destroy()
      above = legend
      const rows = height - 2 - legend
      const room = {
        left: left + 1,
        top: top + 1 + legend,
        width: width - 2,
        height: rows,
      }
      chart =
        rows < 5
          ? undefined
          : put(line, room, { style, xPadding: 3, xLabelPadding: 3, numYLabels: Math.max(2, rows >> 1) })
      return chart
    },
    remove() {
      for (const one of boxes.values()) one.destroy()
      chart?.destroy()
    },
  }
}

function openScreen({ stdin, stdout, theme, onQuit }: WallScreenOptions): {
  screen: Screen
  box: Make
  line: Make
} {
  const require = createRequire(import.meta.url)
  const blessed = require('blessed') as { screen: (options: Record<string, unknown>) => Screen; box: Make }
  const line = require('blessed-contrib/lib/widget/charts/line.js') as Make
  const screen = blessed.screen({
    input: stdin,
    output: stdout,
    terminal: theme.depth >= 8 ? 'xterm-256color' : 'xterm',
    fullUnicode: true,
    forceUnicode: true,
    smartCSR: false,
    title: 'mlops wall',
  })
  screen.key(['q', 'S-q', 'C-c'], onQuit)
  const repaint = (): void => {
    screen.alloc()
    screen.render()
  }
  screen.key(['C-l'], repaint)
  screen.key(['C-z'], () => {
    // blessed gives the terminal back in a buffer that it then throws away.
    stdout.write(KEYPAD_OFF + leaveSequence({ kitty: false, sync: false }))
    screen.program.sigtstp(() => {
      screen.program.hideCursor()
      repaint()
    })
  })
  return { screen, box: blessed.box, line }
}

/** Takes the terminal. Throws when blessed is not installed. */
export function openWall(options: WallScreenOptions): WallScreen {
  const { screen, box, line } = openScreen(options)
  let placed: ReturnType<typeof place> | undefined
  let note: Element | undefined
  const clear = (): void => {
    placed?.remove()
    note?.destroy()
    placed = undefined
    note = undefined
  }
  screen.on('resize', () => {
    clear()
    options.onResize()
  })
  const layout = (): WallLayout | undefined => wallLayout(screen.width, screen.height)
  return {
    get columns() {
      return screen.width
    },
    get rows() {
      return screen.height
    },
    layout,
    show({ parts, chart, legend }) {
      const room = layout()
      // Points may arrive after the terminal was given back.
      if (!room || screen.destroyed) return
      if (note) clear()
      placed ??= place(screen, room, box, line, options.theme)
      for (const [part, lines] of parts) placed.boxes.get(part)?.setContent(lines.join('\n'))
      const widget = placed.chartBelow(legend)
      if (widget) drawChart(widget, chart, options.theme)
      screen.render()
    },
    say(text) {
      if (placed) clear()
      if (!note) {
        note = box({ screen, tags: false, top: 0, left: 0, width: '100%', height: '100%' })
        screen.append(note)
      }
      note.setContent(text)
      screen.render()
    },
    close() {
      if (!screen.destroyed) screen.destroy()
    },
  }
}
