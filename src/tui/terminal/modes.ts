// What is switched on in the terminal while the console has it, and how it is given back.
import { writeSync } from 'node:fs'
import type { Capabilities } from './capabilities.ts'

/** Alternate screen, cursor hidden, autowrap off, bracketed paste, focus events. */
export const ENTER = '\u001b[?1049h\u001b[?25l\u001b[?7l\u001b[?2004h\u001b[?1004h\u001b[m'

/** Ends a half written string sequence. */
const ST = '\u001b\\'
const LEAVE_MODES =
  '\u001b[m\u001b[?1006l\u001b[?1002l\u001b[?1004l\u001b[?2004l\u001b[?7h\u001b[?1049l\u001b[?25h'

/**
 * Kitty keyboard protocol, only the flag that makes keys unmistakable (Escape, Ctrl-I, Alt-[). Each of
 * the two screens has its own stack of flags: taken off while still on the alternate one.
 */
export const KITTY = { on: '\u001b[>1u', off: '\u001b[<u' } as const

/**
 * Undoes ENTER and the mouse, and ends a half written frame or string sequence. What the terminal never
 * said it knows is not undone: some misread it.
 */
export function leaveSequence({ kitty, sync }: { readonly kitty: boolean; readonly sync: boolean }): string {
  return `${ST}${sync ? SYNC.end : ''}${kitty ? KITTY.off : ''}${LEAVE_MODES}`
}

/** Of ENTER what a console needs that only writes lines, and its undoing. */
export const PLAIN = {
  enter: '\u001b[?2004h\u001b[?1004h',
  leave: `${ST}\u001b[?1004l\u001b[?2004l`,
} as const

/** For a terminal that knows no modes. */
export const NO_MODES = { enter: '', leave: '' } as const

/** DEC mode 2026: the terminal shows what lies between in one go. */
export const SYNC = { begin: '\u001b[?2026h', end: '\u001b[?2026l' } as const

/** Reports of presses, drags and the wheel, with SGR coordinates. */
export const MOUSE = { on: '\u001b[?1002h\u001b[?1006h', off: '\u001b[?1006l\u001b[?1002l' } as const

/** Longest text for the clipboard, in bytes of base64 (xterm and others refuse more; k9s has the same). */
export const MAX_CLIPBOARD = 74_994
// GNU screen passes strings of at most 768 bytes, its own wrapping included.
const SCREEN_CHUNK = 700

/**
 * OSC 52: puts `text` into the clipboard of the terminal's own machine. Undefined when it is too long.
 * Under tmux both ways are sent: plain (`set-clipboard on`) and wrapped (`allow-passthrough on`).
 */
export function clipboardSequence(text: string, capabilities: Capabilities): string | undefined {
  const data = Buffer.from(text.toWellFormed()).toString('base64')
  if (data.length > MAX_CLIPBOARD) return undefined
  const plain = `\u001b]52;c;${data}\u0007`
  return capabilities.tmux
    ? plain + throughMultiplexer(plain, capabilities)
    : throughMultiplexer(plain, capabilities)
}

/** A sequence for the terminal around tmux (`allow-passthrough on`) or GNU screen; without either as it is. */
function throughMultiplexer(plain: string, { tmux, screen }: Pick<Capabilities, 'tmux' | 'screen'>): string {
  if (tmux) return `\u001bPtmux;${plain.replaceAll('\u001b', '\u001b\u001b')}\u001b\\`
  if (!screen) return plain
  const chunks = plain.match(new RegExp(`[^]{1,${SCREEN_CHUNK}}`, 'g')) ?? []
  return chunks.map((chunk) => `\u001bP${chunk}\u001b\\`).join('')
}

const UNPRINTABLE = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu

const printable = (text: string, limit: number): string =>
  [...text.replace(UNPRINTABLE, '')].slice(0, limit).join('')

/** OSC 2: the window title, at most 120 characters, without controls. */
export const titleSequence = (title: string): string => `\u001b]2;${printable(title, 120)}\u0007`

/** XTWINOPS: the terminal keeps its title, and takes it back. Where it cannot, the title ends up empty. */
export const TITLE = { keep: '\u001b[22;2t', restore: '\u001b]2;\u0007\u001b[23;2t' } as const

/** How somebody who looks elsewhere is called: a bell, or OSC 9, which many terminals show on the desktop. */
export type Call = 'bell' | 'osc9'

/** Calls, with at most 200 characters of text. A multiplexer passes a bell on by itself. */
export function callSequence(
  call: Call,
  text: string,
  capabilities: Pick<Capabilities, 'tmux' | 'screen'>,
): string {
  if (call === 'bell') return '\u0007'
  return throughMultiplexer(`\u001b]9;${printable(text, 200)}\u0007`, capabilities)
}

const RETRY_MS = 5
// A link that takes nothing for so long will not take it: better to end than to hang.
const GIVE_UP_MS = 300

/** Writes at once, also on a full non-blocking descriptor; gives up silently when the terminal is gone. */
export function writeNow(fd: number, text: string): void {
  const bytes = Buffer.from(text)
  const sleeper = new Int32Array(new SharedArrayBuffer(4))
  for (let at = 0, waited = 0; at < bytes.length && waited <= GIVE_UP_MS; ) {
    try {
      at += writeSync(fd, bytes, at)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') return
      Atomics.wait(sleeper, 0, 0, RETRY_MS)
      waited += RETRY_MS
    }
  }
}
