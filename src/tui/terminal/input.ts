// The input end: bytes of the terminal, split anywhere, to whole events. A state machine that takes one
// character at a time; what it does not know it swallows whole, and what it keeps is bounded.
import type { InputEvent } from './input-events.ts'
import { type Csi, charKey, csiEvent, ESCAPE_KEY, linuxKey, ss3Key, stringReply } from './keys.ts'

/** Runs `run` after `ms` milliseconds unless the returned function is called first. */
export type SetTimer = (run: () => void, ms: number) => () => void

/** Bytes in, events out through `emit`. */
export interface InputParser {
  feed(bytes: Uint8Array): void
  /** Drops what is half read and the timer. */
  close(): void
}

// Longest control sequence and string kept; longer ones are swallowed to their end all the same.
const MAX_CSI = 128
const MAX_STRING = 128 * 1024
/** Longest paste kept, in UTF-16 units. */
export const MAX_PASTE = 1024 * 1024
// An idle paste without an end is given up; early, the rest of it would act as keys.
const PASTE_TIMEOUT_MS = 5_000
// The rest of a sequence that has begun for certain may be this many escape timeouts late.
const SLOW_FACTOR = 20

const PASTE_END = '\u001b[201~'
// OSC, DCS, APC. Terminals send no SOS (ESC X) and PM (ESC ^): those are Alt-X and Alt-^.
const STRING_STARTS = ']P_'

type State = 'ground' | 'escape' | 'csi' | 'ss3' | 'linux' | 'oldmouse' | 'string' | 'stringescape' | 'paste'

interface Machine {
  state: State
  /** ESC came twice: the sequence has Alt, or the first one was the Escape key. */
  alt: boolean
  /** What is read of the sequence (csi, string, oldmouse) or paste. */
  body: string
  /** The character after ESC of a string. */
  introducer: string
  /** Last characters of a paste that may be the start of its end mark. */
  tail: string
  emit(event: InputEvent | undefined): void
}

function reset(m: Machine): void {
  m.state = 'ground'
  m.alt = false
  m.body = ''
  m.tail = ''
}

function start(m: Machine, state: State): void {
  m.state = state
  m.body = ''
}

/** Ends the sequence, then tells its event. */
function finish(m: Machine, event: InputEvent | undefined): void {
  reset(m)
  m.emit(event)
}

function finishString(m: Machine): void {
  finish(m, m.body.length >= MAX_STRING ? undefined : stringReply(m.introducer, m.body))
}

const take = (m: Machine, char: string, limit: number): void => {
  if (m.body.length < limit) m.body += char
}

function parseCsi(text: string): Csi {
  const match = /^([<=>?]?)([0-9;:]*)([ -/]*)([@-~])$/.exec(text)
  if (match === null) return { prefix: '!', params: [], intermediate: '', final: '' }
  const [, prefix = '', params = '', intermediate = '', final = ''] = match
  const numbers = params
    .split(';')
    .map((one) => one.split(':').map((n) => (n === '' ? Number.NaN : Number(n))))
  return { prefix, params: numbers, intermediate, final }
}

function endCsi(m: Machine, final: string): void {
  const text = m.body + final
  if (text === '[') start(m, 'linux')
  else if (text === 'M') start(m, 'oldmouse')
  else if (text === '200~') {
    start(m, 'paste')
    m.alt = false
  } else finish(m, m.body.length >= MAX_CSI ? undefined : csiEvent(parseCsi(text), m.alt))
}

function inGround(m: Machine, char: string): void {
  if (char === '\u001b') start(m, 'escape')
  else m.emit(charKey(char, false))
}

function inEscape(m: Machine, char: string): void {
  if (char === '[') start(m, 'csi')
  else if (char === 'O') start(m, 'ss3')
  else if (STRING_STARTS.includes(char)) {
    start(m, 'string')
    m.introducer = char
  } else if (char === '\u001b') {
    if (m.alt) m.emit(ESCAPE_KEY)
    m.alt = true
  } else {
    if (m.alt) m.emit(ESCAPE_KEY)
    finish(m, charKey(char, true))
  }
}

function inCsi(m: Machine, char: string): void {
  if (char >= '@' && char <= '~') endCsi(m, char)
  else if (char >= ' ' && char <= '?') take(m, char, MAX_CSI)
  else abort(m, char)
}

/** A character that cannot be in a sequence ends it unread and counts for itself. */
function abort(m: Machine, char: string): void {
  reset(m)
  // CAN and SUB are there to cancel a sequence.
  if (char !== '\u0018' && char !== '\u001a') inGround(m, char)
}

