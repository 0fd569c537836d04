// The lineage as a screen: what a node comes from and what came of it, and a key a hop.
import { type Direction, linksOf } from '../../core/lineage.ts'
import { type LineageNode, type NodeKind, nodeId, nodeOf, partsOf } from '../../core/lineage-nodes.ts'
import type { Heading, Item } from '../../resources/define.ts'
import { keepInSight } from '../panels/table.ts'
import type { Facts } from './facts.ts'
import { pageRows } from './layout.ts'
import { push, replace, say } from './navigation.ts'
import { heading } from './screen-heading.ts'
import { type LineageView, lineageView, type UiState } from './ui-state.ts'

/** Columns of the screen. */
export const lineageHeadings: readonly Heading[] = [
  heading('way', 'WAY', 12),
  heading('kind', 'KIND', 14),
  heading('name', 'NAME', 60),
  heading('link', 'LINK', 12),
  heading('stale', 'STALE', 60),
]

const WAYS: Readonly<Record<Direction, string>> = { up: '<- from', down: '-> to' }

function itemOf(node: LineageNode, way: Direction, link: string): Item {
  const cells: Readonly<Record<string, string>> = {
    way: WAYS[way],
    kind: node.kind,
    name: node.name,
    link,
    stale: node.stale ?? '',
  }
  return {
    id: `${way} ${node.id}`,
    text: (key) => cells[key] || '-',
    tone: (key) => (key === 'stale' ? 'warn' : node.stale !== null ? 'dim' : key === 'name' ? 'bold' : 'dim'),
    field: (key) => cells[key],
    record: () => cells,
    openFilter: () => '',
  }
}

interface Hop {
  readonly node: string
  readonly item: Item
}

function hops({ node }: LineageView, { world: { state } }: Facts): Hop[] {
  const ways: readonly Direction[] = ['up', 'down']
  return ways.flatMap((way) =>
    linksOf(state, node, way).map(({ id, kind }) => ({
      node: id,
      item: itemOf(nodeOf(state, id), way, kind),
    })),
  )
}

/** What is around the node, what it comes from first. */
export const lineageItems = (view: LineageView, facts: Facts): Item[] =>
  hops(view, facts).map(({ item }) => item)

/** Moves the cursor, held within the rows. */
export function moveHop(state: UiState, view: LineageView, facts: Facts, to: number): UiState {
  const count = hops(view, facts).length
  const index = Math.max(0, Math.min(to, count - 1))
  return replace(state, { ...view, index, offset: keepInSight(view.offset, index, pageRows(state), count) })
}

/** Goes on to the row with the cursor. */
export function hop(state: UiState, view: LineageView, facts: Facts): UiState {
  const next = hops(view, facts)[view.index]
  return next ? push(state, lineageView(next.node)) : say(state, 'nothing is known around this', 'dim')
}

/** Goes one way if only one thing lies there, else puts the cursor on the first of that way. */
export function step(state: UiState, view: LineageView, facts: Facts, way: Direction): UiState {
  const all = hops(view, facts)
  const mine = all.filter(({ item }) => item.id.startsWith(way))
  if (mine.length === 0)
    return say(state, way === 'up' ? 'it comes from nothing known' : 'nothing came of it', 'dim')
  if (mine.length === 1) return push(state, lineageView(mine[0]!.node))
  return moveHop(state, view, facts, all.indexOf(mine[0]!))
}

/** Nouns that kinds of nodes are rows of. */
const NOUNS: Partial<Record<NodeKind, string>> = {
  run: 'runs',
  version: 'versions',
  model: 'models',
  dataset: 'datasets',
  host: 'hosts',
}

/** The node as a row of its noun; undefined for what is none. */
export function lineageSubject(view: LineageView, _: Facts): { resource: string; id: string } | undefined {
  const { kind, key } = partsOf(view.node)
  const resource = NOUNS[kind]
  return resource === undefined ? undefined : { resource, id: key }
}

/** The node of a row of a noun; undefined for one that has no lineage. */
export function nodeOfRow({ resource, id }: { resource: string; id: string }): string | undefined {
  const found = Object.entries(NOUNS).find(([, noun]) => noun === resource)
  return found && nodeId(found[0] as NodeKind, id)
}
