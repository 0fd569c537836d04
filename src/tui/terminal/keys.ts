// From a whole escape sequence or a character to an event. Sequences: ECMA-48 and xterm's ctlseqs, the
// kitty keyboard protocol, xterm's modifyOtherKeys, rxvt's modified keys, the Linux console's F1-F5.
import type { InputEvent, KeyEvent, Modifiers, ReplyEvent } from './input-events.ts'

/** A CSI sequence taken apart: `ESC [ prefix params intermediate final`. */
export interface Csi {
  /** '<', '=', '>', '?' or ''. */
  readonly prefix: string
  /** Numbers by ';' then ':'; a missing one is NaN. */
  readonly params: readonly (readonly number[])[]
  readonly intermediate: string
  readonly final: string
}

const NONE: Modifiers = { ctrl: false, alt: false, shift: false }

const FINAL_KEYS: Readonly<Record<string, string>> = {
  A: 'up',
  B: 'down',
  C: 'right',
  D: 'left',
  E: 'begin',
  F: 'end',
  H: 'home',
  P: 'f1',
  Q: 'f2',
  R: 'f3',
  S: 'f4',
}

const TILDE_KEYS: Readonly<Record<number, string>> = Object.fromEntries(
  ['home', 'insert', 'delete', 'end', 'pageup', 'pagedown', 'home', 'end']
    .map((key, i): [number, string] => [i + 1, key])
    .concat(
      [11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24, 25, 26, 28, 29, 31, 32, 33, 34].map((n, i) => [
        n,
        `f${i + 1}`,
      ]),
    ),
)

// Keys that SS3 (application keypad) adds to FINAL_KEYS; 'M' is the keypad's Enter.
const KEYPAD_KEYS: Readonly<Record<string, string>> = { M: 'enter', I: 'tab' }
const KEYPAD = 'jklmnopqrstuvwxy'
const KEYPAD_TEXT = '*+,-./0123456789'

// Kitty's private code points for the keypad, from 57399.
const KITTY_KEYPAD = [...'0123456789./*-+', 'enter', '=', ',', 'left', 'right', 'up', 'down'].concat([
  'pageup',
  'pagedown',
  'home',
  'end',
  'insert',
  'delete',
  'begin',
])
const KITTY_KEYPAD_FIRST = 57399

const NAMED_CODES: Readonly<Record<number, string>> = {
  8: 'backspace',
  9: 'tab',
  10: 'enter',
  13: 'enter',
  27: 'escape',
  32: 'space',
  127: 'backspace',
}

function key(name: string, mods: Modifiers = NONE): KeyEvent {
  return { type: 'key', key: name, ctrl: mods.ctrl, alt: mods.alt, shift: mods.shift }
}

/** A modifier parameter is one more than a bit set: shift 1, alt 2, ctrl 4, meta 32. */
function modifiers(param: number | undefined): Modifiers {
  const bits = Number.isInteger(param) ? (param as number) - 1 : 0
  return { shift: (bits & 1) !== 0, alt: (bits & 34) !== 0, ctrl: (bits & 4) !== 0 }
}

function printable(char: string, mods: Modifiers): KeyEvent {
  const shift = mods.shift || char !== char.toLowerCase()
  if (char === ' ') return { ...key('space', mods), ...(mods.ctrl || mods.alt ? {} : { text: ' ' }) }
  if (mods.ctrl) return key(char.toLowerCase(), { ...mods, shift })
  return { ...key(char, { ...mods, shift }), ...(mods.alt ? {} : { text: char }) }
}

const INVISIBLE = /^[\p{Cc}\p{Cs}\p{Co}\u2028\u2029\ufffd]$/u

/** The key of one typed character (one code point), or undefined when it is none. `alt`: after ESC. */
export function charKey(char: string, alt: boolean): KeyEvent | undefined {
  const code = char.codePointAt(0) ?? 0
  const mods = { ...NONE, alt }
  if (code === 0) return key('space', { ...mods, ctrl: true })
  const named = NAMED_CODES[code]
  if (named !== undefined && code !== 32) return key(named, mods)
  if (code < 27) return key(String.fromCharCode(code + 96), { ...mods, ctrl: true })
  if (code < 32) return key(String.fromCharCode(code + 64), { ...mods, ctrl: true })
  return INVISIBLE.test(char) ? undefined : printable(char, mods)
}

/** The Escape key. */
export const ESCAPE_KEY: KeyEvent = key('escape')

/** The key of `ESC O final`, or undefined. */
export function ss3Key(final: string, alt: boolean): KeyEvent | undefined {
  const name = FINAL_KEYS[final] ?? KEYPAD_KEYS[final]
  if (name !== undefined) return key(name, { ...NONE, alt })
  const at = KEYPAD.indexOf(final)
  return at < 0 ? undefined : printable(KEYPAD_TEXT[at] as string, { ...NONE, alt })
}

/** The key of `ESC [ [ final` (Linux console), or undefined. */
export function linuxKey(final: string, alt: boolean): KeyEvent | undefined {
  const at = 'ABCDE'.indexOf(final)
  return at < 0 ? undefined : key(`f${at + 1}`, { ...NONE, alt })
}

