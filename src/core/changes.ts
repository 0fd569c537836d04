// Which owners of series got points since when: lists look at these rows again, and at no others.

/** A count of changes, and what they were about. */
export interface Changes {
  /** Grows with each change. */
  readonly revision: number
  /** Owners that changed after a revision; undefined where that is too long ago to tell. */
  since(revision: number): ReadonlySet<string> | undefined
}

/** Changes that are remembered. */
const MOST = 8_192

/** Nothing has changed yet; `touch` tells that an owner did. */
export function createChanges(): Changes & { touch(owner: string): void } {
  /** The owner of change `i` lies at `i % MOST`. */
  const owners: string[] = []
  let revision = 0
  return {
    get revision() {
      return revision
    },
    since(from) {
      if (revision - from > MOST) return undefined
      const found = new Set<string>()
      for (let i = from; i < revision; i++) found.add(owners[i % MOST]!)
      return found
    },
    touch(owner) {
      owners[revision % MOST] = owner
      revision++
    },
  }
}
