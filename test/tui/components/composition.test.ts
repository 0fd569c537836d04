// Painted lines in the places that Ink gave them.
import { describe, expect, test } from 'vitest'
import { compose, signFor } from '../../../src/tui/components/composition.ts'

describe('composition', () => {
  test('puts lines where their signs stand, with what lies between left blank', () => {
    const left = signFor('\u001b[1mab\u001b[0m', 2)
    const right = signFor('日本', 4)
    const below = signFor('zz', 2)
    expect(compose(`${left}    ${right}\n  ${below}`)).toBe('\u001b[1mab\u001b[0m   日本\n  zz')
  })

  test('a frame without signs is as it was', () => {
    expect(compose('\u001b[?25h')).toBe('\u001b[?25h')
  })

  test('remote text that looks like a sign stays text', () => {
    const sign = signFor('\ue001\ue000', 2)
    expect(compose(sign)).toBe('\ue001\ue000')
  })

  test('each frame starts anew', () => {
    compose(signFor('old', 3))
    expect(compose(signFor('new', 3))).toBe('new')
  })
})
