// One after the other for the same id: for requests that look at the state before they change it.

/** Runs `work` when all earlier work of the same id has ended, however it ended. */
export type Serial = <T>(id: string, work: () => Promise<T>) => Promise<T>

/** Makes queues by id; one that is empty costs nothing. */
export function createSerial(): Serial {
  const last = new Map<string, Promise<unknown>>()
  return async (id, work) => {
    const before = last.get(id) ?? Promise.resolve()
    const doing = before.then(work, work)
    last.set(id, doing)
    try {
      return await doing
    } finally {
      if (last.get(id) === doing) last.delete(id)
    }
  }
}
