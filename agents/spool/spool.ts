// The agent's disk buffer: frames wait here, synced, until the hub has them on its own disk.
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { Ranges } from '../../src/protocol/ranges.ts'
import { isDiskTrouble } from '../disk-trouble.ts'
import type { Json } from '../sources/source.ts'
import { type Cursors, setCursors } from './record.ts'
import { quarantine, recover } from './recovery.ts'
import { makeReserve, spendReserve } from './reserve.ts'
import {
  type Birth,
  createSegment,
  type FramePlace,
  type Identity,
  isConfirmed,
  type Lane,
  placeOf,
  type Segment,
  unconfirmed,
} from './segment.ts'

/** What the spool could not keep. */
export interface SpoolLoss {
  /** Damaged bytes that were cut off and set aside at the start. */
  damagedBytes: number
  /** Frames of host metrics dropped because the spool was full. */
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

/** Frames on disk, in order of `seq`, and the cursors that belong to them. Damage never stops it from opening. */
export class Spool {
  readonly loss: SpoolLoss = { damagedBytes: 0, droppedFrames: 0 }
  readonly #cursors = new Map<string, Json>()
  readonly #options: Required<SpoolOptions>
  #segments: Segment[]
  #identity: Identity
  #counter: number
  #next: number
  #acked = new Ranges()
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
    const { segments: recovered, damagedBytes } = recover(folder)
    this.loss.damagedBytes = damagedBytes
    for (const { segment, cursors } of recovered)
      if (segment.lane === 'run') for (const set of cursors) setCursors(this.#cursors, set)
    this.#segments = recovered.map(({ segment }) => segment)
    this.#identity = this.#segments[0]?.identity ?? newIdentity(agent)
    this.#counter = (this.#segments.at(-1)?.number ?? 0) + 1
    this.#next = Math.max(1, ...recovered.map((found) => found.next))
    try {
      this.#startSegment('run')
      makeReserve(folder)
    } catch (error) {
      // What waits can still be sent, which is what makes room; append() tries again.
      if (!isDiskTrouble(error)) throw error
    }
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

  /** The hub has confirmed all frames before this one; those from it on are here, or were dropped for want of room. */
  get first(): number {
    return this.#segments.find(({ lane }) => lane === 'run')?.birth ?? this.#next
  }

  /** The hub has confirmed all frames up to this one in this process's life. */
  get acked(): number {
    return this.#acked.low
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
    const target = this.#target(lane)
    try {
      target.append(record)
    } catch (error) {
      // Closed, so that acks can give its space back.
      if (target.frames.length > 0) {
        target.seal()
        delete this.#open[lane]
      }
      throw error
    }
    this.#next += frames.length
    setCursors(this.#cursors, changes)
  }

  /** The frame of a sequence number; undefined when it was dropped or damaged. */
  frame(seq: number): string | undefined {
    const found = this.#find(seq)
    return found?.segment.read(found.place)
  }

  /** True for a frame that carries more than points. */
  hasEvents(seq: number): boolean {
    return this.#find(seq)?.place.hasEvents ?? false
  }

  /** The hub has these frames: segments of which it has all go. */
  ack(done: Ranges): void {
    this.#acked = done
    this.#drop((segment) => this.#isDone(segment))
  }

  /**
   * Starts a new life: other epoch, no frames, no cursors. For a hub that does not know this spool.
   * Returns how many unconfirmed frames of the machine went with the old one; throws, having changed
   * nothing, when the disk will not take it.
   */
  reset(): number {
    const old = this.#segments
    const identity = newIdentity(this.#identity.agent)
    const birth = { identity, next: 1, cursors: {} }
    const fresh = this.#create('run', birth)
    const lost = old.reduce(
      (sum, segment) => sum + (segment.lane === 'host' ? unconfirmed(segment, this.#acked) : 0),
      0,
    )
    this.#identity = identity
    this.#cursors.clear()
    this.#next = 1
    this.#acked = new Ranges()
    this.#segments = [fresh]
    this.#open = { run: fresh }
    for (const segment of old) segment.remove()
    return lost
  }

  /** Keeps a copy of a frame that the hub will not take, for the operator. */
  setAside(seq: number): void {
    const frame = this.frame(seq)
    if (frame !== undefined) quarantine(this.#options.folder, `batch-${seq}`, Buffer.from(frame))
  }

  close(): void {
    for (const segment of this.#segments) segment.seal()
  }

  #startSegment(lane: Lane): Segment {
    const cursors = lane === 'run' ? Object.fromEntries(this.#cursors) : {}
    const birth = { identity: this.#identity, next: this.#next, cursors }
    const segment = this.#create(lane, birth)
    this.#segments.push(segment)
    this.#open[lane] = segment
    return segment
  }

  #create(lane: Lane, birth: Birth): Segment {
    const { folder } = this.#options
    try {
      return createSegment(folder, this.#counter++, lane, birth)
    } catch (error) {
      if (!isDiskTrouble(error) || !spendReserve(folder)) throw error
      return createSegment(folder, this.#counter++, lane, birth)
    }
  }

  #target(lane: Lane): Segment {
    const open = this.#open[lane]
    if (open && open.bytes() - open.headerBytes < this.#options.segmentBytes) return open
    open?.seal()
    const fresh = this.#startSegment(lane)
    this.#drop((segment) => this.#isDone(segment))
    return fresh
  }

  /** A run segment also stands for the frames of the machine up to the next one: `first` counts on it. */
  #isDone(segment: Segment): boolean {
    if (segment === this.#open.run || segment === this.#open.host) return false
    if (segment.lane === 'host') return isConfirmed(segment, this.#acked)
    const later = this.#segments.find(({ lane, number }) => lane === 'run' && number > segment.number)
    return later !== undefined && later.birth - 1 <= this.#acked.low
  }

  #find(seq: number): { segment: Segment; place: FramePlace } | undefined {
    for (const segment of this.#segments) {
      const place = placeOf(segment, seq)
      if (place) return { segment, place }
    }
    return undefined
  }

  #drop(gone: (segment: Segment) => boolean): void {
    const kept: Segment[] = []
    for (const segment of this.#segments) {
      if (!gone(segment) || !segment.remove()) kept.push(segment)
    }
    if (kept.length < this.#segments.length) makeReserve(this.#options.folder)
    this.#segments = kept
  }

  /** Drops the oldest host segments while the spool is over its limit. */
  #makeRoom(): void {
    for (const oldest of this.#segments.filter(({ lane }) => lane === 'host')) {
      if (!this.full) return
      if (oldest === this.#open.host) delete this.#open.host
      this.#drop((segment) => segment === oldest)
      if (!this.#segments.includes(oldest)) this.loss.droppedFrames += unconfirmed(oldest, this.#acked)
    }
  }
}