function inString(m: Machine, char: string): void {
  if (char === '\u0007') finishString(m)
  else if (char === '\u001b') m.state = 'stringescape'
  else if (char === '\u0018' || char === '\u001a') reset(m)
  else take(m, char, MAX_STRING)
}

function inStringEscape(m: Machine, char: string): void {
  if (char === '\\') return finishString(m)
  reset(m)
  m.state = 'escape'
  inEscape(m, char)
}

const STEPS: Readonly<Record<Exclude<State, 'paste'>, (m: Machine, char: string) => void>> = {
  ground: inGround,
  escape: inEscape,
  csi: inCsi,
  ss3: (m, char) => (char >= ' ' && char <= '~' ? finish(m, ss3Key(char, m.alt)) : abort(m, char)),
  linux: (m, char) => (char >= ' ' && char <= '~' ? finish(m, linuxKey(char, m.alt)) : abort(m, char)),
  oldmouse(m, char) {
    // Button, column, row: three characters that are never asked for.
    take(m, char, 6)
    if ([...m.body].length >= 3) reset(m)
  },
  string: inString,
  stringescape: inStringEscape,
}

const PASTE_CONTROLS = /(?![\n\t])\p{Cc}/gu

function endPaste(m: Machine, whole: boolean): void {
  const text = m.body.slice(0, MAX_PASTE).toWellFormed()
  const clean = text.replace(/\r\n?/g, '\n').replace(PASTE_CONTROLS, '')
  finish(m, { type: 'paste', text: clean, cut: !whole || m.body.length > MAX_PASTE })
}

/** Takes paste text; returns what comes behind the paste's end. */
function inPaste(m: Machine, text: string): string {
  const all = m.tail + text
  const end = all.indexOf(PASTE_END)
  const sure = end < 0 ? Math.max(0, all.length - PASTE_END.length + 1) : end
  // One unit over the limit, so that the cut is known.
  m.body += all.slice(0, Math.min(sure, MAX_PASTE + 1 - m.body.length))
  m.tail = all.slice(sure)
  if (end < 0) return ''
  endPaste(m, true)
  return all.slice(end + PASTE_END.length)
}

function consume(m: Machine, text: string): void {
  let at = 0
  while (at < text.length) {
    if (m.state === 'paste') {
      const rest = inPaste(m, text.slice(at))
      at = text.length - rest.length
      continue
    }
    const char = String.fromCodePoint(text.codePointAt(at) ?? 0)
    at += char.length
    STEPS[m.state](m, char)
  }
}

/** Nothing more came in time: what is half read was a key, or is dropped. */
function timeOut(m: Machine): void {
  const { state, alt, body, introducer } = m
  if (state === 'paste') {
    m.body += m.tail
    return endPaste(m, false)
  }
  reset(m)
  if (state === 'escape') {
    if (alt) m.emit(ESCAPE_KEY)
    return m.emit(ESCAPE_KEY)
  }
  if (body !== '' || state === 'oldmouse' || state === 'linux' || state === 'stringescape') return
  if (alt) m.emit(ESCAPE_KEY)
  // Alt-[, Alt-O, Alt-] and so on look like the start of a sequence.
  m.emit(charKey(state === 'csi' ? '[' : state === 'ss3' ? 'O' : introducer, true))
}

function patience(m: Machine, escapeTimeoutMs: number): number {
  if (m.state === 'paste') return PASTE_TIMEOUT_MS
  const certain = m.body !== '' || m.state === 'oldmouse' || m.state === 'stringescape'
  return certain ? escapeTimeoutMs * SLOW_FACTOR : escapeTimeoutMs
}

const realTimer: SetTimer = (run, ms) => {
  const timer = setTimeout(run, ms)
  return () => clearTimeout(timer)
}

/**
 * Makes a parser. Never throws. A lone ESC is the Escape key when nothing follows within
 * `escapeTimeoutMs` (50; 100 over SSH). No event's text holds a control character (a paste: \n and \t).
 */
export function createInputParser(options: {
  emit: (event: InputEvent) => void
  escapeTimeoutMs?: number
  setTimer?: SetTimer
}): InputParser {
  const { emit, escapeTimeoutMs = 50, setTimer = realTimer } = options
  const decoder = new TextDecoder('utf-8', { ignoreBOM: true })
  let cancel = (): void => {}
  const m: Machine = {
    state: 'ground',
    alt: false,
    body: '',
    introducer: '',
    tail: '',
    emit: (event) => event !== undefined && emit(event),
  }
  return {
    feed(bytes) {
      cancel()
      consume(m, decoder.decode(bytes, { stream: true }))
      if (m.state !== 'ground') cancel = setTimer(() => timeOut(m), patience(m, escapeTimeoutMs))
    },
    close() {
      cancel()
      reset(m)
    },
  }
}
