// The agent's disk buffer: frames wait here, synced, until the hub has them on its own disk.
import { randomBytes } from 'node:crypto'
import { mkdirSync, readdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Json } from '../sources/source.ts'
import type { Cursors } from './record.ts'
import {
  createSegment,
  type FramePlace,
  type Identity,
  type Lane,
  parseName,
  type Recovered,
  recoverSegment,
  type Segment,
} from './segment.ts'

/** What the spool could not keep. */
export interface SpoolLoss {
  /** Damaged bytes that were cut off and set aside at the start. */
  damagedBytes: number
  /** Frames of host metrics dropped because the spool was full, not yet reported. */
  droppedFrames: number
}

/** What a spool is made with. */
export interface SpoolOptions {
  readonly folder: string
  /** Id of the host for a new spool; an old one keeps its own. By default a random one. */
  readonly agent?: string
  /** Bytes on disk at which host frames are dropped, oldest first, and files are left waiting. */
  readonly limitBytes?: number
  /** Bytes after which a new segment starts. */
  readonly segmentBytes?: number
}

const newIdentity = (agent: string): Identity => ({ agent, epoch: randomBytes(6).toString('hex') })

function quarantine(folder: string, name: string, bytes: Buffer): void {
  const aside = join(folder, 'quarantine')
  mkdirSync(aside, { recursive: true, mode: 0o700 })
  writeFileSync(join(aside, `${name}.${Date.now()}`), bytes, { mode: 0o600 })
}

/** Reads all segments of the newest life, sets damaged parts aside, deletes earlier lives. */
function recover(folder: string, loss: SpoolLoss): Recovered[] {
  const files = readdirSync(folder).filter(parseName).sort()
  const found: Recovered[] = []
  for (const file of files) {
    const path = join(folder, file)
    const recovered = recoverSegment(path)
    if (!recovered) {
      mkdirSync(join(folder, 'quarantine'), { recursive: true, mode: 0o700 })
      renameSync(path, join(folder, 'quarantine', `${file}.${Date.now()}`))
      continue
    }
    if (recovered.cut.length > 0) quarantine(folder, file, recovered.cut)
    loss.damagedBytes += recovered.cut.length
    found.push(recovered)
  }
  const newest = found.at(-1)?.segment.identity.epoch
  for (const { segment } of found) if (segment.identity.epoch !== newest) segment.remove()
  return found.filter(({ segment }) => segment.identity.epoch === newest)
}

function setCursors(map: Map<string, Json>, changes: Cursors): void {
  for (const [key, value] of Object.entries(changes)) {
    if (value === null) map.delete(key)
    else map.set(key, value)
  }
}

/** Binary search: the numbers of a segment rise but skip those of the other lane. */
function find(places: readonly FramePlace[], seq: number): FramePlace | undefined {
  let low = 0
  let high = places.length
  while (low < high) {
    const middle = (low + high) >> 1
    if (places[middle]!.seq < seq) low = middle + 1
    else high = middle
  }
  return places[low]?.seq === seq ? places[low] : undefined
}

/** Frames on disk, in order of `seq`, and the cursors that belong to them. Damage never stops it from opening. */
export class Spool {
  readonly loss: SpoolLoss = { damagedBytes: 0, droppedFrames: 0 }
  readonly #cursors = new Map<string, Json>()
  readonly #options: Required<SpoolOptions>
  #segments: Segment[]
  #identity: Identity
  #counter: number
  #next: number
  #acked = 0
  #open: Partial<Record<Lane, Segment>> = {}

