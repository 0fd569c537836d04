// How a tracking server is named, and with what its questions are signed.
import { readFileSync, statSync } from 'node:fs'
import { AccessError } from '../../src/protocol/access.ts'

/** The address of a tracking server, without a slash at its end. Throws AccessError. */
export function mlflowUrl(text: string): string {
  const hint = 'write http://HOST:PORT; name and password go into a file (--mlflow-auth FILE)'
  if (!URL.canParse(text)) throw new AccessError(`"${text}" is no address of an MLflow server`, hint)
  const url = new URL(text)
  if (!/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '')
    throw new AccessError(`"${url.host}" cannot be asked by this address`, hint)
  return `${url.origin}${url.pathname}`.replace(/\/+$/, '')
}

/** The header that a file of credentials stands for: Basic for `user:password`, else Bearer. Throws AccessError. */
export function readAuthorization(file: string): string {
  let line: string
  let mode: number
  try {
    mode = statSync(file).mode & 0o777
    line = readFileSync(file, 'utf8').trim()
  } catch (error) {
    throw new AccessError(
      `cannot read ${file}: ${(error as Error).message}`,
      'one line: a token, or user:password',
    )
  }
  if ((mode & 0o077) !== 0)
    throw new AccessError(`${file} is readable by others (mode ${mode.toString(8)})`, `chmod 600 ${file}`)
  if (line === '' || /[\r\n]/.test(line))
    throw new AccessError(`${file} holds no single line`, 'one line: a token, or user:password')
  return line.includes(':') ? `Basic ${Buffer.from(line).toString('base64')}` : `Bearer ${line}`
}
