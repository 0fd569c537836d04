// The lineage of anything: where it comes from and what came of it, as a graph. Pure.
import { type Link, type LinkKind, linksDown, linksUp } from './lineage-links.ts'
import { type LineageNode, nodeOf } from './lineage-nodes.ts'
import type { State } from './state.ts'

/** From what to what came of it. */
export interface LineageEdge {
  readonly from: string
  readonly to: string
  readonly kind: LinkKind
}

/** Which way to look. */
export type Direction = 'up' | 'down'

/** Nodes and the edges between them, the nearest first. */
export interface Lineage {
  readonly root: string
  readonly nodes: readonly LineageNode[]
  readonly edges: readonly LineageEdge[]
  /** There is more than these. */
  readonly cut: boolean
}

/** Nodes that a lineage holds at most. */
export const MOST_NODES = 2_000

const LINKS: Readonly<Record<Direction, (state: State, id: string) => readonly Link[]>> = {
  up: linksUp,
  down: linksDown,
}

/** Links of a node in one direction. */
export const linksOf = (state: State, id: string, direction: Direction): readonly Link[] =>
  LINKS[direction](state, id)

const edgeOf = (id: string, link: Link, direction: Direction): LineageEdge =>
  direction === 'up' ? { from: link.id, to: id, kind: link.kind } : { from: id, to: link.id, kind: link.kind }

/** All nodes above and below a node, each way without turning round: not what else came of the same data. */
export function lineageOf(state: State, root: string, ways: readonly Direction[] = ['up', 'down']): Lineage {
  const ids = new Set([root])
  const edges: LineageEdge[] = []
  let cut = false
  for (const way of ways) {
    const seen = new Set([root])
    for (const id of seen)
      for (const link of linksOf(state, id, way)) {
        if (ids.size >= MOST_NODES && !ids.has(link.id)) {
          cut = true
          continue
        }
        seen.add(link.id)
        ids.add(link.id)
        edges.push(edgeOf(id, link, way))
      }
  }
  return { root, nodes: Array.from(ids, (id) => nodeOf(state, id)), edges, cut }
}

/** One line of a lineage as a tree. */
export interface TreeLine {
  readonly node: LineageNode
  readonly depth: number
  /** What it is to the line that it hangs from; null for the root. */
  readonly kind: LinkKind | null
  /** It stands further above with all that hangs from it. */
  readonly again: boolean
}

/** A lineage in one direction as a tree, at most MOST_NODES lines; a node that is reached twice is told once. */
export function lineageTree(state: State, root: string, way: Direction): TreeLine[] {
  const lines: TreeLine[] = []
  const seen = new Set<string>()
  const open: { id: string; depth: number; kind: LinkKind | null }[] = [{ id: root, depth: 0, kind: null }]
  for (let next = open.pop(); next && lines.length < MOST_NODES; next = open.pop()) {
    const { id, depth, kind } = next
    const links = linksOf(state, id, way)
    const again = seen.has(id) && links.length > 0
    lines.push({ node: nodeOf(state, id), depth, kind, again })
    if (seen.has(id)) continue
    seen.add(id)
    for (const link of [...links].reverse()) open.push({ id: link.id, depth: depth + 1, kind: link.kind })
  }
  return lines
}
