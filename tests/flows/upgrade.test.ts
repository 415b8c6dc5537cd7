import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import Database from 'libsql'
import { runProgram, startProgram } from '../support/program'
import { getJson } from '../support/running-stack'
import { askFile, copyFolder, readRows, type OldFolder } from '../upgrade/old-data'

describe('the program on a data folder of another version', () => {
  let old: OldFolder
  beforeEach(() => {
    old = copyFolder('mock')
  })
  afterEach(() => old.remove())

  const start = () => ['mock', '--port-base', '0', '--data', old.folder, '--log', 'silent']

  it('starts on one of d558558, again and again, with every order in it', async () => {
    const { orders } = await readRows(askFile(old.file('merchant.db')))
    const keys = readFileSync(old.file('installation.json'), 'utf8')
    for (let time = 0; time < 2; time += 1) {
      const program = await startProgram(start())
      const { operatorToken } = JSON.parse(keys) as { operatorToken: string }
      const listed = await getJson<{ orders: { orderNo: string }[] }>(
        `${program.addresses.get('operator API')}/operator/orders?limit=200`,
        { authorization: `Bearer ${operatorToken}` },
      )
      expect(listed.orders.map(({ orderNo }) => orderNo).reverse()).toEqual(orders.map(({ orderNo }) => orderNo))
      await program.killHard()
    }
    expect(readFileSync(old.file('installation.json'), 'utf8')).toBe(keys)
  })

  function change(file: string, text: string): void {
    const database = new Database(file)
    database.exec(text)
    database.close()
  }

  it.each<[string, (file: string) => void]>([
    ['installation.json', (file) => writeFileSync(file, '{"version":6}')],
    ['wechat.db', (file) => change(file, 'PRAGMA user_version = 900')],
    ['qq.db', (file) => change(file, 'PRAGMA user_version = 900')],
    ['merchant.db', (file) => change(file, "INSERT INTO migrations VALUES ('999-later', '2030-01-01T00:00:00.000Z')")],
  ])('refuses a newer %s in one line, with the mend', async (name, makeNewer) => {
    const file = path.join(old.folder, name)
    makeNewer(file)
    const { code, stderr } = await runProgram(start())
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: `${file} was written by a newer version of this program. Start that version, or choose another folder with --data FOLDER.\n`,
    })
  })

  it('names keys of which parts are missing', async () => {
    writeFileSync(old.file('installation.json'), '{"app":{}}')
    const { code, stderr } = await runProgram(start())
    expect({ code, lines: stderr.trim().split('\n') }).toEqual({
      code: 1,
      lines: [expect.stringMatching(/installation\.json is damaged.*--data FOLDER/)],
    })
  })
})
