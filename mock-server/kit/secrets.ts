import { readFileSync, statSync } from 'node:fs'

/** A secret that cannot be used. The message names the variable, never its value. */
export class SecretError extends Error {
  override readonly name = 'SecretError'
}

/**
 * Reads a secret's file without the line end that editors leave. Refuses a file that other users of the machine can read.
 * @throws SecretError
 */
export function readSecretFile(file: string): string {
  let mode: number
  let text: string
  try {
    mode = statSync(file).mode
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new SecretError(`${file} cannot be read (${(error as { code?: string }).code ?? 'no reason given'})`)
  }
  // Windows knows no such bits and shows every file as open.
  if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
    throw new SecretError(`${file} can be read by others (mode ${(mode & 0o777).toString(8)}): chmod 600 ${file}`)
  }
  return text.trimEnd()
}
