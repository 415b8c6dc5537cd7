import type { PackedApp } from '../../packed-app'
import type { Overlays } from '../../frame/overlays'
import type { Instance } from '../instance'
import type { PhoneLog } from '../log'
import type { HostVersion } from './versions'
import type { Payer, PhoneOptions, PhoneStorage, World } from '../types'

/** What host calls are made of: one app instance, and the phone around it. */
export interface HostContext {
  readonly packed: PackedApp
  readonly appid: string
  readonly instance: Instance
  readonly log: PhoneLog
  readonly world: World
  readonly user: string
  readonly hosts: { readonly wechat: string; readonly qq: string }
  readonly storage: PhoneStorage
  readonly now: () => number
  readonly options: Required<PhoneOptions>
  readonly version: HostVersion
  readonly payer: Payer | undefined
  readonly overlays: Overlays
  readonly network: { readonly type: () => NetworkType }
  readonly stage: HTMLElement
  /** Size of the screen and its parts in pixels. */
  readonly measures: () => Measures
  readonly onBarChange: () => void
  readonly onRequest: (change: 1 | -1) => void
  readonly killApp: () => void
  readonly clipboard: { read(): string; write(text: string): void }
}

export type NetworkType = 'wifi' | 'none'

export interface Measures {
  readonly screenWidth: number
  readonly screenHeight: number
  readonly statusBarHeight: number
  readonly windowHeight: number
  readonly bottomInset: number
}
