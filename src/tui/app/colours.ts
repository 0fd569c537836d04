// A colour for each run that is the same on every screen and in every session.

/** 32-bit FNV-1a of the UTF-16 units (G. Fowler, L. C. Noll, K.-P. Vo, draft-eastlake-fnv). */
function hash(text: string): number {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i++) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return sum >>> 0
}

/** Index of a series colour for each id: its own by its name, the next free one where two in a chart would be alike. */
export function coloursOf(ids: readonly string[], colours: number): number[] {
  const taken = new Set<number>()
  return ids.map((id) => {
    let colour = hash(id) % colours
    while (taken.size < colours && taken.has(colour)) colour = (colour + 1) % colours
    taken.add(colour)
    return colour
  })
}
