// Which process is at the other end of a TCP connection: its port in /proc/net/tcp names a socket, and a process holds it.
import { readdirSync, statSync } from 'node:fs'
import { setImmediate } from 'node:timers/promises'
import { identify, linkProc, type ProcessId, pidsOf, readProc, statOf } from './process-identity.ts'

/** The two ends of a connection, as Node's sockets name them. */
export interface Peer {
  readonly remoteAddress?: string | undefined
  readonly remotePort?: number | undefined
  readonly localAddress?: string | undefined
  readonly localPort?: number | undefined
}

/** The process of a client, or why it cannot be told. */
export type Client = ProcessId | { readonly hidden: string }

interface Socket {
  readonly inode: string
  readonly uid: number
}

/** How long the agent may look without a pause, ms. */
const SLICE_MS = 5

const plainAddress = (address = '') => address.replace(/^::ffff:(?=\d+\.)/i, '')
const isLoopback = (address: string) => address === '::1' || address.startsWith('127.')

/** An address in /proc/net: words of 32 bits as a little-endian machine holds them. Undefined for IPv6 beyond ::1. */
export function addressIn(hex: string): string | undefined {
  if (hex === '00000000000000000000000001000000') return '::1'
  const v4 = /^(?:0{16}FFFF0{4})?([0-9A-F]{8})$/i.exec(hex)?.[1]
  return v4 && [...Buffer.from(v4, 'hex').reverse()].join('.')
}

/** The client's end in a table of /proc/net; undefined where it is not. Rows of closed connections have no inode. */
export function socketIn(table: string, peer: Peer): Socket | undefined {
  const port = (number = 0) => `:${number.toString(16).toUpperCase().padStart(4, '0')} `
  const end = port(peer.remotePort)
  for (const line of table.split('\n')) {
    if (!line.includes(end)) continue
    const [, from = '', to = '', , , , , uid, , inode = '0'] = line.trim().split(/\s+/)
    const [fromAddress = '', fromPort] = from.split(':')
    const [toAddress = '', toPort] = to.split(':')
    const isClient =
      Number.parseInt(fromPort ?? '', 16) === peer.remotePort &&
      Number.parseInt(toPort ?? '', 16) === peer.localPort &&
      addressIn(fromAddress) === plainAddress(peer.remoteAddress) &&
      addressIn(toAddress) === plainAddress(peer.localAddress)
    if (isClient && inode !== '0') return { inode, uid: Number(uid) }
  }
  return undefined
}

function holds(pid: number, inode: string, proc: string): boolean {
  const folder = `${proc}/${pid}/fd`
  try {
    return readdirSync(folder).some((fd) => linkProc(`${folder}/${fd}`) === `socket:[${inode}]`)
  } catch {
    return false
  }
}

function isOf(pid: number, uid: number, proc: string): boolean {
  try {
    return statSync(`${proc}/${pid}`).uid === uid
  } catch {
    return false
  }
}

/** Workers inherit the sockets of the process that forked them: the eldest that holds one is it. */
function eldest(pid: number, inode: string, proc: string): number {
  const parent = statOf(pid, proc)?.parent ?? 0
  return parent > 0 && holds(parent, inode, proc) ? eldest(parent, inode, proc) : pid
}

async function holderOf({ inode, uid }: Socket, likely: Iterable<number>, proc: string) {
  for (const pid of likely) if (holds(pid, inode, proc)) return eldest(pid, inode, proc)
  let since = performance.now()
  for (const pid of pidsOf(proc).sort((a, b) => b - a)) {
    if (isOf(pid, uid, proc) && holds(pid, inode, proc)) return eldest(pid, inode, proc)
    if (performance.now() - since < SLICE_MS) continue
    await setImmediate()
    since = performance.now()
  }
  return undefined
}

function whyNoSocket(proc: string): string {
  return readProc(`${proc}/net/tcp`) === undefined
    ? 'this system does not tell whose a connection is'
    : 'the connection was over before its process was found, or it comes from a container'
}

/**
 * Finds the process of a client. The table is read before this returns, the search goes on in slices; `likely` are
 * processes to ask first. Never rejects.
 */
export async function findClient(peer: Peer, likely: Iterable<number> = [], proc = '/proc'): Promise<Client> {
  const address = plainAddress(peer.remoteAddress)
  if (!isLoopback(address) && address !== plainAddress(peer.localAddress))
    return { hidden: `the client is at ${address || 'an unknown address'}, not on this host` }
  const socket =
    socketIn(readProc(`${proc}/net/tcp`) ?? '', peer) ?? socketIn(readProc(`${proc}/net/tcp6`) ?? '', peer)
  if (!socket) return { hidden: whyNoSocket(proc) }
  const pid = await holderOf(socket, likely, proc)
  const found = pid === undefined ? undefined : identify(pid, proc)
  return found ?? { hidden: `its process, of user id ${socket.uid}, is not for this agent to see` }
}
