import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createInputParser, MAX_PASTE } from '../../../src/tui/terminal/input.ts'
import type { InputEvent } from '../../../src/tui/terminal/input-events.ts'

/** A parser with a hand-wound timer. */
function parser() {
  const events: InputEvent[] = []
  let timer: { run: () => void; ms: number } | undefined
  const input = createInputParser({
    emit: (event) => events.push(event),
    escapeTimeoutMs: 50,
    setTimer(run, ms) {
      const mine = { run, ms }
      timer = mine
      return () => {
        if (timer === mine) timer = undefined
      }
    },
  })
  return {
    events,
    feed: (text: string | Uint8Array) => input.feed(typeof text === 'string' ? Buffer.from(text) : text),
    close: () => input.close(),
    waitingMs: () => timer?.ms,
    timeout() {
      const due = timer
      timer = undefined
      due?.run()
    },
  }
}

function parse(...chunks: (string | Uint8Array)[]): InputEvent[] {
  const one = parser()
  for (const chunk of chunks) one.feed(chunk)
  return one.events
}

/** Short form of events: `C-` ctrl, `A-` alt, `S-` shift. */
function names(events: readonly InputEvent[]): string[] {
  return events.map((event) => {
    if (event.type !== 'key') return event.type
    return `${event.ctrl ? 'C-' : ''}${event.alt ? 'A-' : ''}${event.shift ? 'S-' : ''}${event.key}`
  })
}

describe('keys', () => {
  it.each([
    ['jjj', ['j', 'j', 'j']],
    [':q\r', [':', 'q', 'enter']],
    ['G', ['S-G']],
    ['é漢🙂', ['é', '漢', '🙂']],
    [' \t\r\n', ['space', 'tab', 'enter', 'enter']],
    ['\u007f\b', ['backspace', 'backspace']],
    ['\u0001\u0003\u001a', ['C-a', 'C-c', 'C-z']],
    ['\u0000\u001c\u001d\u001f', ['C-space', 'C-\\', 'C-]', 'C-_']],
    ['\u001b[A\u001b[B\u001b[C\u001b[D\u001b[H\u001b[F', ['up', 'down', 'right', 'left', 'home', 'end']],
    ['\u001bOA\u001bOP\u001bOS\u001bOM\u001bOq', ['up', 'f1', 'f4', 'enter', '1']],
    [
      '\u001b[1~\u001b[3~\u001b[5~\u001b[6~\u001b[15~\u001b[24~',
      ['home', 'delete', 'pageup', 'pagedown', 'f5', 'f12'],
    ],
    ['\u001b[[A\u001b[[E', ['f1', 'f5']],
    ['\u001b[1;5C\u001b[1;2A\u001b[1;3B\u001b[5;6~', ['C-right', 'S-up', 'A-down', 'C-S-pageup']],
    ['\u001b[1;5R', ['C-f3']],
    ['\u001b[Z', ['S-tab']],
    ['\u001b[a\u001b[5^\u001b[5@', ['S-up', 'C-pageup', 'C-S-pageup']],
    ['\u001bx\u001bX\u001b\r\u001b\u007f\u001b\u0001', ['A-x', 'A-S-X', 'A-enter', 'A-backspace', 'C-A-a']],
    ['\u001b\u001b[A', ['A-up']],
    ['\u001b\u001bx', ['escape', 'A-x']],
    ['\u001b[27u\u001b[13;5u\u001b[97;5u\u001b[97;6u', ['escape', 'C-enter', 'C-a', 'C-S-a']],
    ['\u001b[103:71;2u\u001b[103;2u\u001b[32;1u\u001b[57399u', ['S-G', 'S-G', 'space', '0']],
    ['\u001b[97;1:3u\u001b[1;1:3A\u001b[3;1:3~', []],
    ['\u001b[27;5;13~\u001b[27;2;65~', ['C-enter', 'S-A']],
  ])('%j are %j', (bytes, expected) => {
    expect(names(parse(bytes))).toEqual(expected)
  })

  it('carry the text a field inserts, but not with ctrl or alt', () => {
    expect(parse('a G')).toEqual([
      { type: 'key', key: 'a', ctrl: false, alt: false, shift: false, text: 'a' },
      { type: 'key', key: 'space', ctrl: false, alt: false, shift: false, text: ' ' },
      { type: 'key', key: 'G', ctrl: false, alt: false, shift: true, text: 'G' },
    ])
    for (const event of parse('\u0001\u001bx\u001b\u0020\u001b[97;5u\r\u001b[A'))
      expect(event).not.toHaveProperty('text')
  })
})

