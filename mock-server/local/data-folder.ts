import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { toBeijingTime } from '../kit/clock'
import { takeFileLock } from '../kit/file-lock'
import { writeSecret } from '../kit/secret-file'
import { InstallationError } from './installation'

/** The folder of keys and databases while a process works on it. */
export interface DataFolder {
  /** Where keys and `sdk.env` go: the folder, or a temporary one where nothing is kept. */
  readonly keys: string
  /** Writes down which process works here and where it answers, for the message of a second start. */
  announce(addresses: Running['addresses']): void
  /** Lets another process in. A temporary folder is removed. */
  release(): void
}

/** `running.json`: true only while the lock of the folder is held. */
export interface Running {
  readonly pid: number
  readonly started: string
  readonly addresses: Readonly<Record<string, string>>
}

/** Another process works on the folder. The message names it. */
export class FolderInUseError extends Error {
  override readonly name = 'FolderInUseError'
  readonly code = 'DATA_FOLDER_IN_USE'
}

const runningFile = (folder: string): string => path.join(folder, 'running.json')

/**
 * Takes a data folder for this process, and makes it at the first start. Null: nothing is kept, and the keys go to a temporary
 * folder.
 * @throws FolderInUseError, InstallationError
 */
export function takeDataFolder(folder: string | null): DataFolder {
  if (folder === null) {
    const keys = mkdtempSync(path.join(tmpdir(), 'wechat-pay-'))
    return { keys, announce: () => undefined, release: () => rmSync(keys, { recursive: true, force: true }) }
  }
  const lock = lockFolder(folder)
  if (lock === null) throw new FolderInUseError(describeUser(folder))
  // Of a process that was killed: until `announce`, it would be taken for this one.
  rmSync(runningFile(folder), { force: true })
  return {
    keys: folder,
    announce(addresses) {
      const running: Running = { pid: process.pid, started: toBeijingTime(Date.now()), addresses }
      writeSecret(runningFile(folder), `${JSON.stringify(running, null, 2)}\n`)
    },
    release() {
      rmSync(runningFile(folder), { force: true })
      lock.release()
    },
  }
}

function lockFolder(folder: string) {
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    return takeFileLock(path.join(folder, 'lock.db'))
  } catch (error) {
    throw new InstallationError(
      `The data folder can't be used: ${(error as Error).message}. Mend it, or choose another with --data FOLDER.`,
    )
  }
}

function describeUser(folder: string): string {
  const mend = 'Stop it, or choose another folder with --data FOLDER.'
  const running = readRunning(folder)
  if (running === null) return `${folder} is in use by another process, which is just starting or stopping. ${mend}`
  const { pid, started, addresses } = running
  return `${folder} is in use by process ${pid}, started ${started}, bench ${addresses['bench'] ?? 'unknown'}. ${mend}`
}

function readRunning(folder: string): Running | null {
  try {
    return JSON.parse(readFileSync(runningFile(folder), 'utf8')) as Running
  } catch {
    // Not written yet, or half written by a process that was killed: there is nothing to say about it.
    return null
  }
}
