// The hub's port: agents that dial in and consoles on /ws, health and metrics for machines.
import { WebSocketServer } from 'ws'
import type { Address } from '../protocol/access.ts'
import type { Channel } from '../protocol/channel.ts'
import { ConsoleHello } from '../protocol/console.ts'
import { decode, MAX_FRAME } from '../protocol/decode.ts'
import { type Listener, type ListenerOptions, listen } from '../protocol/listener.ts'
import { socketChannel } from '../protocol/socket-channel.ts'
import { HELLO_MS } from './agent-session.ts'
import { startConsole } from './console-session.ts'
import type { Hub } from './hub.ts'

/** What a hub's port is opened with. */
export interface HubServerOptions {
  readonly address: Address
  readonly token: string | undefined
  readonly version: string
  /** Answers what is neither a page nor a WebSocket: the API for training code. */
  readonly handle?: ListenerOptions['handle']
}

interface Peer {
  receive(frame: string): void
  closed(reason: string): void
}

/** Waits for the first frame, which says who is there. */
export function admit(hub: Hub, channel: Channel, version: string): void {
  let peer: Peer | undefined
  const deadline = setTimeout(() => channel.close(`nothing said within ${HELLO_MS / 1000} s`), HELLO_MS)
  channel.receive(
    (frame) => {
      clearTimeout(deadline)
      if (peer) return peer.receive(frame)
      const hello = decode(ConsoleHello, frame)
      if (!hello.ok) {
        peer = hub.agentSession(channel)
        return peer.receive(frame)
      }
      const session = startConsole(hub, channel, version, hello.value)
      peer = { receive: (next) => session?.receive(next), closed: () => session?.stop() }
    },
    (reason) => {
      clearTimeout(deadline)
      peer?.closed(reason)
    },
  )
}

/** Counters and gauges in the Prometheus text format. */
function metrics(hub: Hub): string {
  const { state, series } = hub.world()
  const online = [...state.hosts.values()].filter((host) => host.online).length
  const lines: [string, string, number][] = [
    ['mlops_hub_batches_total', 'counter', hub.counters.batches],
    ['mlops_hub_points_total', 'counter', hub.counters.points],
    ['mlops_hub_bad_frames_total', 'counter', hub.counters.badFrames],
    ['mlops_hub_commit_failures_total', 'counter', hub.counters.commitFailures],
    ['mlops_hub_events', 'gauge', state.seq],
    ['mlops_hub_hosts_online', 'gauge', online],
    ['mlops_hub_runs', 'gauge', state.runs.size],
    ['mlops_hub_series_owners', 'gauge', series.size],
  ]
  return lines.map(([name, kind, value]) => `# TYPE ${name} ${kind}\n${name} ${value}`).join('\n')
}

/** Opens the hub's port. Throws AccessError. */
export function openHubServer(
  hub: Hub,
  { address, token, version, handle }: HubServerOptions,
): Promise<Listener> {
  return listen({
    address,
    token,
    upgrader: new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME, perMessageDeflate: false }),
    onSocket: (socket, wire) => admit(hub, socketChannel(socket, wire), version),
    ...(handle && { handle }),
    pages: { '/healthz': () => 'ok', '/metrics': () => metrics(hub) },
  })
}