describe('a split escape', () => {
  it('is the arrow key within the timeout', () => {
    const { events, feed, timeout, waitingMs } = parser()
    feed('\u001b')
    expect(waitingMs()).toBe(50)
    feed('[A')
    expect(waitingMs()).toBeUndefined()
    timeout()
    expect(names(events)).toEqual(['up'])
  })

  it('is the Escape key when nothing follows', () => {
    const { events, feed, timeout } = parser()
    feed('\u001b')
    expect(events).toEqual([])
    timeout()
    feed('j')
    expect(names(events)).toEqual(['escape', 'j'])
  })

  it('is two Escape keys when pressed twice', () => {
    const { events, feed, timeout } = parser()
    feed('\u001b\u001b')
    timeout()
    expect(names(events)).toEqual(['escape', 'escape'])
  })

  it.each([
    ['\u001b[', 'A-['],
    ['\u001bO', 'A-S-O'],
    ['\u001b]', 'A-]'],
    ['\u001bP', 'A-S-P'],
  ])('%j alone is a key with Alt', (bytes, expected) => {
    const { events, feed, timeout } = parser()
    feed(bytes)
    timeout()
    expect(names(events)).toEqual([expected])
  })

  it('waits longer for the rest of what is a sequence for certain, then drops it', () => {
    const { events, feed, timeout, waitingMs } = parser()
    feed('\u001b[1;')
    expect(waitingMs()).toBe(1000)
    feed('5A')
    expect(names(events)).toEqual(['C-up'])
    feed('\u001b[1;')
    timeout()
    feed('j')
    expect(names(events)).toEqual(['C-up', 'j'])
  })
})

describe('a paste', () => {
  const paste = (text: string): string => `\u001b[200~${text}\u001b[201~`

  it('is one event, its lines ended by line feeds', () => {
    expect(parse(`a${paste('one\r\ntwo\rthree\tx')}b`).slice(1, -1)).toEqual([
      { type: 'paste', text: 'one\ntwo\nthree\tx', cut: false },
    ])
  })

  it('cannot smuggle keys or escapes', () => {
    expect(parse(paste(':q\r\u001b[31m\u001b]52;c;x\u0007\u009b'))).toEqual([
      { type: 'paste', text: ':q\n[31m]52;c;x', cut: false },
    ])
  })

  it('is cut at the limit, and its rest is no keys', () => {
    const one = parser()
    one.feed('\u001b[200~')
    for (let i = 0; i < 5; i++) one.feed('x'.repeat(MAX_PASTE / 4))
    one.feed('\u001b[201~j')
    expect(one.events).toHaveLength(2)
    expect(one.events[0]).toMatchObject({ type: 'paste', cut: true })
    expect(one.events[0]).toHaveProperty('text.length', MAX_PASTE)
  })

  it('without an end is given up after five seconds of silence', () => {
    const { events, feed, timeout, waitingMs } = parser()
    feed('\u001b[200~abc\u001b[20')
    expect(waitingMs()).toBe(5000)
    timeout()
    feed('j')
    expect(events[0]).toEqual({ type: 'paste', text: 'abc[20', cut: true })
    expect(names(events)).toEqual(['paste', 'j'])
  })
})

describe('mouse and focus', () => {
  const none = { ctrl: false, alt: false, shift: false }

  it.each([
    ['\u001b[<0;1;1M', { button: 'left', action: 'press', x: 0, y: 0, ...none }],
    ['\u001b[<2;200;50m', { button: 'right', action: 'release', x: 199, y: 49, ...none }],
    ['\u001b[<32;5;6M', { button: 'left', action: 'move', x: 4, y: 5, ...none }],
    ['\u001b[<35;5;6M', { button: 'none', action: 'move', x: 4, y: 5, ...none }],
    ['\u001b[<64;5;6M', { button: 'none', action: 'wheelup', x: 4, y: 5, ...none }],
    [
      '\u001b[<85;5;6M',
      { button: 'none', action: 'wheeldown', x: 4, y: 5, ctrl: true, alt: false, shift: true },
    ],
  ])('%j is a mouse event', (bytes, expected) => {
    expect(parse(bytes)).toEqual([{ type: 'mouse', ...expected }])
  })

  it.each([
    '\u001b[<0;0;1M',
    '\u001b[<M',
    '\u001b[<0;1M',
    '\u001b[<66;1;1M',
    '\u001b[<0;99999999999;1M',
    '\u001b[M !!',
  ])('%j is swallowed', (bytes) => {
    expect(names(parse(`${bytes}j`))).toEqual(['j'])
  })

  it('tells the focus', () => {
    expect(parse('\u001b[I\u001b[O')).toEqual([
      { type: 'focus', focused: true },
      { type: 'focus', focused: false },
    ])
  })
})