  /** Opens the spool in `folder`, making it where it is missing. */
  constructor(options: SpoolOptions) {
    const {
      folder,
      agent = randomBytes(6).toString('hex'),
      limitBytes = 256 << 20,
      segmentBytes = 4 << 20,
    } = options
    this.#options = { folder, agent, limitBytes, segmentBytes }
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    const recovered = recover(folder, this.loss)
    for (const { segment, cursors } of recovered) {
      segment.seal()
      if (segment.lane === 'run') for (const set of cursors) setCursors(this.#cursors, set)
    }
    this.#segments = recovered.map(({ segment }) => segment)
    this.#identity = this.#segments[0]?.identity ?? newIdentity(agent)
    this.#counter = (this.#segments.at(-1)?.number ?? 0) + 1
    this.#next = Math.max(1, ...recovered.map((found) => found.next))
    this.#startSegment('run')
  }

  /** Who this spool speaks for. */
  get identity(): Identity {
    return this.#identity
  }

  /** What the sources remember. */
  get cursors(): ReadonlyMap<string, Json> {
    return this.#cursors
  }

  /** Sequence number that the next frame will get. */
  get next(): number {
    return this.#next
  }

  /** Sequence number of the oldest frame that may still be asked for. */
  get first(): number {
    return Math.min(this.#next, ...this.#segments.flatMap(({ frames }) => frames[0]?.seq ?? []))
  }

  /** Last frame that the hub has confirmed in this process's life. */
  get acked(): number {
    return this.#acked
  }

  /** Bytes on disk. */
  get bytes(): number {
    return this.#segments.reduce((sum, segment) => sum + segment.bytes(), 0)
  }

  /** True when run frames must wait in their files. */
  get full(): boolean {
    return this.bytes > this.#options.limitBytes
  }

  /** Writes frames and cursors as one synced record; throws, having written nothing, when the disk will not take it. */
  append(lane: Lane, frames: readonly string[], changes: Cursors): void {
    this.#makeRoom()
    const record = { seq: this.#next, frames: frames.map((frame) => Buffer.from(frame)), cursors: changes }
    this.#target(lane).append(record)
    this.#next += frames.length
    setCursors(this.#cursors, changes)
  }

  /** The frame of a sequence number; undefined when it was dropped or damaged. */
  frame(seq: number): string | undefined {
    for (const segment of this.#segments) {
      const place = find(segment.frames, seq)
      if (place) return segment.read(place)
    }
    return undefined
  }

  /** The hub has all up to `high`: whole segments below it go. */
  ack(high: number): void {
    if (high <= this.#acked) return
    this.#acked = high
    this.#drop((segment) => this.#isDone(segment))
  }

  /** Starts a new life: other epoch, no frames, no cursors. For a hub that does not know this spool. */
  reset(): void {
    const old = this.#segments
    this.#identity = newIdentity(this.#identity.agent)
    this.#cursors.clear()
    this.#next = 1
    this.#acked = 0
    this.#segments = []
    this.#open = {}
    this.#startSegment('run')
    for (const segment of old) segment.remove()
  }

  close(): void {
    for (const segment of this.#segments) segment.seal()
  }

  #startSegment(lane: Lane): Segment {
    const cursors = lane === 'run' ? Object.fromEntries(this.#cursors) : {}
    const birth = { identity: this.#identity, next: this.#next, cursors }
    const segment = createSegment(this.#options.folder, this.#counter++, lane, birth)
    this.#segments.push(segment)
    this.#open[lane] = segment
    return segment
  }

  #target(lane: Lane): Segment {
    const open = this.#open[lane]
    if (open && open.bytes() - open.headerBytes < this.#options.segmentBytes) return open
    open?.seal()
    const fresh = this.#startSegment(lane)
    this.#drop((segment) => this.#isDone(segment))
    return fresh
  }

  #isDone(segment: Segment): boolean {
    const open = segment === this.#open.run || segment === this.#open.host
    return !open && (segment.frames.at(-1)?.seq ?? 0) <= this.#acked
  }

  #drop(gone: (segment: Segment) => boolean): void {
    const kept: Segment[] = []
    for (const segment of this.#segments) {
      if (gone(segment)) segment.remove()
      else kept.push(segment)
    }
    this.#segments = kept
  }

  /** Drops the oldest host segments while the spool is over its limit. */
  #makeRoom(): void {
    while (this.full) {
      const oldest = this.#segments.find(({ lane }) => lane === 'host')
      if (!oldest) return
      this.loss.droppedFrames += oldest.frames.filter(({ seq }) => seq > this.#acked).length
      if (oldest === this.#open.host) delete this.#open.host
      this.#drop((segment) => segment === oldest)
    }
  }
}
