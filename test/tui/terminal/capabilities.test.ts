import { describe, expect, it } from 'vitest'
import { readCapabilities } from '../../../src/tui/terminal/capabilities.ts'

const UTF8 = { LANG: 'en_GB.UTF-8' }

describe('colour depth', () => {
  it.each([
    [{ TERM: 'xterm' }, 4],
    [{ TERM: 'xterm-256color' }, 8],
    [{ TERM: 'xterm-256color', COLORTERM: 'truecolor' }, 24],
    [{ TERM: 'xterm-256color', COLORTERM: '24bit' }, 24],
    [{ TERM: 'xterm-kitty' }, 24],
    [{ TERM: 'tmux-256color', TMUX: '/tmp/t,1,0', COLORTERM: 'truecolor' }, 24],
    [{ TERM: 'screen-256color', STY: '1.pts', COLORTERM: 'truecolor' }, 8],
    [{ TERM: 'linux' }, 4],
    [{ TERM: 'vt100' }, 0],
    [{ TERM: 'dumb' }, 0],
    [{}, 0],
    [{ TERM: 'xterm-256color', NO_COLOR: '1' }, 0],
    [{ TERM: 'xterm-256color', NO_COLOR: '' }, 8],
    [{ TERM: 'xterm-256color', NO_COLOR: '1', FORCE_COLOR: '3' }, 24],
    [{ TERM: 'xterm-256color', FORCE_COLOR: '0' }, 0],
    [{ TERM: 'dumb', FORCE_COLOR: '1' }, 4],
    [{ TERM: 'xterm-256color', FORCE_COLOR: '1' }, 8],
  ])('%j has %i bits', (env, depth) => {
    expect(readCapabilities(env, true).depth).toBe(depth)
  })

  it('is none for what is no terminal, unless forced', () => {
    expect(readCapabilities({ TERM: 'xterm-256color' }, false).depth).toBe(0)
    expect(readCapabilities({ TERM: 'xterm-256color', FORCE_COLOR: '' }, false).depth).toBe(8)
  })
})

describe('characters', () => {
  it.each([
    [{ TERM: 'xterm', ...UTF8 }, true],
    [{ TERM: 'xterm', LC_ALL: 'C', ...UTF8 }, false],
    [{ TERM: 'xterm', LC_ALL: '', LC_CTYPE: 'C.utf8' }, true],
    [{ TERM: 'xterm', LANG: 'C' }, false],
    [{ TERM: 'xterm' }, false],
    [{ TERM: 'linux', ...UTF8 }, false],
  ])('%j draws Unicode: %s', (env, unicode) => {
    expect(readCapabilities(env, true).unicode).toBe(unicode)
  })
})

describe('surroundings', () => {
  it('sees SSH, tmux, screen and a dumb terminal', () => {
    expect(readCapabilities({ TERM: 'xterm', SSH_CONNECTION: '1 2 3 4' }, true).ssh).toBe(true)
    expect(readCapabilities({ TERM: 'screen', TMUX: 'x' }, true)).toMatchObject({ tmux: true, screen: false })
    expect(readCapabilities({ TERM: 'screen' }, true)).toMatchObject({ tmux: false, screen: true })
    expect(readCapabilities({ TERM: 'dumb' }, true).dumb).toBe(true)
    expect(readCapabilities({ TERM: 'xterm' }, true)).toMatchObject({ dumb: false, ssh: false, tmux: false })
  })
})
