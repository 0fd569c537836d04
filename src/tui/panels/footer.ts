// The line that says which keys do what here.
import type { Theme, Tone } from '../terminal/style.ts'
import { exactLines, fitPainted, flow, paintedWidth } from './painted.ts'

/** A key and what it does. */
export interface KeyHint {
  readonly key: string
  readonly does: string
}

/** What the footer shows. */
export interface FooterData {
  /** The most important first; as many as fit are shown. */
  readonly hints: readonly KeyHint[]
  /** Shown before the hints: the answer to the last key. */
  readonly message?: { readonly text: string; readonly tone: Tone }
  /** Kept at the right end whatever has to go, such as `? help`. */
  readonly last?: KeyHint
}

const hintText = ({ key, does }: KeyHint, theme: Theme): string =>
  `${theme.paint('key', `<${key}>`)} ${theme.paint('dim', does)}`

/** Paints the footer. */
export function footerPanel(data: FooterData, width: number, height: number, theme: Theme): string[] {
  const last = data.last ? hintText(data.last, theme) : ''
  const lastWidth = paintedWidth(last)
  const room = lastWidth > 0 && lastWidth < width ? width - lastWidth - 2 : width
  const message = data.message ? [theme.paint(data.message.tone, data.message.text)] : []
  const pieces = [...message, ...data.hints.map((hint) => hintText(hint, theme))]
  const { line, count } = flow(pieces, Math.max(0, room))
  // A message longer than the line is cut rather than left out.
  const first = count === 0 && message.length > 0 ? message[0]! : line
  if (room === width) return exactLines([first], width, height)
  return exactLines([`${fitPainted(first, room)}  ${last}`], width, height)
}
