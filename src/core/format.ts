// How numbers, sizes and ages are written for people. Pure text, no colour.

/** A metric value in at most about eight characters: 4 significant digits, `NaN`, `inf`. */
export function formatValue(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? 'inf' : '-inf'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (Number.isInteger(value) && size < 1e6) return String(value)
  if (size >= 1e6 || size < 1e-4) return value.toExponential(2).replace('e+', 'e')
  return trimZeros(value.toPrecision(4))
}

const trimZeros = (text: string) => (text.includes('.') ? text.replace(/\.?0+$/, '') : text)

const AGE_UNITS = [
  ['d', 86_400],
  ['h', 3_600],
  ['m', 60],
  ['s', 1],
] as const

/** A duration in ms as its two largest units: `3d4h`, `2m5s`, `12s`, `0s`. */
export function formatAge(ms: number): string {
  let rest = Math.max(0, Math.floor(ms / 1000))
  const parts: string[] = []
  for (const [unit, size] of AGE_UNITS) {
    const count = Math.floor(rest / size)
    if (count > 0 || (unit === 's' && parts.length === 0)) parts.push(`${count}${unit}`)
    else if (parts.length > 0) break
    if (parts.length === 2) break
    rest -= count * size
  }
  return parts.join('')
}

/** Bytes in binary units: `512B`, `1.5K`, `23G`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T', 'P']
  let size = bytes
  let unit = 0
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024
    unit++
  }
  return `${size >= 10 || unit === 0 ? Math.round(size) : Number(size.toFixed(1))}${units[unit]}`
}

/** A share in percent, without decimals: `42%`. */
export const formatPercent = (value: number): string => `${Math.round(value)}%`

/** Unix ms as `YYYY-MM-DD HH:MM:SS` UTC. */
export const formatTime = (ms: number): string => new Date(ms).toISOString().slice(0, 19).replace('T', ' ')
