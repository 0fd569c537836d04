import xterm from '@xterm/headless'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createScreen } from '../../../src/tui/terminal/screen.ts'

const COLUMNS = 24
const ROWS = 6

function terminal(columns = COLUMNS, rows = ROWS): xterm.Terminal {
  const term = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  term.write('\u001b[?7l')
  return term
}

const feed = (term: xterm.Terminal, text: string) => new Promise<void>((done) => term.write(text, done))

/** Every cell with its characters, width and attributes. */
function picture(term: xterm.Terminal): string[][] {
  const buffer = term.buffer.active
  return Array.from({ length: term.rows }, (_, y) =>
    Array.from({ length: term.cols }, (_, x) => {
      const cell = buffer.getLine(y)?.getCell(x)
      const bits = [cell?.isBold(), cell?.isDim(), cell?.isUnderline(), cell?.isInverse(), cell?.isItalic()]
      const colours = [cell?.getFgColorMode(), cell?.getFgColor(), cell?.getBgColorMode(), cell?.getBgColor()]
      // A cell never written and a written blank look the same.
      return `${cell?.getChars() || (cell?.getWidth() === 0 ? '' : ' ')}|${cell?.getWidth()}|${bits}|${colours}`
    }),
  )
}

const word = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.string({ unit: fc.constantFrom('a', 'b', ' ', ' ', '─', '⣿', 'é'), maxLength: 8 }),
  },
  { weight: 2, arbitrary: fc.string({ unit: fc.constantFrom('漢', '字', 'x', '한'), maxLength: 6 }) },
  { weight: 1, arbitrary: fc.constantFrom('🙂', '👩‍👩‍👧‍👦', 'e\u0301', '✅', '🇳🇴', '❤\ufe0f', '𝛼') },
)
const safeWord = fc.string({ unit: fc.constantFrom('a', 'b', ' ', ' ', '─', '⣿', '漢', '한'), maxLength: 8 })
const sgr = fc.constantFrom('', '', '1', '2', '4', '7', '31', '38;5;200', '48;2;1;2;3', '1;32;44', '0')
const styled = (text: fc.Arbitrary<string>) =>
  fc.tuple(sgr, text).map(([codes, inner]) => (codes === '' ? inner : `\u001b[${codes}m${inner}\u001b[0m`))
const line = (text: fc.Arbitrary<string>) =>
  fc.array(styled(text), { maxLength: 5 }).map((parts) => parts.join(''))
const frame = (text: fc.Arbitrary<string>) =>
  fc.array(line(text), { minLength: 1, maxLength: ROWS + 1 }).map((lines) => lines.join('\n'))

describe('a sequence of frames', () => {
  it('leaves the same cells as painting the last one on an empty terminal', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame(word), { minLength: 2, maxLength: 6 }), async (frames) => {
        const [walked, fresh] = [terminal(), terminal()]
        const screen = createScreen(COLUMNS, ROWS)
        for (const one of frames) await feed(walked, screen.paint(one))
        await feed(fresh, createScreen(COLUMNS, ROWS).paint(frames.at(-1) ?? ''))
        expect(picture(walked)).toEqual(picture(fresh))
      }),
      { numRuns: 200 },
    )
  })

  it('shows what the terminal itself makes of the frame', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(frame(safeWord), { minLength: 1, maxLength: 4 }), async (frames) => {
        const [walked, plain] = [terminal(), terminal()]
        const screen = createScreen(COLUMNS, ROWS)
        for (const one of frames) await feed(walked, screen.paint(one))
        const lines = (frames.at(-1) ?? '').split('\n').slice(0, ROWS)
        // Wrapped lines would overwrite their last cell, which is not how a frame is cut.
        fc.pre(
          lines.every(
            (one) => one.replace(/\u001b\[[\d;]*m/g, '').replace(/[漢한]/g, 'xx').length <= COLUMNS,
          ),
        )
        await feed(plain, lines.join('\r\n'))
        expect(picture(walked)).toEqual(picture(plain))
      }),
      { numRuns: 200 },
    )
  })

  it('keeps attributes right behind a rewritten gap', async () => {
    const [walked, fresh] = [terminal(), terminal()]
    const screen = createScreen(COLUMNS, ROWS)
    await feed(walked, screen.paint('a\u001b[1mb\u001b[0mc'))
    const change = screen.paint('A\u001b[1mb\u001b[0mC')
    expect(change).toContain('b')
    await feed(walked, change)
    await feed(fresh, 'A\u001b[1mb\u001b[0mC')
    expect(picture(walked)).toEqual(picture(fresh))
  })

  it('survives garbage already on the terminal once repainted', async () => {
    const [dirty, clean] = [terminal(), terminal()]
    const screen = createScreen(COLUMNS, ROWS)
    await feed(dirty, screen.paint('one\ntwo'))
    await feed(dirty, `\u001b[31;1m\u001b[H${'#漢'.repeat(40)}\u001b[5;5Hxxx\u001b[m`)
    screen.invalidate()
    await feed(dirty, screen.paint('one\ntwo'))
    await feed(clean, createScreen(COLUMNS, ROWS).paint('one\ntwo'))
    expect(picture(dirty)).toEqual(picture(clean))
  })
})

