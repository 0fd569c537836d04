// Writing several buffers so that all of them are there.
import type { FileHandle } from 'node:fs/promises'

/**
 * Writes buffers one behind the other at an offset. A disk that becomes full takes a part and says nothing: asked for the
 * rest, it does. Rejects with what it says.
 */
export async function writeAll(file: FileHandle, parts: readonly Buffer[], at: number): Promise<void> {
  const { bytesWritten } = await file.writev(parts, at)
  const whole = parts.reduce((sum, { length }) => sum + length, 0)
  if (bytesWritten >= whole) return
  const rest = Buffer.concat(parts).subarray(bytesWritten)
  for (let done = 0; done < rest.length; )
    done += (await file.write(rest, done, rest.length - done, at + bytesWritten + done)).bytesWritten
}
