import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { takeDataFolder } from '../../../../mock-server/local/data-folder'

describe('a data folder that is in use', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'taken-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  it('is never said to be in use by a process that was killed before', () => {
    const dead = { pid: 4_194_305, started: '2026-11-27T09:00:00+08:00', addresses: {} }
    writeFileSync(path.join(folder, 'running.json'), JSON.stringify(dead))
    const held = takeDataFolder(folder)
    expect(() => takeDataFolder(folder)).toThrow(/in use by another process, which is just starting or stopping/)
    held.announce({ bench: 'http://127.0.0.1:4003/bench' })
    expect(() => takeDataFolder(folder)).toThrow(
      new RegExp(`in use by process ${process.pid}, started \\S+, bench http://127\\.0\\.0\\.1:4003/bench\\.`),
    )
    held.release()
    takeDataFolder(folder).release()
  })
})
