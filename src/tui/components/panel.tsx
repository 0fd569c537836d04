// The one way in which text that changes gets to Ink.
import { Box, Text, Transform } from 'ink'
import { signFor } from './composition.ts'

/** Blanks by size. Ink keeps every text it ever measured, so it measures only these. */
const blanks = new Map<string, string>()

function blank(width: number, height: number): string {
  const size = `${width}x${height}`
  let text = blanks.get(size)
  if (text === undefined) {
    text = Array(height).fill(' '.repeat(width)).join('\n')
    blanks.set(size, text)
  }
  return text
}

/** Shows painted lines, exactly `height` of `width` cells. */
export function Panel({ width, height, lines }: { width: number; height: number; lines: readonly string[] }) {
  if (width < 1 || height < 1) return null
  return (
    <Box width={width} height={height} flexShrink={0}>
      <Transform transform={(_, row) => signFor(lines[row] ?? '', width)}>
        <Text wrap="truncate">{blank(width, height)}</Text>
      </Transform>
    </Box>
  )
}