describe('replies of the terminal', () => {
  it.each([
    ['\u001b[?62;22c', 'da1', [62, 22], ''],
    ['\u001b[>1;10;0c', 'da2', [1, 10, 0], ''],
    ['\u001b[24;80R', 'cursor', [24, 80], ''],
    ['\u001b[?1;5R', 'cursor', [1, 5], ''],
    ['\u001b[?2026;2$y', 'mode', [2026, 2], ''],
    ['\u001b[?5u', 'kitty', [5], ''],
    ['\u001b[8;50;200t', 'window', [8, 50, 200], ''],
    ['\u001b]11;rgb:0000/0000/0000\u0007', 'osc', [11], 'rgb:0000/0000/0000'],
    ['\u001b]52;c;aGk=\u001b\\', 'osc', [52], 'c;aGk='],
    ['\u001bP>|XTerm(390)\u001b\\', 'version', [], 'XTerm(390)'],
    ['\u001bP1$r0m\u001b\\', 'dcs', [], '1$r0m'],
  ])('%j is %s %j %j', (bytes, name, params, text) => {
    expect(parse(`a${bytes}b`).slice(1, -1)).toEqual([{ type: 'reply', name, params, text }])
  })
})

describe('what is not known', () => {
  it.each([
    '\u001b[?1049h',
    '\u001b[=1;2x',
    '\u001b[99~',
    '\u001b[1;2;3;4;5;6w',
    '\u001bOz',
    '\u001b[[Z',
    '\u001b_app\u001b\\',
    '\u001b]notanumber\u0007',
    `\u001b[${'1;'.repeat(500)}A`,
    `\u001b]52;c;${'A'.repeat(300_000)}\u0007`,
    '\u001b]11;half\u0018',
    '\u001b[1;\u0018',
    '\ue000\ufffd',
  ])('%# is swallowed whole', (bytes) => {
    expect(names(parse(`${bytes}j`))).toEqual(['j'])
  })

  it('ends at a character that cannot be in it', () => {
    expect(names(parse('\u001b[1;\rj'))).toEqual(['enter', 'j'])
    expect(names(parse('\u001b[1;\u001b[A'))).toEqual(['up'])
    expect(names(parse('\u001b]11;rgb\u001b[A'))).toEqual(['up'])
  })

  it('is forgotten on close, with its timer', () => {
    const { events, feed, close, waitingMs } = parser()
    feed('\u001b]11;x')
    close()
    expect(waitingMs()).toBeUndefined()
    feed('j')
    expect(names(events)).toEqual(['j'])
  })
})

const piece = fc.oneof(
  fc.constantFrom(
    '\u001b',
    '\u001b[',
    '\u001bO',
    '\u001b]11;',
    '\u001bP',
    '\u001b\\',
    '\u0007',
    '\u001b[200~',
    '\u001b[201~',
  ),
  fc.constantFrom(
    '\u001b[A',
    '\u001b[1;5C',
    '\u001b[<0;5;6M',
    '\u001b[27u',
    '\u001b[M',
    '\u001b[?1;2c',
    '\u0018',
  ),
  fc.string({ unit: 'grapheme', maxLength: 4 }),
)
const stream = fc.oneof(
  fc.array(piece, { maxLength: 12 }).map((pieces) => Buffer.from(pieces.join(''))),
  fc.uint8Array({ maxLength: 60 }).map((bytes) => Buffer.from(bytes)),
)

describe('any bytes', () => {
  it('give the same events however they are split', () => {
    fc.assert(
      fc.property(stream, fc.array(fc.nat(80), { maxLength: 8 }), (bytes, cuts) => {
        const at = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).sort((a, b) => a - b), bytes.length]
        const chunks = at.slice(1).map((end, i) => bytes.subarray(at[i], end))
        expect(parse(...chunks)).toEqual(parse(bytes))
        expect(parse(...Array.from(bytes, (byte) => Uint8Array.of(byte)))).toEqual(parse(bytes))
      }),
      { numRuns: 1000 },
    )
  })

  it('never throw and never give control characters as text, with timers firing between', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(stream, fc.boolean()), { maxLength: 5 }), (parts) => {
        const one = parser()
        for (const [bytes, late] of parts) {
          one.feed(bytes)
          if (late) one.timeout()
        }
        one.timeout()
        for (const event of one.events) {
          if (event.type === 'key') expect(`${event.key}${event.text ?? ''}`).not.toMatch(/\p{Cc}/u)
          if (event.type === 'paste') expect(event.text).not.toMatch(/(?![\n\t])\p{Cc}/u)
          if (event.type === 'reply') expect(event.text).not.toMatch(/\p{Cc}/u)
        }
        // Nothing is left half read: the next key is a key.
        const before = one.events.length
        one.feed('j')
        expect(names(one.events.slice(before)).at(-1)).toBe('j')
      }),
      { numRuns: 1000 },
    )
  })
})