describe('bytes', () => {
  const body = (changed: string): string =>
    Array.from({ length: 50 }, (_, y) => (y === 49 ? `${'x'.repeat(199)}${changed}` : 'y'.repeat(200))).join(
      '\n',
    )

  it('are at most 64 for one changed cell at 200x50', () => {
    const screen = createScreen(200, 50)
    screen.paint(body('a'))
    const change = screen.paint(body('\u001b[1;38;2;100;101;102;48;2;200;201;202mb\u001b[0m'))
    expect(Buffer.byteLength(change)).toBeLessThanOrEqual(64)
    expect(change).toBe('\u001b[50;200H\u001b[1;38;2;100;101;102;48;2;200;201;202mb\u001b[m')
  })

  it('are none for the same frame, also when its escapes differ', () => {
    const screen = createScreen(20, 2)
    screen.paint('\u001b[1mab\u001b[0m')
    expect(screen.paint('\u001b[1mab\u001b[0m')).toBe('')
    expect(screen.paint('\u001b[1ma\u001b[1mb\u001b[22m\n')).toBe('')
  })

  it('rewrite a short gap and jump over a long one', () => {
    const screen = createScreen(40, 1)
    screen.paint(`${'a'.repeat(40)}`)
    expect(screen.paint(`XaaX${'a'.repeat(36)}`)).toBe('\u001b[1HXaaX')
    expect(screen.paint(`Xaaa${'a'.repeat(34)}YY`)).toBe('\u001b[1;4Ha\u001b[1;39HYY')
  })

  it('erase a long blank tail at once', () => {
    const screen = createScreen(100, 1)
    screen.paint('x'.repeat(100))
    expect(screen.paint('xx')).toBe('\u001b[1;3H\u001b[K')
  })

  it('never clear the screen or the scrollback, and never hold a line feed', () => {
    fc.assert(
      fc.property(fc.array(frame(word), { minLength: 1, maxLength: 4 }), (frames) => {
        const screen = createScreen(COLUMNS, ROWS)
        for (const one of frames) {
          const text = screen.paint(one)
          expect(text).not.toMatch(/\u001b\[[0-3]?J|\n|\r/)
        }
      }),
    )
  })
})

describe('hostile text', () => {
  const own = /\u001b\[(?:\d+(?:;\d+)?H|[\d;]*m|K)/g

  it.each([
    ['a clipboard write', '\u001b]52;c;aGk=\u0007ok'],
    ['an unended title', 'ok\u001b]0;title'],
    ['a string ended by ST', '\u001bP1$r\u001b\\ok'],
    ['cursor moves and clears', '\u001b[2J\u001b[3J\u001b[1;1H\u001b[?1049lok'],
    ['a reset', '\u001bcok'],
    ['private SGR-like sequences', '\u001b[>4;2mo\u001b[?1mk'],
    ['C0 and C1 controls', 'o\r\b\t\u0007\u000e\u009b\u0085k'],
    ['bidirectional and invisible characters', '\u202eo\u200b\u2066k\ufeff'],
    ['a lone escape at the end', 'ok\u001b'],
  ])('%s shows as its text only', (_, text) => {
    const out = createScreen(20, 1).paint(text)
    expect(out.replace(own, '').trimEnd()).toBe('ok')
  })

  it('of any kind leaves only printable text and our own sequences', () => {
    const nasty = fc.string({
      unit: fc.oneof(
        fc.constantFrom(
          '\u001b',
          '[',
          ']',
          'P',
          '?',
          ';',
          '1',
          'm',
          'H',
          'J',
          '\u0007',
          '\\',
          '\u009b',
          '\n',
        ),
        fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
      ),
      maxLength: 60,
    })
    fc.assert(
      fc.property(nasty, (text) => {
        const rest = createScreen(20, 3).paint(text).replace(own, '')
        expect(rest).not.toMatch(/[\p{Cc}\u202a-\u202e\u2066-\u2069\u2028\u2029]/u)
      }),
      { numRuns: 500 },
    )
  })

  it('cuts a pile of combining marks', () => {
    const out = createScreen(20, 1).paint(`z${'\u0301'.repeat(10_000)}`)
    expect(out.length).toBeLessThan(100)
  })
})

describe('resize', () => {
  it('paints every cell at the new size', async () => {
    const screen = createScreen(10, 2)
    screen.paint('one\ntwo')
    screen.resize(5, 3)
    const [term, fresh] = [terminal(5, 3), terminal(5, 3)]
    await feed(term, `${'#'.repeat(5)}\r\n#####\r\n#####${screen.paint('abcdefg\ntwo')}`)
    await feed(fresh, 'abcde\r\ntwo')
    expect(picture(term)).toEqual(picture(fresh))
  })
})
