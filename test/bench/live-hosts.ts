// Agents that each send one batch of samples a second to a hub.
import { once } from 'node:events'
import WebSocket from 'ws'
import { sleep } from './process.ts'

const KEYS = ['cpu', 'memory', 'disk', 'load1', 'net.rx', 'net.tx', 'gpu.0.utilization', 'gpu.0.memory']

function batch(id: string, seq: number): string {
  const at = Date.now()
  const ones = KEYS.map(() => 1)
  const points = {
    series: KEYS.map((key) => [id, key]),
    counts: ones,
    steps: ones.map(() => seq),
    times: ones.map(() => at),
    values: ones.map(() => Math.random() * 100),
  }
  return JSON.stringify({ type: 'batch', seq, at, events: [], points })
}

async function join(url: string, i: number): Promise<WebSocket> {
  const socket = new WebSocket(url, { perMessageDeflate: false })
  const agent = `host-${i}`
  await once(socket, 'open')
  const hello = { type: 'agent.hello', protocol: 1, agent, epoch: 'live', instance: 'i', name: `gpu-${i}` }
  socket.send(JSON.stringify({ ...hello, role: 'training', version: '0', first: 1, next: 1 }))
  await once(socket, 'message')
  return socket
}

/** Starts `count` agents, spread over the second; returns the way to stop them. */
export async function startHosts(url: string, count: number): Promise<() => void> {
  const sockets: WebSocket[] = []
  const timers: NodeJS.Timeout[] = []
  for (let i = 0; i < count; i++) {
    const socket = await join(url, i)
    sockets.push(socket)
    let seq = 0
    timers.push(setInterval(() => socket.send(batch(`host-${i}`, ++seq)), 1000))
    await sleep(1000 / count)
  }
  return () => {
    for (const timer of timers) clearInterval(timer)
    for (const socket of sockets) socket.terminate()
  }
}
