// Which process uses how much memory of which GPU, as nvidia-smi says. Asked now and then, never waited for twice.
import { cleanText } from '../../src/protocol/text.ts'
import { capture } from './capture.ts'

/** Memory of one process on one GPU. */
export interface GpuProcess {
  readonly gpu: number
  readonly pid: number
  /** MiB. */
  readonly memory: number
}

/** GPUs of this host. */
export interface GpuProcesses {
  /** Names by index; empty where there are none. */
  names(): Promise<ReadonlyMap<number, string>>
  /** Who uses them now; empty where that is not known. */
  list(): Promise<GpuProcess[]>
}

interface Gpu {
  readonly index: number
  readonly name: string
}

/** How long a list of GPUs holds, ms, and how long a failure. */
const KEEP_MS = 600_000
const RETRY_MS = 60_000

const rowsOf = (text: string) => text.split('\n').map((line) => line.split(',').map((cell) => cell.trim()))

/** Reads `uuid, index, name` rows. */
export function parseGpus(text: string): Map<string, Gpu> {
  const gpus = new Map<string, Gpu>()
  for (const [uuid = '', index = '', ...name] of rowsOf(text))
    if (uuid.startsWith('GPU-') && /^\d{1,4}$/.test(index))
      gpus.set(uuid, { index: Number(index), name: cleanText(name.join(', '), 128) })
  return gpus
}

/** Reads `uuid, pid, MiB` rows; those of GPUs that are not listed, or without numbers, are left out. */
export function parseApps(text: string, gpus: ReadonlyMap<string, Gpu>): GpuProcess[] {
  return rowsOf(text).flatMap(([uuid = '', pid = '', memory = '']) => {
    const gpu = gpus.get(uuid)
    const isKnown = gpu && /^\d{1,10}$/.test(pid) && /^\d{1,9}$/.test(memory)
    return isKnown ? [{ gpu: gpu.index, pid: Number(pid), memory: Number(memory) }] : []
  })
}

/** Asks `command`, nvidia-smi unless said. */
export function createGpuProcesses(command = 'nvidia-smi', now = () => performance.now()): GpuProcesses {
  let gpus: Promise<Map<string, Gpu>> | undefined
  let until = Number.NEGATIVE_INFINITY

  async function ask(what: string, fields: string): Promise<string> {
    const args = [`--query-${what}=${fields}`, '--format=csv,noheader,nounits']
    const { code, output } = await capture(command, args, { env: { ...process.env, LC_ALL: 'C' } })
    return code === 0 ? output.toString('utf8') : ''
  }
  function listed(): Promise<Map<string, Gpu>> {
    if (gpus && now() < until) return gpus
    until = now() + RETRY_MS
    gpus = ask('gpu', 'uuid,index,name').then((text) => {
      const found = parseGpus(text)
      if (found.size > 0) until = now() + KEEP_MS
      return found
    })
    return gpus
  }

  return {
    names: async () => new Map([...(await listed()).values()].map(({ index, name }) => [index, name])),
    async list() {
      const known = await listed()
      return known.size === 0 ? [] : parseApps(await ask('compute-apps', 'gpu_uuid,pid,used_memory'), known)
    },
  }
}
