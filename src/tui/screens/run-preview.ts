// What a run is, at a glance: its facts and its main metric.
import type { Shown } from '../app/console-store.ts'
import { metricKeys, ownerName, resourceOf } from '../app/facts.ts'
import { type DetailSection, detailsLines } from '../panels/details.ts'
import { beside, frame, insideFrame, stack } from '../panels/frame.ts'
import { exactLines, fitPainted } from '../panels/painted.ts'
import { metricChart } from './chart-lines.ts'

/** Fields of a run in its column of facts. */
const FACTS = ['status', 'experiment', 'host', 'step', 'started', 'updated', 'source', 'id']
const PLAIN = {
  owner: 'run',
  x: 'step',
  log: false,
  smooth: 0,
  zoom: null,
  cursor: null,
  frozen: false,
} as const

function recordRows(record: unknown): [string, string][] {
  return Object.entries((record ?? {}) as Record<string, unknown>).map(([key, value]) => [key, String(value)])
}

/** Facts, params and tags of one run. */
export function runSections({ facts }: Shown, id: string): DetailSection[] {
  const resource = resourceOf('runs')
  const { run, only } = oneRun(facts.world, id)
  if (!run) return [{ title: '', rows: [['', 'this run is gone', 'warn']] }]
  const [item] = resource.items(only)
  const rows = FACTS.flatMap((key) => {
    const text = item!.text(key, facts.now)
    return text === '-' ? [] : [[key, text, item!.tone(key, facts.now)] as const]
  })
  const sections: DetailSection[] = [
    { title: '', rows },
    { title: 'params', rows: recordRows(run.params) },
    { title: 'tags', rows: recordRows(run.tags) },
  ]
  return sections.filter(({ rows: { length } }) => length > 0)
}

/** A world with one run only, so that its item costs nothing in a world of thousands. */
function oneRun(world: Shown['facts']['world'], id: string) {
  const run = world.state.runs.get(id)
  const runs = new Map(run ? [[id, run]] : [])
  return { run, only: { ...world, state: { ...world.state, runs } } }
}

/** Paints the preview of a run; `side`: facts above the chart, else at its left. */
export function runPreview(shown: Shown, id: string, width: number, height: number, side: boolean): string[] {
  const { facts, surroundings } = shown
  const { theme } = surroundings
  const inside = insideFrame(width, height)
  const sections = runSections(shown, id)
  const [main] = metricKeys(facts.world, { ids: [id], filter: '', group: '' })
  const chart = (w: number, h: number) =>
    main === undefined ? exactLines([], w, h) : metricChart(shown, { ...PLAIN, ids: [id] }, main, w, h)
  const options = { title: ownerName(facts.world, id), note: 'Enter' }
  if (side) {
    const lines = detailsLines(sections, inside.width, theme)
    const top = Math.min(lines.length + 1, Math.floor(inside.height / 2))
    const words = exactLines(lines.slice(0, top - 1), inside.width, top)
    return frame(
      stack(words, chart(inside.width, Math.min(20, inside.height - top))),
      options,
      width,
      height,
      theme,
    )
  }
  const left = Math.min(38, Math.floor(inside.width / 3))
  const words = exactLines(detailsLines(sections, left, theme), left, inside.height)
  const gap = words.map((line) => fitPainted(line, left + 2))
  return frame(beside(gap, chart(inside.width - left - 2, inside.height)), options, width, height, theme)
}
