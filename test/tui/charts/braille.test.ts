import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createCanvas } from '../../../src/tui/charts/braille.ts'
import { expectExact } from '../panels/exact.ts'

const pens = [(text: string) => text, (text: string) => `<${text}>`]

describe('createCanvas', () => {
  it('draws dots and lines', () => {
    const canvas = createCanvas(3, 2, pens, true)
    canvas.line(0, 0, 5, 0, 0)
    canvas.line(0, 0, 0, 7, 0)
    canvas.dot(5, 7, 0)
    expect(canvas.lines()).toEqual(['⡏⠉⠉', '⡇ ⢀'])
  })

  it('draws the same in ASCII', () => {
    const canvas = createCanvas(3, 2, pens, false)
    canvas.line(0, 0, 5, 0, 0)
    canvas.line(0, 0, 0, 7, 0)
    canvas.dot(5, 7, 0)
    expect(canvas.lines()).toEqual(["|''", '| .'])
  })

  it('covers lower layers cell by cell and joins dots of one layer', () => {
    const canvas = createCanvas(2, 1, pens, true)
    canvas.dot(0, 0, 0)
    canvas.dot(2, 0, 0)
    canvas.raise()
    canvas.dot(0, 3, 1)
    canvas.dot(1, 3, 1)
    expect(canvas.lines()).toEqual(['<⣀>⠁'])
  })

  it('puts characters in place of dots', () => {
    const canvas = createCanvas(2, 1, pens, true)
    canvas.dot(0, 0, 0)
    canvas.glyph(0, 0, 'x', 1)
    canvas.glyph(5, 0, 'y', 1)
    expect([canvas.isBlank(0, 0), canvas.isBlank(1, 0)]).toEqual([false, true])
    expect(canvas.lines()).toEqual(['<x> '])
  })

  it('clips: a line that leaves the canvas is seen as far as it lies inside', () => {
    const canvas = createCanvas(3, 1, pens, true)
    canvas.line(-1e9, 1, 1e9, 1, 0)
    expect(canvas.lines()).toEqual(['⠒⠒⠒'])
  })

  it('takes any coordinates and keeps its size', () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(9),
        fc.tuple(fc.double(), fc.double(), fc.double(), fc.double()),
        (columns, rows, [a, b, c, d]) => {
          const canvas = createCanvas(columns, rows, pens.slice(0, 1), true)
          canvas.line(a, b, c, d, 0)
          canvas.dot(a, b, 0)
          expectExact(canvas.lines(), columns, rows)
        },
      ),
    )
  })
})
