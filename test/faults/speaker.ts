// A hand-made agent: speaks the protocol over a WebSocket, frame by frame, true or false.
import { once } from 'node:events'
import WebSocket from 'ws'
import { PROTOCOL } from '../../src/protocol/agent-answers.ts'
import { until } from './until.ts'

/** What the hub said. */
export interface Heard {
  readonly type: string
  readonly high?: number | null
  readonly taken?: number
  readonly reason?: string
}

/** An open connection. */
export interface Speaker {
  readonly heard: Heard[]
  say(frame: string | Buffer): void
  /** Resolves with the code and reason of the end. */
  ended: Promise<string>
  close(): void
}

/** Opens a WebSocket to a hub's or agent's port; rejects when it is refused. */
export async function speakTo(
  port: number,
  headers: Record<string, string> = {},
  host = '127.0.0.1',
): Promise<Speaker> {
  const socket = new WebSocket(`ws://${host}:${port}/ws`, { headers, perMessageDeflate: false })
  const heard: Heard[] = []
  socket.on('message', (data) => heard.push(JSON.parse(data.toString())))
  const ended = new Promise<string>((resolve) =>
    socket.on('close', (code, reason) => resolve(`${code} ${reason}`)),
  )
  await once(socket, 'open')
  socket.on('error', () => {})
  return { heard, say: (frame) => socket.send(frame), ended, close: () => socket.terminate() }
}

/** The first frame of an agent. */
export const hello = (agent: string, change: object = {}): string =>
  JSON.stringify({
    type: 'agent.hello',
    protocol: PROTOCOL,
    agent,
    epoch: 'e',
    instance: 'i',
    name: agent,
    role: 'training',
    version: '1',
    first: 1,
    next: 1,
    ...change,
  })

/** A batch with one point of series `n` of a run named as the agent. */
export function batch(agent: string, seq: number): string {
  const points = { series: [[agent, 'n']], counts: [1], steps: [seq], times: [0], values: [seq] }
  return JSON.stringify({ type: 'batch', seq, at: 1, events: [], points })
}

/** Waits until the hub has acked so many batches of the session. */
export const acked = (speaker: Speaker, taken: number) =>
  until(
    `ack of ${taken}`,
    10_000,
    () => speaker.heard.some((each) => each.type === 'ack' && (each.taken ?? 0) >= taken),
    () => JSON.stringify(speaker.heard),
  )
