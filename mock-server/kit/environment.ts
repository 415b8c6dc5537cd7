import { parseEnv } from 'node:util'
import { readSecretFile } from './secrets'

/**
 * The environment of this process, over the lines `NAME=value` of a file where one is named.
 * @throws SecretError when the file cannot be read, or others can read it, too
 */
export function readEnvironment(file: string | null): Readonly<Record<string, string | undefined>> {
  const fromFile = file === null ? {} : parseEnv(readSecretFile(file))
  return Object.freeze({ ...fromFile, ...process.env })
}
