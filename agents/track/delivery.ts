// Carries points to a server in groups, while the program goes on: nothing waits for it, nothing of it is lost.
import type { Api } from './api.ts'
import type { Leftovers, TrackPoint } from './leftovers.ts'
import {
  closeRun,
  createRun,
  type EndWord,
  logParams,
  MAX_METRICS,
  pointsBody,
  type RunSpec,
} from './tracked-run.ts'

/** What a delivery is made with. */
export interface DeliveryOptions {
  readonly spec: RunSpec
  readonly params: Readonly<Record<string, string>>
  /** Looks for a server. */
  readonly find: () => Promise<Api | undefined>
  readonly leftovers: Leftovers
  /** Says something to the person, on stderr. */
  readonly say: (text: string) => void
  /** Unix ms. */
  readonly now?: () => number
  /** Most points that are kept in memory. */
  readonly maxPoints?: number
}

/** Points on their way. */
export interface Delivery {
  point(point: TrackPoint): void
  params(params: Readonly<Record<string, string>>): void
  /** Sends what is there, when a server is; to be called every GROUP_MS. Never rejects. */
  tick(): Promise<void>
  /** Sends the rest, closes the run, puts what is left into the file; takes a few seconds at most. */
  end(status: EndWord, tags: Readonly<Record<string, string>>): Promise<void>
}

/** Time between two groups, ms. */
export const GROUP_MS = 500
/** Longest pause after a failure, and longest time that the end may take, ms. */
const MAX_PAUSE_MS = 15_000
const END_MS = 5_000
const MAX_POINTS = 100_000

/** Makes it; nothing is sent before the first tick. */
export function createDelivery(options: DeliveryOptions): Delivery {
  return new Carrier(options)
}

class Carrier implements Delivery {
  readonly #options: DeliveryOptions
  readonly #now: () => number
  #queue: TrackPoint[] = []
  /** What is being sent: it is sent again just so. */
  #group: readonly TrackPoint[] = []
  #params: Record<string, string>
  #newParams: boolean
  #api: Api | undefined
  #run: string | undefined
  /** No server will take this run. */
  #refused = false
  #pause = GROUP_MS
  #notBefore = 0
  #busy: Promise<void> | undefined
  #saidAway = false
  #lost = 0

  constructor(options: DeliveryOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
    this.#params = { ...options.params }
    this.#newParams = Object.keys(this.#params).length > 0
  }

  point(point: TrackPoint): void {
    this.#queue.push(point)
    const { maxPoints = MAX_POINTS } = this.#options
    if (this.#queue.length > maxPoints) this.#keep(this.#queue.splice(0, Math.ceil(maxPoints / 4)))
  }

  params(params: Readonly<Record<string, string>>): void {
    const fresh = Object.entries(params).filter(([key]) => !Object.hasOwn(this.#params, key))
    for (const [key, value] of fresh) this.#params[key] = value
    this.#newParams ||= fresh.length > 0
  }

  tick(): Promise<void> {
    if (!this.#busy && this.#now() >= this.#notBefore)
      this.#busy = this.#send().finally(() => {
        this.#busy = undefined
      })
    return this.#busy ?? Promise.resolve()
  }

  async end(status: EndWord, tags: Readonly<Record<string, string>>): Promise<void> {
    const ended = this.#now()
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, END_MS)
    })
    await Promise.race([this.#finish(status, tags, ended), late])
    clearTimeout(timer)
    this.#keep([...this.#group, ...this.#queue])
    this.#group = this.#queue = []
    this.#api?.close()
    const path = this.#options.leftovers.path()
    if (path !== undefined) this.#options.say(`metrics that could not be delivered are in ${path}`)
    if (this.#lost > 0) this.#options.say(`${this.#lost} values were lost: the disk did not take them`)
  }

  async #finish(status: EndWord, tags: Readonly<Record<string, string>>, ended: number): Promise<void> {
    await this.#busy
    await this.#send()
    if (!this.#api || this.#run === undefined || this.#group.length > 0) return
    const reply = await closeRun(this.#api, this.#run, status, tags, ended)
    if (reply.kind !== 'done') this.#options.say(`the run could not be closed: ${reply.message}`)
  }

  /** To be looked for again later, each time later. */
  #away(why: string): void {
    this.#notBefore = this.#now() + this.#pause
    this.#pause = Math.min(MAX_PAUSE_MS, this.#pause * 2)
    if (this.#saidAway) return
    this.#saidAway = true
    this.#options.say(`${why}; metrics are kept, and written to a file here if that does not change`)
  }

  #refuse(why: string): void {
    this.#refused = true
    this.#options.say(`${this.#api?.url} refuses the run: ${why}`)
  }

  #keep(points: readonly TrackPoint[]): void {
    if (points.length > 0 && !this.#options.leftovers.add(points)) this.#lost += points.length
  }

  async #send(): Promise<void> {
    if (this.#refused || !(await this.#connect())) return
    if (this.#newParams && !(await this.#sendParams())) return
    while (this.#group.length > 0 || this.#queue.length > 0) if (!(await this.#sendGroup())) return
  }

  async #connect(): Promise<boolean> {
    this.#api ??= await this.#options.find()
    if (!this.#api) {
      this.#away('no server answers')
      return false
    }
    if (this.#run !== undefined) return true
    const reply = await createRun(this.#api, this.#options.spec)
    if (reply.kind === 'done') this.#run = reply.id
    else if (reply.kind === 'refused') this.#refuse(reply.message)
    else {
      this.#away(`${this.#api.url}: ${reply.message}`)
      this.#api.close()
      this.#api = undefined
    }
    return this.#run !== undefined
  }

  async #sendParams(): Promise<boolean> {
    this.#newParams = false
    const isThere = await logParams(this.#api!, this.#run!, this.#params)
    if (isThere) return true
    this.#newParams = true
    this.#away(`${this.#api!.url} does not answer`)
    return false
  }

  async #sendGroup(): Promise<boolean> {
    if (this.#group.length === 0) this.#group = this.#queue.splice(0, MAX_METRICS)
    const reply = await this.#api!.ask('runs/log-batch', pointsBody(this.#run!, this.#group))
    if (reply.kind === 'away') {
      this.#away(`${this.#api!.url}: ${reply.message}`)
      return false
    }
    if (reply.kind === 'refused') {
      this.#keep(this.#group)
      if (!this.#saidAway) this.#options.say(`${this.#api!.url} refuses metrics: ${reply.message}`)
      this.#saidAway = true
    }
    this.#group = []
    this.#pause = GROUP_MS
    return true
  }
}
