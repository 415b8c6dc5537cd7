import { chmodSync, writeFileSync } from 'node:fs'

/** Writes a file that nobody else can read. The mode of an existing one is mended too. */
export function writeSecret(file: string, text: string): void {
  writeFileSync(file, text, { mode: 0o600 })
  chmodSync(file, 0o600)
}
