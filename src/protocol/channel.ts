// A two-way stream of text frames: WebSocket, memory, later stdio. Sessions know nothing else.

/** One end of a connection. */
export interface Channel {
  /** Sends a frame. Says nothing about delivery: only an application ack does. */
  send(frame: string): void
  /** Bytes accepted but not yet handed to the system. */
  buffered(): number
  /** Ends the connection; the other side is told `reason` where the transport can. */
  close(reason: string): void
  /** Set once, before the first await: called for every whole frame, then once for the end. */
  receive(onFrame: (frame: string) => void, onClose: (reason: string) => void): void
}

/** Two connected ends in this process. Frames arrive in order, in a later turn of the event loop. */
export function memoryChannels(): [Channel, Channel] {
  const ends = [newEnd(), newEnd()] as const
  return [facing(ends[0], ends[1]), facing(ends[1], ends[0])]
}

interface End {
  open: boolean
  onFrame: (frame: string) => void
  onClose: (reason: string) => void
}

const newEnd = (): End => ({ open: true, onFrame: () => {}, onClose: () => {} })

function shut(end: End, reason: string): void {
  if (!end.open) return
  end.open = false
  end.onClose(reason)
}

function facing(mine: End, theirs: End): Channel {
  return {
    send: (frame) => setImmediate(() => theirs.open && theirs.onFrame(frame)),
    buffered: () => 0,
    close: (reason) =>
      void setImmediate(() => {
        shut(mine, reason)
        shut(theirs, reason)
      }),
    receive(onFrame, onClose) {
      mine.onFrame = onFrame
      mine.onClose = onClose
    },
  }
}
