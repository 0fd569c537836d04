// Runs the wallboard on a terminal until somebody quits it: reads the hub when it changed, at most once
// a second, and draws.
import type { ReadStream, WriteStream } from 'node:tty'
import type { HubLink } from '../../core/link.ts'
import { type Clock, systemClock } from '../app/clock.ts'
import { createEventTail } from '../app/event-tail.ts'
import { openContrib } from '../charts/contrib.ts'
import { readCapabilities } from '../terminal/capabilities.ts'
import { createTheme, type Theme } from '../terminal/style.ts'
import { collectWall, type WallData } from './wall-data.ts'
import { LEAST_WALL, type WallLayout, type WallPart } from './wall-layout.ts'
import { lossChart } from './wall-losses.ts'
import { createWallPaint, lossLegend } from './wall-panels.ts'
import { openWall, type WallPicture, type WallScreen } from './wall-screen.ts'

/** What the wallboard is run with. */
export interface WallOptions {
  readonly stdin: ReadStream
  readonly stdout: WriteStream
  readonly env: Readonly<Record<string, string | undefined>>
  readonly link: HubLink
  readonly clock?: Clock
}

/** Shortest time between two pictures, and longest: ages grow while nothing happens, ms. */
const DRAW_MS = 1_000
const AGE_MS = 5_000

const SIGNALS = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** Paints everything for one layout. */
function picture(
  paint: ReturnType<typeof createWallPaint>,
  data: WallData,
  layout: WallLayout,
  theme: Theme,
): WallPicture {
  const { width, height } = layout.losses
  const chart = lossChart(data.losses, width - 2)
  // The chart needs most of its frame: of many lines only the first are named.
  const legend = lossLegend(chart, width - 2, theme).slice(0, Math.max(1, Math.floor(height / 5)))
  const parts = new Map<WallPart, string[]>()
  for (const part of Object.keys(layout) as WallPart[])
    parts.set(part, paint(part, { ...data, legend }, layout, theme))
  return { parts, chart, legend: legend.length }
}

/** Calls `end` with an exit code for each way in which the process is told to end; returns the way to stop. */
function onSignals(stdin: ReadStream, end: (code: number) => void): () => void {
  const handlers = Object.entries(SIGNALS).map(([signal, code]) => [signal, () => end(code)] as const)
  const gone = (): void => end(SIGNALS.SIGHUP)
  for (const [signal, handler] of handlers) process.on(signal, handler)
  stdin.on('end', gone).on('error', gone)
  return () => {
    for (const [signal, handler] of handlers) process.off(signal, handler)
    stdin.off('end', gone).off('error', gone)
  }
}

/** Draws when asked to, one picture at a time; what changes meanwhile is drawn after it. */
function createDrawer(screen: WallScreen, draw: () => Promise<void>, clock: Clock) {
  let drawing = false
  let due = false
  let cancel = (): void => {}
  let stopped = false
  const wait = (ms: number): void => {
    cancel()
    if (!stopped) cancel = clock.after(ms, () => void now())
  }
  const now = async (): Promise<void> => {
    // Asked for while drawing: what is being drawn may be old, or of another size.
    if (drawing) due = true
    if (drawing || stopped) return
    drawing = true
    due = false
    if (screen.layout()) await draw()
    else screen.say(`the wall needs ${LEAST_WALL.columns} by ${LEAST_WALL.rows} cells`)
    drawing = false
    wait(due ? DRAW_MS : AGE_MS)
  }
  return {
    now,
    /** Something changed: draws within a second. */
    soon() {
      if (!due && !drawing) wait(DRAW_MS)
      due = true
    },
    stop() {
      stopped = true
      cancel()
    },
  }
}

/** Takes the terminal and shows the wallboard; resolves with the exit code once it is given back. */
export async function runWall({
  stdin,
  stdout,
  env,
  link,
  clock = systemClock(),
}: WallOptions): Promise<number> {
  const { depth } = readCapabilities(env, true)
  const theme = createTheme({ depth: depth === 24 ? 8 : depth, unicode: true })
  let quit: (code: number) => void = () => {}
  const ended = new Promise<number>((resolve) => {
    quit = resolve
  })
  const screen = openWall({ stdin, stdout, theme, onQuit: () => quit(0), onResize: () => void drawer.now() })
  const unhook = onSignals(stdin, (code) => quit(code))
  const tail = createEventTail(link, () => drawer.soon())
  const drawer = createDrawer(screen, draw, clock)
  let paint: ReturnType<typeof createWallPaint> | undefined
  async function draw(): Promise<void> {
    paint ??= createWallPaint(await openContrib())
    const { events } = tail.read(link.world().state.seq)
    const data = await collectWall(link, events, screen.columns, clock.now())
    const layout = screen.layout()
    if (layout) screen.show(picture(paint, data, layout, theme))
  }
  const stop = link.subscribe(drawer.soon)
  try {
    await Promise.race([ended, drawer.now()])
    return await ended
  } finally {
    drawer.stop()
    stop()
    unhook()
    screen.close()
  }
}
