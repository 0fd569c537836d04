// Dials a hub's WebSocket for a RemoteLink.
import WebSocket from 'ws'
import { socketUrl } from '../protocol/access.ts'
import { MAX_CONSOLE_FRAME } from '../protocol/decode.ts'
import { socketChannel, type Wire } from '../protocol/socket-channel.ts'
import { type Connect, RemoteLink, Unreachable } from './remote-link.ts'

/** A way to open a channel to a hub at `url` (`ws://`, `wss://`, `http://`, `https://`). */
export function dialHub(url: string, token?: string): Connect {
  const headers = token ? { authorization: `Bearer ${token}` } : {}
  return () =>
    new Promise((resolve, reject) => {
      const options = {
        headers,
        maxPayload: MAX_CONSOLE_FRAME,
        perMessageDeflate: false,
        handshakeTimeout: 5_000,
      }
      const socket = new WebSocket(socketUrl(url), options)
      let wire: Wire | undefined
      socket.once('error', (error) => reject(new Unreachable(error.message)))
      socket.once('upgrade', (response) => {
        wire = response.socket
      })
      socket.once('open', () => resolve(socketChannel(socket, wire)))
    })
}

/** Connects to a hub; rejects with Unreachable when it cannot. */
export async function openLink(
  url: string,
  options: { token?: string; version: string; world?: boolean },
): Promise<RemoteLink> {
  const link = new RemoteLink({ connect: dialHub(url, options.token), where: url, ...options })
  await link.open()
  return link
}
