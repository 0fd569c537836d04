import { spawnSync } from 'node:child_process'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dumpAnsi, dumpSvg, dumpText } from '../../../src/tui/terminal/dump.ts'
import { createTheme } from '../../../src/tui/terminal/style.ts'

const theme = createTheme({ depth: 24, unicode: true })
const lines = [`${theme.paint('bad', 'loss')} is 日本 <NaN> & "x"   `, '', theme.paint('selected', ' row ')]

/** Reads XML of the kind that dumpSvg writes; throws where it is not well formed. */
function readXml(xml: string): { elements: string[]; text: string } {
  const open: string[] = []
  const elements: string[] = []
  let text = ''
  let at = 0
  for (const tag of xml.matchAll(/<(\/?)([a-z]+)((?: [a-zA-Z:-]+="[^"<&]*")*)(\/?)>/g)) {
    const between = xml.slice(at, tag.index)
    if (/[<>]|&(?!(?:amp|lt|gt|quot);)/.test(between)) throw new Error(`a bare sign in ${between}`)
    text += between
    at = tag.index + tag[0].length
    if (tag[1] === '/') {
      if (open.pop() !== tag[2]) throw new Error(`</${tag[2]}> ends another element`)
    } else {
      elements.push(tag[2]!)
      if (tag[4] === '') open.push(tag[2]!)
    }
  }
  if (open.length > 0 || xml.slice(at).trim() !== '') throw new Error('does not end')
  if (/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.test(xml))
    throw new Error('no XML character')
  return { elements, text }
}

describe('a dump as text', () => {
  it('has the words without colours and without blanks at the ends', () => {
    expect(dumpText(lines)).toBe('loss is 日本 <NaN> & "x"\n\n row\n')
  })

  it('drops every sequence that is no colour', () => {
    expect(dumpText(['a\u001b]52;c;eA==\u0007b\u001b[2Jc'])).toBe('abc\n')
  })
})

describe('a dump as ANSI', () => {
  it('keeps the colours, closed at each end of line', () => {
    expect(dumpAnsi([theme.paint('dim', 'old'), 'plain'])).toBe('\u001b[2mold\u001b[m\nplain\n')
  })

  it('says the same as the lines it was made of', () => {
    expect(dumpText(dumpAnsi(lines).split('\n').slice(0, -1))).toBe(dumpText(lines))
    expect(dumpAnsi(dumpAnsi(lines).split('\n').slice(0, -1))).toBe(dumpAnsi(lines))
  })
})

describe('a dump as SVG', () => {
  it('is a picture of the size of the screen with a text element for each run of one look', () => {
    const svg = dumpSvg(lines, 80, 24)
    expect(svg).toContain('width="640" height="408"')
    expect(svg).toContain('fill="#d55e00" font-weight="bold">loss</text>')
    expect(svg).toContain('日本 &lt;NaN&gt; &amp; &quot;x&quot;</text>')
    const { elements } = readXml(svg)
    expect(elements.filter((name) => name === 'text')).toHaveLength(3)
  })

  it('turns reversed cells around, and shows the 16, the 256 and true colours', () => {
    expect(dumpSvg(['\u001b[7mx'], 4, 1)).toMatch(/<rect x="0" y="0" width="8" height="17" fill="#d8dce4"\/>/)
    expect(dumpSvg(['\u001b[91mx'], 4, 1)).toContain('fill="#ff7a6b"')
    expect(dumpSvg(['\u001b[38;5;214mx'], 4, 1)).toContain('fill="#ffaf00"')
    expect(dumpSvg(['\u001b[38;5;244mx'], 4, 1)).toContain('fill="#808080"')
    expect(dumpSvg(['\u001b[48;2;1;2;3mx'], 4, 1)).toContain('fill="#010203"')
  })

  it('is well-formed XML for any text and any sequences', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 20 }),
      fc.constantFrom(
        '<',
        '>',
        '&',
        '"',
        ']]>',
        '&amp;',
        '\u0000',
        '\ufffe',
        '\ud800',
        '\u001b[1;38;5;300m',
        '\u001b[7;48;2;9;9;9m',
        '\u001b[',
      ),
    )
    const line = fc.array(piece, { maxLength: 8 }).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.array(line, { maxLength: 5 }), fc.integer({ min: 1, max: 60 }), (all, columns) => {
        expect(readXml(dumpSvg(all, columns, 4)).elements[0]).toBe('svg')
      }),
    )
  })

  it.runIf(spawnSync('python3', ['-V']).status === 0)('is read by an XML parser of others', () => {
    const code = 'import sys,xml.dom.minidom as m; print(m.parse(sys.stdin).documentElement.tagName)'
    const { stdout } = spawnSync('python3', ['-c', code], { input: dumpSvg([...lines, '\u0001<&'], 80, 24) })
    expect(stdout.toString().trim()).toBe('svg')
  })
})
