// Follows a link until the signal: as a picture that is redrawn in place, or as snapshots one after the other.
import type { HubLink } from '../core/link.ts'
import { fitText } from './cell-width.ts'
import type { Output } from './output.ts'
import { lineWidth } from './table.ts'
import type { Context } from './verb.ts'

const HIDE_CURSOR = '\x1b[?25l'
const SHOW_CURSOR = '\x1b[?25h'
const HOME = '\x1b[H'
const ERASE_LINE = '\x1b[K'
const ERASE_BELOW = '\x1b[J'

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms)
    function done() {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    signal.addEventListener('abort', done)
    if (signal.aborted) done()
  })
}

/** How often `pulses` yields. */
export interface Pace {
  /** At most this often, ms. */
  readonly intervalMs: number
  /** Whether also without a change: ages on the screen go on. */
  readonly always: boolean
}

/** Yields at once, then after changes of the link, until the signal. */
export async function* pulses(link: HubLink, signal: AbortSignal, pace: Pace): AsyncGenerator<void> {
  let changed = false
  let wake = () => {}
  const unsubscribe = link.subscribe(() => {
    changed = true
    wake()
  })
  const end = () => wake()
  signal.addEventListener('abort', end)
  try {
    while (!signal.aborted) {
      changed = false
      yield
      await pause(pace.intervalMs, signal)
      while (!changed && !pace.always && !signal.aborted)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    }
  } finally {
    unsubscribe()
    signal.removeEventListener('abort', end)
  }
}

/** Text over what was drawn before, without a blank screen in between; cut to the terminal's height. */
function frame(text: string, { rows }: Output): string {
  const all = text.replace(/\n$/, '').split('\n')
  const room = rows === undefined ? all.length : Math.max(1, rows - 1)
  const lines =
    all.length <= room ? all : [...all.slice(0, room - 1), `... ${all.length - room + 1} more lines`]
  return `${HOME}${lines.join(`${ERASE_LINE}\r\n`)}${ERASE_LINE}${ERASE_BELOW}`
}

async function redraw(context: Context, intervalMs: number, draw: () => string): Promise<void> {
  const { link, out, signal } = context
  await out.write(HIDE_CURSOR)
  try {
    for await (const _ of pulses(link, signal, { intervalMs, always: true })) {
      const { trouble } = link.status()
      const note = trouble === null ? '' : `${fitText(trouble, lineWidth(out) ?? 200)}\n`
      await out.write(frame(note + draw(), out))
    }
  } finally {
    await out.write(`\r\n${SHOW_CURSOR}`)
  }
}

async function append(
  { link, out, signal }: Context,
  intervalMs: number,
  draw: () => string,
  between: string,
): Promise<void> {
  let last: string | undefined
  for await (const _ of pulses(link, signal, { intervalMs, always: false })) {
    const text = draw()
    if (text === last) continue
    await out.write(last === undefined ? text : between + text)
    last = text
  }
}

/**
 * Draws now and after each change, until the signal. On a terminal in place when `inPlace`; else snapshot
 * after snapshot, equal ones left out, with `between` before each but the first.
 */
export function watch(
  context: Context,
  options: { intervalMs: number; inPlace: boolean; between: string; draw: () => string },
): Promise<void> {
  const { intervalMs, draw, between } = options
  return options.inPlace && context.out.isTTY
    ? redraw(context, intervalMs, draw)
    : append(context, intervalMs, draw, between)
}
