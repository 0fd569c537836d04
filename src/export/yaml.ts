// YAML of meta.yaml files, as MLflow's safe loader reads it. Texts are double-quoted, so nothing in one can be taken for
// anything else.

/** A value of a meta.yaml. */
export type YamlValue = string | number | bigint | null | readonly [] | { readonly [key: string]: string }

const UNPRINTABLE = /[\u007f-\u009f\u2028\u2029\ufeff]/g

/** A text in double quotes, on one line. */
export const yamlText = (text: string): string =>
  JSON.stringify(text).replace(
    UNPRINTABLE,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )

function valueText(value: YamlValue): string {
  if (value === null) return 'null'
  if (typeof value === 'string') return yamlText(value)
  if (typeof value !== 'object') return String(value)
  if (Array.isArray(value)) return '[]'
  const entries = Object.entries(value).map(([key, text]) => `${yamlText(key)}: ${yamlText(text)}`)
  return `{${entries.join(', ')}}`
}

/** A record, a line for each field. */
export const yamlRecord = (record: { readonly [field: string]: YamlValue }): string =>
  Object.entries(record)
    .map(([field, value]) => `${field}: ${valueText(value)}\n`)
    .join('')