function codeKey(code: number, shifted: number, mods: Modifiers): KeyEvent | undefined {
  const named = NAMED_CODES[code] ?? KITTY_KEYPAD[code - KITTY_KEYPAD_FIRST]
  if (named === 'space') return printable(' ', mods)
  if (named !== undefined) return named.length > 1 ? key(named, mods) : printable(named, mods)
  if (!(code >= 32 && code <= 0x10ffff)) return undefined
  const plain = String.fromCodePoint(code)
  const char = shifted > 32 && shifted <= 0x10ffff ? String.fromCodePoint(shifted) : plain.toUpperCase()
  const chosen = mods.shift ? char : plain
  return INVISIBLE.test(chosen) || [...chosen].length !== 1 ? undefined : printable(chosen, mods)
}

function kittyKey(csi: Csi): KeyEvent | undefined {
  const [[code = Number.NaN, shifted = Number.NaN] = [], [mod, event] = []] = csi.params
  const RELEASE = 3
  return event === RELEASE ? undefined : codeKey(code, shifted, modifiers(mod))
}

function tildeKey(csi: Csi): KeyEvent | undefined {
  const [[code = 0] = [], [mod, event] = [], [other = Number.NaN] = []] = csi.params
  if (event === 3) return undefined
  if (code === 27) return codeKey(other, Number.NaN, modifiers(mod))
  const name = TILDE_KEYS[code]
  return name === undefined ? undefined : key(name, modifiers(mod))
}

function mouse(csi: Csi): InputEvent | undefined {
  const [[bits = Number.NaN] = [], [column = Number.NaN] = [], [row = Number.NaN] = []] = csi.params
  if (!(bits < 128 && column > 0 && row > 0 && column < 65536 && row < 65536)) return undefined
  const mods = { shift: (bits & 4) !== 0, alt: (bits & 8) !== 0, ctrl: (bits & 16) !== 0 }
  const at = { type: 'mouse', x: column - 1, y: row - 1, ...mods } as const
  if (bits & 64) {
    const action = (['wheelup', 'wheeldown'] as const)[bits & 3]
    return action && { ...at, button: 'none', action }
  }
  const button = (['left', 'middle', 'right', 'none'] as const)[bits & 3] ?? 'none'
  return { ...at, button, action: bits & 32 ? 'move' : csi.final === 'm' ? 'release' : 'press' }
}

function reply(name: ReplyEvent['name'], csi: Csi): ReplyEvent {
  return { type: 'reply', name, params: csi.params.map(([n = Number.NaN]) => n), text: '' }
}

function privateReply(csi: Csi): ReplyEvent | undefined {
  if (csi.prefix === '>') return csi.final === 'c' ? reply('da2', csi) : undefined
  if (csi.prefix !== '?') return undefined
  if (csi.final === 'c') return reply('da1', csi)
  if (csi.final === 'u') return reply('kitty', csi)
  if (csi.final === 'R') return reply('cursor', csi)
  return csi.final === 'y' && csi.intermediate === '$' ? reply('mode', csi) : undefined
}

/** `CSI 1;5R` is Ctrl-F3 and also "cursor at row 1, column 5": taken as a key up to modifier 16. */
function isCursorReply(csi: Csi): boolean {
  const [[row = Number.NaN] = [], [column = Number.NaN] = []] = csi.params
  return csi.final === 'R' && column > 0 && (row !== 1 || column > 16)
}

function rxvtKey(csi: Csi): KeyEvent | undefined {
  const arrow = 'abcd'.indexOf(csi.final)
  if (arrow >= 0) return key(['up', 'down', 'right', 'left'][arrow] as string, { ...NONE, shift: true })
  const name = TILDE_KEYS[csi.params[0]?.[0] ?? 0]
  if (name === undefined || (csi.final !== '^' && csi.final !== '@')) return undefined
  return key(name, { ...NONE, ctrl: true, shift: csi.final === '@' })
}

function publicCsi(csi: Csi): InputEvent | undefined {
  const mods = csi.params[1]
  switch (csi.final) {
    case '~':
      return tildeKey(csi)
    case 'u':
      return kittyKey(csi)
    case 'Z':
      return key('tab', { ...modifiers(mods?.[0]), shift: true })
    case 'I':
    case 'O':
      return { type: 'focus', focused: csi.final === 'I' }
    case 't':
      return reply('window', csi)
  }
  if (isCursorReply(csi)) return reply('cursor', csi)
  const name = FINAL_KEYS[csi.final]
  if (name === undefined) return rxvtKey(csi)
  return mods?.[1] === 3 ? undefined : key(name, modifiers(mods?.[0]))
}

/** The event of a whole CSI sequence, or undefined when it is none of ours. `alt`: after another ESC. */
export function csiEvent(csi: Csi, alt: boolean): InputEvent | undefined {
  if (csi.prefix === '<') return /^[Mm]$/.test(csi.final) ? mouse(csi) : undefined
  if (csi.prefix !== '') return privateReply(csi)
  if (csi.intermediate !== '') return undefined
  const event = publicCsi(csi)
  return alt && event?.type === 'key' ? { ...event, alt: true } : event
}

const CONTROLS = /[\p{Cc}\u2028\u2029]/gu

/** The reply in a string sequence: `introducer` is the character after ESC (']' is OSC, 'P' DCS). */
export function stringReply(introducer: string, body: string): ReplyEvent | undefined {
  const text = body.replace(CONTROLS, '')
  if (introducer === ']') {
    const code = /^(\d{1,5})(?:;|$)/.exec(text)
    if (code === null) return undefined
    return { type: 'reply', name: 'osc', params: [Number(code[1])], text: text.slice(code[0].length) }
  }
  if (introducer !== 'P') return undefined
  if (text.startsWith('>|')) return { type: 'reply', name: 'version', params: [], text: text.slice(2) }
  return { type: 'reply', name: 'dcs', params: [], text }
}
