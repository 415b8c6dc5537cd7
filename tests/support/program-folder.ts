import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { startProgram, type Program } from './program'

export interface ProgramFolder {
  /** Empty at the start of each test, gone at its end. */
  readonly folder: string
  /** Starts `npm run mock` on free ports; the end of the test kills it. */
  start(...args: readonly string[]): Promise<Program>
}

/** Gives each test of the surrounding `describe` a folder for its programs. */
export function useProgramFolder(): ProgramFolder {
  let folder = ''
  const running: Program[] = []
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'pay-'))
  })
  afterEach(async () => {
    for (const program of running.splice(0)) await program.killHard()
    rmSync(folder, { recursive: true, force: true })
  })
  return {
    get folder() {
      return folder
    },
    async start(...args) {
      const program = await startProgram(['mock', '--port-base', '0', '--log', 'silent', ...args])
      running.push(program)
      return program
    },
  }
}
