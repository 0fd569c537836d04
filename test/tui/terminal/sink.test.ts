import { describe, expect, it } from 'vitest'
import { createSink, type Output } from '../../../src/tui/terminal/sink.ts'

/** An output whose writes leave when told, and a clock that is told the time. */
function slowLink(sync = false) {
  const written: string[] = []
  let pending: (() => void)[] = []
  const clock = { now: 0 }
  const output: Output = {
    write(text, done) {
      written.push(text)
      pending.push(() => done())
      return false
    },
  }
  const drain = (): void => {
    const now = pending
    pending = []
    for (const done of now) done()
  }
  const sink = createSink({ output, columns: 10, rows: 3, sync, now: () => clock.now })
  return { sink, written, drain, clock }
}

describe('a sink', () => {
  it('writes a frame at once, in one write, and nothing when it did not change', () => {
    const { sink, written, drain } = slowLink()
    sink.write('one\ntwo')
    drain()
    sink.write('one\ntwo')
    sink.write('one\ntwx')
    drain()
    expect(written).toHaveLength(2)
    expect(written[1]).toBe('\u001b[2;3Hx')
    expect(sink.stats.frames).toBe(2)
    expect(sink.stats.bytes).toBe(Buffer.byteLength(written.join('')))
  })

  it('skips frames while the link is full and then writes the newest only', () => {
    const { sink, written, drain } = slowLink()
    sink.write('a')
    sink.write('b')
    sink.write('c')
    sink.write('d')
    expect(written).toHaveLength(1)
    drain()
    expect(written).toHaveLength(2)
    expect(written[1]).toBe('\u001b[1Hd')
    expect(sink.stats).toMatchObject({ frames: 2, skipped: 2 })
    drain()
    expect(written).toHaveLength(2)
  })

  it('tells how long the link takes, also while it is taking it', () => {
    const { sink, drain, clock } = slowLink()
    expect(sink.stats.drainMs).toBe(0)
    sink.write('a')
    clock.now = 400
    expect(sink.stats.drainMs).toBe(400)
    clock.now = 700
    drain()
    clock.now = 5000
    expect(sink.stats.drainMs).toBe(700)
  })

  it('goes on after a write that failed', () => {
    const failures: (Error | null)[] = [new Error('EIO')]
    const written: string[] = []
    const output: Output = {
      write(text, done) {
        written.push(text)
        setImmediate(() => done(failures.pop() ?? null))
        return true
      },
    }
    const sink = createSink({ output, columns: 4, rows: 1 })
    sink.write('a')
    sink.write('b')
    return expect.poll(() => written.length).toBe(2)
  })

  it('does not take empty writes and lone control sequences for frames', () => {
    const { sink, written, drain } = slowLink()
    sink.write('one')
    drain()
    for (const noise of ['', '\n', '\u001b[?25h', '\u001b[?2026h', '\u001b[<u\n']) sink.stream.write(noise)
    expect(written).toHaveLength(1)
  })

  it('repaints every row on demand', () => {
    const { sink, written, drain } = slowLink()
    sink.write('one')
    drain()
    sink.repaint()
    expect(written[1]).toBe(written[0])
    expect(written[1]).toBe('\u001b[1Hone\u001b[K\u001b[2H\u001b[K\u001b[3H\u001b[K')
  })

  it('tells Ink about a new size and paints what Ink then writes', () => {
    const { sink, written, drain } = slowLink()
    sink.write('narrow')
    drain()
    const sizes: number[][] = []
    const listener = (): void => {
      sizes.push([sink.stream.columns, sink.stream.rows])
      sink.stream.write('wide')
    }
    sink.stream.on('resize', listener)
    sink.resize(20, 1)
    expect(sizes).toEqual([[20, 1]])
    expect(written[1]).toBe('\u001b[1Hwide\u001b[K')
    sink.stream.off('resize', listener)
    drain()
    sink.resize(5, 1)
    expect(sizes).toHaveLength(1)
    expect(written[2]).toBe('\u001b[1Hwide ')
  })

  it('writes nothing while held and all of the newest frame when released', () => {
    const { sink, written, drain } = slowLink()
    sink.write('a')
    drain()
    sink.hold()
    sink.write('b')
    sink.write('c')
    expect(written).toHaveLength(1)
    sink.release()
    expect(written[1]).toContain('c\u001b[K')
    expect(written).toHaveLength(2)
  })

  it('wraps a frame in DEC 2026 only when told', () => {
    const { sink, written } = slowLink(true)
    sink.write('a')
    expect(written[0]).toMatch(/^\u001b\[\?2026h[\s\S]*\u001b\[\?2026l$/)
  })

  it('does not wrap a single run of cells, which is shown in one go anyway', () => {
    const { sink, written, drain } = slowLink(true)
    sink.write('one\ntwo')
    drain()
    sink.write('one\ntwx')
    drain()
    sink.sync = false
    sink.write('xne\ntwy')
    expect(written.slice(1)).toEqual(['\u001b[2;3Hx', '\u001b[1Hx\u001b[2;3Hy'])
  })

  it('sends the question of who measures the link behind a frame, and tells it of dropped ones', () => {
    const written: string[] = []
    const skips: number[] = []
    const clock = { now: 0 }
    const output: Output = { write: (text) => written.push(text) > 0 }
    const watch = { question: () => '\u001b[6n', skipped: (busyMs: number) => skips.push(busyMs) }
    const sink = createSink({ output, columns: 4, rows: 1, now: () => clock.now, watch })
    sink.write('a')
    expect(written[0]?.endsWith('\u001b[6n')).toBe(true)
    clock.now = 70
    sink.write('b')
    sink.write('c')
    expect(written).toHaveLength(1)
    expect(skips).toEqual([70])
  })

  it('calls the callback of a write, as Ink waits for it on exit', async () => {
    const { sink } = slowLink()
    await new Promise<void>((done) => sink.stream.write('', () => done()))
    expect(sink.stats.frames).toBe(0)
  })
})
