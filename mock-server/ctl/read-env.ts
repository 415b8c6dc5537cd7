import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSdkEnv } from '../kit/sdk-env'

/** What `sdk.env` of a data folder says, by name. @throws CtlError when nothing was ever started there */
export function readSdkEnv(dataFolder: string): ReadonlyMap<string, string> {
  const file = path.join(dataFolder, 'sdk.env')
  if (!existsSync(file)) {
    throw new CtlError(`${file} is not there. Start the servers first (npm start, npm run mock), or name their --data.`)
  }
  return parseSdkEnv(readFileSync(file, 'utf8'))
}

/** An expected error: its message is one line. */
export class CtlError extends Error {
  override readonly name = 'CtlError'
}
