import { existsSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Linux keeps it in memory. */
const quickest = '/dev/shm'

/** A folder for data of a test that does not cut the power: where the system has memory for it, no commit waits for a disk. */
export const createQuickFolder = (prefix: string): string =>
  mkdtempSync(path.join(existsSync(quickest) ? quickest : tmpdir(), prefix))
