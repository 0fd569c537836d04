// Reads MLflow's file stores: visits the folders of experiments, runs and models at the pace at which they change.
// Loaded when the first store is found.
import { lstatSync } from 'node:fs'
import path from 'node:path'
import { setImmediate } from 'node:timers/promises'
import { type Look, tellProblem } from './log-file.ts'
import { openExperiment } from './mlflow-experiment-files.ts'
import { experimentKey, recallMlflow } from './mlflow-facts.ts'
import type { MlflowFilesOptions } from './mlflow-files.ts'
import { openModel } from './mlflow-model-files.ts'
import type { StoreNode, Visit } from './mlflow-node.ts'
import { isDue, rescanInterval } from './pace.ts'
import type { Emit, Json, Source } from './source.ts'
import { describeFailure } from './walk.ts'

/** Most folders that are visited, and of which something is told, in one poll. */
const MAX_VISITS = 500
const MAX_CHANGES = 50
/** Most folders that are watched. */
const MAX_NODES = 50_000

/** The runs of a store are told of by their meta.yaml: files of metrics say nothing of them. */
const RUNS: Look['runs'] = {
  in: () => [],
  ofJob: () => [],
  addJob() {},
  isFound: () => true,
  find() {},
  grow() {},
  end() {},
  settle() {},
  revision: () => 0,
  applySettings: () => false,
}

/** The folders of stores that are visited, by their paths. */
function createNodes({ agent, places }: MlflowFilesOptions, cursors: ReadonlyMap<string, Json>) {
  const nodes = new Map<string, StoreNode>()
  const roots = new Set<string>()

  function add(visit: Visit, dirPath: string, open: () => StoreNode): void {
    if (nodes.has(dirPath)) return
    if (nodes.size < MAX_NODES) nodes.set(dirPath, open())
    else
      tellProblem(visit, agent, path.dirname(dirPath), `more than ${MAX_NODES} folders; the rest is left out`)
  }

  /** What was told of a root before may lie in its trash now. */
  function addRoot(visit: Visit, root: string): void {
    if (roots.has(root)) return
    roots.add(root)
    for (const key of cursors.keys()) {
      const dirPath = key.slice(experimentKey('').length)
      const isHere = key.startsWith(experimentKey('')) && path.dirname(dirPath) === root
      if (isHere) add(visit, dirPath, () => openExperiment(dirPath))
    }
  }

  return {
    nodes,
    add,
    addPlaces(visit: Visit): void {
      for (const dirPath of places.experiments) {
        add(visit, dirPath, () => openExperiment(dirPath))
        addRoot(visit, path.dirname(dirPath))
      }
      for (const dirPath of places.models) add(visit, dirPath, () => openModel(dirPath))
    },
    /** Puts a folder behind the others, so that one with much to read does not keep them waiting. */
    defer(dirPath: string, node: StoreNode): void {
      nodes.delete(dirPath)
      nodes.set(dirPath, node)
    },
    remove(dirPath: string): void {
      nodes.delete(dirPath)
      places.experiments.delete(dirPath)
      places.models.delete(dirPath)
    },
  }
}

type Nodes = ReturnType<typeof createNodes>

/** When folders wait for a visit, Unix ms; those that do not are not in it. */
type Waits = Map<string, number>

/** Visits a folder; true when something new was told of it. */
function visitOne({ remove }: Nodes, dirPath: string, node: StoreNode, visit: Visit): boolean {
  const isFirst = node.checked < 0
  node.checked = visit.now
  let result: ReturnType<StoreNode['visit']> = 'same'
  try {
    result = node.visit(visit)
  } catch (error) {
    tellProblem(visit, visit.agent, dirPath, describeFailure(error))
  }
  if (result === 'gone') remove(dirPath)
  if (result !== 'changed') return false
  // What is found at rest is not busy because it is new here.
  const written = isFirst ? lstatSync(dirPath, { throwIfNoEntry: false })?.mtimeMs : undefined
  node.changed = Math.min(visit.now, written ?? visit.now)
  return true
}

/** Opens the source of file stores. */
export async function openMlflowStore(options: MlflowFilesOptions): Promise<Source> {
  const { agent, staleMs = 3_600_000, rescanMs = 60_000 } = options
  const memory = (await options.memory?.()) ?? recallMlflow(options.cursors)
  const all = createNodes(options, memory.cursors)
  const waits: Waits = new Map()
  const weights = new Map<string, number>()
  let isClosed = false
  let weight = 0

  function note(dirPath: string, node: StoreNode): void {
    const waitsFor = node.waitsFor?.() ?? Number.POSITIVE_INFINITY
    weights.set(dirPath, node.weight())
    if (waitsFor === Number.POSITIVE_INFINITY || !all.nodes.has(dirPath)) waits.delete(dirPath)
    else waits.set(dirPath, waitsFor)
    if (!all.nodes.has(dirPath)) weights.delete(dirPath)
    else if (waitsFor === Number.NEGATIVE_INFINITY) all.defer(dirPath, node)
  }

  /** True when something that is due was left. */
  async function visitDue(visit: Visit): Promise<boolean> {
    const interval = rescanInterval(weight, rescanMs)
    let visits = 0
    let changes = 0
    let sum = 0
    // Folders that are added meanwhile come at the end of the same round.
    for (const [dirPath, node] of all.nodes) {
      sum += weights.get(dirPath) ?? 1
      if (!isDue(node, visit.now, interval) && !((waits.get(dirPath) ?? Infinity) <= visit.now)) continue
      const isFull = changes >= MAX_CHANGES || (changes > 0 && visit.emit.full())
      if (isClosed || visits >= MAX_VISITS || isFull) return true
      visits++
      const isNew = visitOne(all, dirPath, node, visit)
      note(dirPath, node)
      if (!isNew) continue
      if (++changes % 10 === 0) await setImmediate()
    }
    weight = sum
    return [...waits.values()].includes(Number.NEGATIVE_INFINITY)
  }

  return {
    name: 'mlflow',
    async poll(emit: Emit, now: number) {
      const visit: Visit = {
        ...{ ...memory, emit, now, agent, staleMs, runs: RUNS },
        add: (dirPath, open) => all.add(visit, dirPath, open),
      }
      all.addPlaces(visit)
      return (await visitDue(visit)) && !isClosed
    },
    close() {
      isClosed = true
    },
  }
}
