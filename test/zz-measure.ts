import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openStore } from '/work/main/src/store/store.ts'
import { answerLines } from '/work/main/src/hub/line-answers.ts'
import { LineBuffer } from '/work/main/src/protocol/lines.ts'
import { PointBuffer } from '/work/main/src/protocol/points.ts'
const folder = mkdtempSync(join(tmpdir(), 'm-'))
const file = join(folder, 's.db')
const store = openStore(file)
const N = Number(process.argv[2] ?? 2_000_000), PER = Number(process.argv[3] ?? 250), OWNERS = Number(process.argv[4] ?? 1)
let seed = 1
const rnd = () => { seed = (seed * 1103515245 + 12345) & 0x7fffffff; return seed / 0x7fffffff }
const none = new PointBuffer().take()
let commitMs = 0, mergeMs = 0
const t0 = Date.parse('2026-01-01')
let raw = 0
for (let n = 0, o = 0; n < N; n += PER, o = (o + 1) % OWNERS) {
  const b = new LineBuffer()
  for (let i = 0; i < PER; i++) {
    const k = n + i
    const text = `[2026-01-01 00:${(k / 60 | 0) % 60}:${k % 60}] INFO trainer: epoch ${k / 10000 | 0} step ${k % 10000}/10000 loss=${rnd().toFixed(6)} lr=${(rnd() * 1e-3).toExponential(3)} grad_norm=${(rnd() * 10).toFixed(4)}`
    raw += text.length
    b.add(`run${o}`, 'train.log', t0 + k * 10, text)
  }
  const lines = b.take()
  const a = performance.now()
  store.commit([{ by: 'a', events: [], batch: { points: none, lines, frame: '{}' } }])
  commitMs += performance.now() - a
  const c = performance.now()
  store.maintain(6)
  mergeMs += performance.now() - c
}
console.log(`${N} lines of ${(raw / N).toFixed(0)} chars, ${PER} a batch, ${OWNERS} owners: append ${(N / commitMs * 1000 | 0)} lines/s (commit ${(commitMs / (N / PER)).toFixed(2)} ms), merge ${(mergeMs).toFixed(0)} ms in all`)
store.seal()
store.close()
console.log(`file ${(statSync(file).size / N).toFixed(1)} B a line`)
const again = openStore(file, { readonly: true })
const time = (what: string, run: () => unknown) => { const ms: number[] = []; for (let i = 0; i < 5; i++) { const a = performance.now(); run(); ms.push(performance.now() - a) } console.log(what, `first ${ms[0]!.toFixed(1)} ms, then ${Math.min(...ms.slice(1)).toFixed(1)} ms`) }
const o = 'run0'
const span = again.lineIndex.get(o)!
console.log('span', span)
time('newest page of 500', () => answerLines(again, { owner: o, limit: 500 }))
time('page in the middle', () => answerLines(again, { owner: o, before: span.next / 2 | 0, limit: 500 }))
time('first after a time in the middle', () => answerLines(again, { owner: o, after: 0, since: t0 + N * 5, limit: 500 }))
time('plain search, 20,000 lines', () => answerLines(again, { owner: o, limit: 1, holds: { text: 'nowhere', regex: false } }))
time('regex search, 20,000 lines', () => answerLines(again, { owner: o, limit: 1, holds: { text: 'loss=9\\.[0-9]+ x', regex: true } }))
time('another stream, rows passed over', () => answerLines(again, { owner: o, limit: 1, streams: ['stderr'] }))
let a = performance.now(); let n = 0
for (let after = 0; ; ) { const p = answerLines(again, { owner: o, after, limit: 5000 }); n += p.lines.length; after = p.reached; if (!p.more) break }
console.log(`read all: ${(n / (performance.now() - a) * 1000 | 0)} lines/s`)
rmSync(folder, { recursive: true })
