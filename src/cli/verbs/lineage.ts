// `mlops lineage`: where something comes from and what came of it.
import { datasetsOf, newestDataset } from '../../core/datasets.ts'
import { type Direction, type Lineage, lineageOf, lineageTree, type TreeLine } from '../../core/lineage.ts'
import { type NodeKind, nodeId } from '../../core/lineage-nodes.ts'
import type { State } from '../../core/state.ts'
import { type FormatChoice, formatChoice, formatFlags, recordPieces, usesColor } from '../formats.ts'
import { jsonText } from '../json.ts'
import { type Named, pick } from '../lookup.ts'
import { type Output, writeAll } from '../output.ts'
import { pastFlags, readAt, viewOf } from '../past.ts'
import { namedVersion } from '../registry-target.ts'
import { toned } from '../table.ts'
import { defineVerb } from '../verb.ts'

interface Candidate extends Named {
  readonly node: string
}

/** Everything that has a lineage and a name of its own. */
function candidates(state: State): Candidate[] {
  const of = (kind: NodeKind, all: Iterable<{ readonly id: string; readonly name?: string }>): Candidate[] =>
    Array.from(all, ({ id, name = id }) => ({ id, name, node: nodeId(kind, id) }))
  const datasets = [...datasetsOf(state).values()]
  // A name alone means the digest that was used last.
  const named = datasets.map(({ id, name }) => ({ id, name: newestDataset(state, name) === id ? name : id }))
  return [
    ...of('version', state.versions.values()),
    ...of('model', state.models.values()),
    ...of('run', state.runs.values()),
    ...of('dataset', named),
    ...of(
      'logged-model',
      Array.from(state.loggedModels.keys(), (id) => ({ id })),
    ),
    ...of('host', state.hosts.values()),
  ]
}

/** The node that a word names. Throws CliError, see pick. */
function nodeNamed(state: State, word: string): string {
  const version = namedVersion(state, word)
  if (version) return nodeId('version', version.id)
  return pick(candidates(state), word, 'run, model, version or dataset', 'mlops get runs').node
}

const ARROW: Readonly<Record<Direction, string>> = { up: '<-', down: '->' }

function lineText({ node, depth, kind, again }: TreeLine, way: Direction, color: boolean): string {
  const indent = depth === 0 ? '' : `${'   '.repeat(depth - 1)}${ARROW[way]} `
  const name = depth === 0 ? toned(node.name, 'bold', color) : node.name
  const stale = node.stale === null ? '' : `  ${toned(`stale: ${node.stale}`, 'warn', color)}`
  const words = toned([node.kind, kind === null ? '' : `(${kind})`].filter(Boolean).join(' '), 'dim', color)
  const digest =
    node.digest === undefined ? '' : `  ${toned(`sha256 ${node.digest.slice(0, 12)}`, 'dim', color)}`
  return `${indent}${name}  ${words}${digest}${stale}${again ? toned('  as above', 'dim', color) : ''}\n`
}

const HEADINGS: Readonly<Record<Direction, string>> = { up: 'comes from', down: 'came of it' }

function* treeText(
  state: State,
  root: string,
  ways: readonly Direction[],
  color: boolean,
): Generator<string> {
  for (const [i, way] of ways.entries()) {
    const lines = lineageTree(state, root, way)
    const shown = i === 0 ? lines : lines.slice(1)
    if (i === 0) yield lineText(shown[0]!, way, color)
    const rest = i === 0 ? shown.slice(1) : shown
    yield `${toned(`${HEADINGS[way]}:${rest.length === 0 ? ' nothing known' : ''}`, 'dim', color)}\n`
    for (const line of rest) yield lineText(line, way, color)
  }
}

async function print(out: Output, choice: FormatChoice, lineage: Lineage, tree: Iterable<string>) {
  if (choice.format === 'table') return writeAll(out, tree)
  const { root, nodes, edges, cut } = lineage
  const record = {
    root,
    nodes: nodes.map((node) => ({ ...node })),
    edges: edges.map((edge) => ({ ...edge })),
    cut,
  }
  if (choice.format === 'json') return void (await out.write(`${jsonText(record)}\n`))
  const fields = ['from', 'to', 'kind']
  return writeAll(out, recordPieces(choice.format, record.edges, fields))
}

/** The verb. */
export const lineage = defineVerb({
  name: 'lineage',
  summary:
    'Prints where something comes from (datasets, commit, host, run, logged model) and what came of it (versions, aliases), with stale branches marked. JSON: {root, nodes: [{id, kind, name, stale}], edges: [{from, to, kind}], cut}; jsonl and csv print the edges.',
  positionals: [
    {
      name: 'thing',
      doc: 'a run, a model, MODEL/VERSION, MODEL@ALIAS, a dataset or NAME@DIGEST, a logged model, a host',
    },
  ],
  flags: {
    up: { doc: 'only where it comes from' },
    down: { doc: 'only what came of it' },
    ...pastFlags,
    ...formatFlags,
  },
  examples: [
    'mlops lineage churn@champion',
    'mlops lineage churn/7 --up -o json',
    'mlops lineage weather --down',
  ],
  prepare(args) {
    const choice = formatChoice(args)
    const at = readAt(args.text('at'))
    const both = args.on('up') === args.on('down')
    const ways: Direction[] = both ? ['up', 'down'] : args.on('up') ? ['up'] : ['down']
    return async (context) => {
      const { state } = (await viewOf(context, at)).world
      const root = nodeNamed(state, args.positionals[0]!)
      const tree = treeText(state, root, ways, usesColor(choice, context.out))
      await print(context.out, choice, lineageOf(state, root, ways), tree)
      return 0
    }
  },
})
