import { describe, expect, it } from 'vitest'
import { readCapabilities } from '../../../src/tui/terminal/capabilities.ts'
import {
  callSequence,
  clipboardSequence,
  MAX_CLIPBOARD,
  titleSequence,
} from '../../../src/tui/terminal/modes.ts'

const plain = readCapabilities({ TERM: 'xterm' }, true)
const tmux = readCapabilities({ TERM: 'tmux-256color', TMUX: 'x' }, true)
const screen = readCapabilities({ TERM: 'screen', STY: 'x' }, true)

describe('clipboardSequence', () => {
  it('is OSC 52 with the text in base64', () => {
    expect(clipboardSequence('höi', plain)).toBe('\u001b]52;c;aMO2aQ==\u0007')
  })

  it('is sent plain and passed through under tmux', () => {
    const osc = '\u001b]52;c;aGk=\u0007'
    expect(clipboardSequence('hi', tmux)).toBe(`${osc}\u001bPtmux;\u001b${osc}\u001b\\`)
  })

  it('is cut into strings that GNU screen passes, which join to the whole', () => {
    const text = 'x'.repeat(5000)
    const sequence = clipboardSequence(text, screen) ?? ''
    const chunks = sequence.split('\u001b\\').slice(0, -1)
    expect(chunks.length).toBeGreaterThan(8)
    for (const chunk of chunks) expect(chunk.length).toBeLessThan(768)
    expect(chunks.map((chunk) => chunk.replace('\u001bP', '')).join('')).toBe(clipboardSequence(text, plain))
  })

  it('refuses what terminals would cut', () => {
    const bytes = Math.floor(MAX_CLIPBOARD / 4) * 3
    expect(clipboardSequence('x'.repeat(bytes), plain)).toBeDefined()
    expect(clipboardSequence('x'.repeat(bytes + 1), plain)).toBeUndefined()
  })
})

describe('callSequence', () => {
  it('is OSC 9, passed through multiplexers', () => {
    const osc = '\u001b]9;mlops: a\u0007'
    expect(callSequence('osc9', 'mlops: a', plain)).toBe(osc)
    expect(callSequence('osc9', 'mlops: a', tmux)).toBe(`\u001bPtmux;\u001b${osc}\u001b\\`)
    expect(callSequence('osc9', 'mlops: a', screen)).toBe(`\u001bP${osc}\u001b\\`)
  })

  it('carries no controls, and a bell carries nothing', () => {
    expect(callSequence('osc9', 'a\u0007\u001b]52;c;aGk=\u0007', plain)).toBe('\u001b]9;a]52;c;aGk=\u0007')
    expect(callSequence('bell', 'a', tmux)).toBe('\u0007')
  })
})

describe('titleSequence', () => {
  it('cannot end its own sequence', () => {
    expect(titleSequence('a\u0007b\u001b\\c\u009cd\u202e')).toBe('\u001b]2;ab\\cd\u0007')
    expect(titleSequence('x'.repeat(500))).toHaveLength(125)
  })
})
