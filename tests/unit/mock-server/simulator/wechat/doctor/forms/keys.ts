import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import type { KeyHolder, KnownKeys } from '../../../../../../../mock-server/simulator/wechat/doctor/known-keys'

export interface TestHolder extends KeyHolder {
  readonly privateKey: KeyObject
}

function holder(mchid: string, serial: string): TestHolder {
  return { mchid, serial, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) }
}

/** Two merchants and WeChat Pay, with keys of this run. */
export function createTestKeys(): {
  readonly own: TestHolder
  readonly other: TestHolder
  readonly platform: TestHolder
  readonly stranger: KeyObject
  readonly known: KnownKeys
} {
  const own = holder('1600000001', '3F0A11')
  const other = holder('1600000002', '7C22B0')
  const platform = holder('', '5157F09E')
  return {
    own,
    other,
    platform,
    stranger: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    known: { merchants: [own, other], platform: [platform] },
  }
}
