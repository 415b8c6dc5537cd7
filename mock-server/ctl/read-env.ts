import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSdkEnv } from '../kit/sdk-env'

/** Reads `sdk.env` of a data folder, by name. @throws CtlError when no server was ever started with this folder */
export function readSdkEnv(dataFolder: string): ReadonlyMap<string, string> {
  const file = path.join(dataFolder, 'sdk.env')
  if (!existsSync(file)) {
    throw new CtlError(`${file} is not there. Start the servers first (npm start, npm run mock), or name their --data.`)
  }
  return parseSdkEnv(readFileSync(file, 'utf8'))
}

/** A problem that the caller can solve; the message is one line. */
export class CtlError extends Error {
  override readonly name = 'CtlError'
}
