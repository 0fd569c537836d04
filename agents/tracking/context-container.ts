// The container that a process runs in, by its control group or its mounts, and its image where a local Docker says so.
import { request } from 'node:http'
import { linkProc, readProc } from './process-identity.ts'

const SOCKET = '/var/run/docker.sock'
const ANSWER_MS = 2_000
const MAX_ANSWER = 1 << 20

/** Names that Docker, containerd, CRI-O and Podman give their groups; 64 hex digits. */
const GROUP = /(?:docker|cri-containerd|containerd|crio|libpod|kubepods)\S*?[-/:]([0-9a-f]{64})(?![0-9a-f])/
const MOUNT = /\/containers\/([0-9a-f]{64})\//

/** Id of the container in /proc/PID/cgroup or, where that shows nothing, /proc/PID/mountinfo. */
export function containerIn(cgroup: string, mountinfo: string): string | undefined {
  return GROUP.exec(cgroup)?.[1] ?? MOUNT.exec(mountinfo)?.[1]
}

function inspect(id: string, socketPath: string): Promise<string> {
  return new Promise((resolve) => {
    const asked = request(
      { socketPath, path: `/containers/${id}/json`, headers: { host: 'docker' }, timeout: ANSWER_MS },
      (response) => {
        let body = ''
        response.setEncoding('utf8').on('data', (text: string) => {
          if (body.length < MAX_ANSWER) body += text
        })
        response.on('end', () => resolve(response.statusCode === 200 ? body : ''))
        response.on('error', () => resolve(''))
      },
    )
    asked.on('timeout', () => asked.destroy())
    asked.on('error', () => resolve(''))
    asked.end()
  })
}

function imageIn(body: string): Record<string, string> {
  try {
    const { Image, Config } = JSON.parse(body)
    const texts = { 'mlops.container.image': Config?.Image, 'mlops.container.digest': Image }
    return Object.fromEntries(Object.entries(texts).filter(([, text]) => typeof text === 'string'))
  } catch {
    return {}
  }
}

/** Tags of the container of a process; none outside of one. Never rejects. */
export async function readContainer(
  pid: number,
  proc = '/proc',
  socket = SOCKET,
): Promise<Record<string, string>> {
  const path = `${proc}/${pid}`
  const id = containerIn(readProc(`${path}/cgroup`) ?? '', readProc(`${path}/mountinfo`) ?? '')
  if (id === undefined) return {}
  return { 'mlops.container.id': id, ...imageIn(await inspect(id, socket)) }
}

/** True when a process sees the same files as this one. */
export function sharesFiles(pid: number, proc = '/proc'): boolean {
  const own = linkProc(`${proc}/self/ns/mnt`)
  return own !== undefined && own === linkProc(`${proc}/${pid}/ns/mnt`)
}
