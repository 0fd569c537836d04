// --watch: redrawn in place on a terminal, snapshot after snapshot elsewhere, until the signal.
import { Terminal } from '@xterm/headless'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Output } from '../../src/cli/output.ts'
import { kept, mlops } from './terminal.ts'
import { linkTo, NOW, run } from './world.ts'

beforeEach(() => {
  vi.useFakeTimers({ now: NOW, toFake: ['setTimeout', 'clearTimeout'] })
})
afterEach(() => {
  vi.useRealTimers()
})

function watching(line: string, over: Partial<Output> = {}) {
  const link = linkTo({ runs: [run('a')] })
  const out = kept(over)
  const end = new AbortController()
  const done = mlops([...line.split(' '), '--watch', '--interval', '1s'], { link, out, signal: end.signal })
  return { link, out, end, done, tick: (ms = 1000) => vi.advanceTimersByTimeAsync(ms) }
}

describe('--watch without a terminal', () => {
  it('appends a snapshot after each change, a blank line between, and ends with code 0', async () => {
    const { link, out, end, done, tick } = watching('get runs --columns id,status')
    await tick()
    link.show({ runs: [run('a', { status: 'failed' })] })
    await tick()
    end.abort()
    expect((await done).code).toBe(0)
    expect(out.writes.join('')).toBe('ID  STATUS\na   running\n\nID  STATUS\na   failed\n')
    expect(link.listeners()).toBe(0)
  })

  it('says nothing while nothing that it shows changes', async () => {
    const { link, out, end, done, tick } = watching('get runs --columns id')
    for (let i = 0; i < 5; i++) {
      await tick()
      link.show({ runs: [run('a', { status: i % 2 === 0 ? 'idle' : 'failed' })] })
    }
    end.abort()
    await done
    expect(out.writes).toHaveLength(1)
  })

  it('draws at most once in the interval', async () => {
    const { link, out, end, done, tick } = watching('get runs --columns id')
    for (let i = 0; i < 50; i++) {
      link.show({ runs: [run(`r${i}`)] })
      await tick(20)
    }
    await tick(20)
    end.abort()
    await done
    expect(out.writes).toHaveLength(2)
    expect(out.writes[1]).toContain('r49')
  })

  it('json is one array a line', async () => {
    const { link, out, end, done, tick } = watching('get runs --columns id -o json')
    await tick()
    link.show({ runs: [run('a'), run('b')] })
    await tick()
    link.show({})
    await tick()
    end.abort()
    await done
    const lines = out.writes.join('').trimEnd().split('\n')
    expect(lines.map((line) => JSON.parse(line))).toEqual([[{ id: 'a' }], [{ id: 'a' }, { id: 'b' }], []])
  })

  it('ends at once when the signal came before', async () => {
    const end = new AbortController()
    end.abort()
    const { code, out } = await mlops(['get', 'runs', '--watch'], { signal: end.signal })
    expect([code, out]).toEqual([0, ''])
  })
})

describe('--watch on a terminal', () => {
  const size = { isTTY: true, columns: 40, rows: 6 }

  async function screenOf(writes: readonly string[]): Promise<string[]> {
    const terminal = new Terminal({ cols: 40, rows: 6, allowProposedApi: true })
    vi.useRealTimers()
    for (const text of writes) await new Promise<void>((resolve) => terminal.write(text, resolve))
    const lines = Array.from({ length: 6 }, (_, i) =>
      terminal.buffer.active.getLine(i)!.translateToString(true),
    )
    expect(terminal.buffer.active.length).toBe(6)
    return lines
  }

  it('redraws in place: what is shorter now leaves nothing behind, and the cursor comes back', async () => {
    const { link, out, end, done, tick } = watching('get runs --columns name', size)
    await tick(0)
    link.show({ runs: [run('long-name-here'), run('two')] })
    await tick()
    link.show({ runs: [run('x')] })
    await tick()
    end.abort()
    await done
    expect(out.writes.join('')).not.toContain('\x1b[2J')
    expect(out.writes[0]).toBe('\x1b[?25l')
    expect(out.writes.at(-1)).toBe('\r\n\x1b[?25h')
    expect(await screenOf(out.writes)).toEqual(['NAME', 'run x', '', '', '', ''])
  })

  it('cuts what is higher than the screen and says so, without scrolling', async () => {
    const { link, out, end, done, tick } = watching('get runs --columns id', size)
    link.show({ runs: Array.from({ length: 20 }, (_, i) => run(`r${10 + i}`)) })
    await tick()
    end.abort()
    await done
    const screen = await screenOf(out.writes.slice(0, -1))
    expect(screen).toEqual(['ID', 'r10', 'r11', 'r12', '... 17 more lines', ''])
  })

  it('says what is wrong with the link', async () => {
    const { link, out, end, done, tick } = watching('get runs --columns id', size)
    link.status = () => ({ where: 'x', connected: false, trouble: 'hub gone', heard: NOW })
    await tick()
    end.abort()
    await done
    expect(await screenOf(out.writes)).toEqual(['hub gone', 'ID', 'a', '', '', ''])
  })
})
