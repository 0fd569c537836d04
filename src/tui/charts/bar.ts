// A small gauge in one line: `[#####     ]  42%`.
import { formatPercent } from '../../core/format.ts'
import type { Theme, Tone } from '../terminal/style.ts'
import { fit } from '../terminal/width.ts'

const EIGHTHS = ' ▏▎▍▌▋▊▉█'
const LABEL = 5

function filled(share: number, cells: number, unicode: boolean): string {
  if (!unicode) return '#'.repeat(Math.round(share * cells)).padEnd(cells)
  const eighths = Math.round(share * cells * 8)
  const whole = '█'.repeat(Math.floor(eighths / 8))
  return (eighths % 8 > 0 ? whole + EIGHTHS[eighths % 8] : whole).padEnd(cells)
}

/** A bar of exactly `width` cells for 0 to 100 percent; null and NaN show `-`. Too narrow for a bar: the number alone. */
export function gaugeBar(percent: number | null, width: number, theme: Theme, tone: Tone = 'accent'): string {
  const known = percent !== null && !Number.isNaN(percent)
  const label = known ? formatPercent(Math.max(-999, Math.min(999, percent))) : '-'
  const cells = width - LABEL - 2
  if (cells < 1) return theme.paint(known ? tone : 'dim', fit(label, width, 'right', ''))
  const share = known ? Math.max(0, Math.min(1, percent / 100)) : 0
  const inside = filled(share, cells, theme.unicode)
  const core = inside.trimEnd()
  const bar = theme.paint(tone, core) + inside.slice(core.length)
  return theme.paint('border', '[') + bar + theme.paint('border', ']') + fit(label, LABEL, 'right', '')
}
