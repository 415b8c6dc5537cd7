import { existsSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { parseSdkEnv } from '../kit/sdk-env'
import { ask, readText } from './ask'

/** What the call says about where the servers are. At most one of the three. */
export interface Asked {
  readonly data: string | undefined
  readonly envFile: string | undefined
  readonly portBase: string | undefined
}

/** Addresses and keys of running servers, by their names in `sdk.env`. */
export type SdkEnv = ReadonlyMap<string, string>

/** A problem that the caller can solve; the message is one line. */
export class CtlError extends Error {
  override readonly name = 'CtlError'
}

const defaultFolder = '.data'
const defaultPortBase = 4000

const start = 'Start the servers: npm start, or npm run mock.'
const say = 'Or say where they are: --data FOLDER, --port-base N, --env-file FILE.'

/**
 * Finds the servers that a call is meant for. Without a hint: those of `.data`, else those at the default ports, which may keep
 * nothing.
 * @throws CtlError which names each place that was looked at
 */
export async function findEnv({ data, envFile, portBase }: Asked): Promise<SdkEnv> {
  if ([data, envFile, portBase].filter((hint) => hint !== undefined).length > 1)
    throw new CtlError('--data, --port-base and --env-file each say where the servers are: give one.')
  if (envFile !== undefined) return readEnvFile(envFile)
  if (portBase !== undefined)
    return (await askDoor(parsePort(portBase))) ?? fail(`${nobodyAt(parsePort(portBase))} ${start}`)
  if (data !== undefined) return (await readFolder(data)) ?? fail(`${nobodyIn(data)} ${start}`)
  return (
    (await readFolder(defaultFolder)) ??
    (await askDoor(defaultPortBase)) ??
    fail(`${nobodyIn(defaultFolder)} ${nobodyAt(defaultPortBase)} ${start} ${say}`)
  )
}

function readEnvFile(file: string): SdkEnv {
  if (!existsSync(file))
    throw new CtlError(`${path.resolve(file)} is not there. The servers print where it is when they start.`)
  return parseSdkEnv(readFileSync(file, 'utf8'))
}

/** The file outlives its servers; only while they hold the folder's lock are its addresses theirs. */
async function readFolder(folder: string): Promise<SdkEnv | null> {
  const file = path.join(folder, 'sdk.env')
  if (!existsSync(file)) return null
  // A native driver: only the calls that look into a folder load it.
  const { isFileLocked } = await import('../kit/file-lock')
  return isFileLocked(path.join(folder, 'lock.db')) ? parseSdkEnv(readFileSync(file, 'utf8')) : null
}

async function askDoor(portBase: number): Promise<SdkEnv | null> {
  try {
    const answer = await ask(`${doorOf(portBase)}/console/env`)
    if (answer.statusCode !== 200) return null
    return new Map(Object.entries(JSON.parse(await readText(answer)) as Record<string, string>))
  } catch {
    // Nobody listens there, or somebody who is not ours: the caller names the place.
    return null
  }
}

function parsePort(text: string): number {
  const portBase = Number(text)
  if (Number.isInteger(portBase) && portBase > 0 && portBase <= 65_000) return portBase
  throw new CtlError(`--port-base: expected a whole number from 1 to 65000, found ${text}, e.g. ${defaultPortBase}.`)
}

const doorOf = (portBase: number): string => `http://127.0.0.1:${portBase + 3}`
const nobodyIn = (folder: string): string => `No servers run on ${path.resolve(folder)}.`
const nobodyAt = (portBase: number): string => `No servers answer at ${doorOf(portBase)}.`

function fail(message: string): never {
  throw new CtlError(message)
}
