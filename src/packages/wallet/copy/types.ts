import type { Fen } from '../../../domain/money'
import type { Words } from '../../../copy/types'

/** All words of the simulated wallet, in one language. */
export interface WalletCopy {
  readonly title: string
  readonly simulated: string
  readonly payTo: (payee: string) => string
  readonly spoken: (fen: Fen) => string
  readonly method: string
  readonly balance: string
  readonly pin: (entered: number, of: number) => string
  readonly keypad: string
  readonly erase: string
  readonly choices: string
  readonly choicesOf: string
  readonly paid: string
  readonly cancel: string
  readonly wrongPin: string
  readonly poor: string
  readonly unheard: string
  readonly paying: string
  readonly mistyped: (triesLeft: number) => string
  readonly tooPoor: string
  readonly opening: string
  /** WeChat Pay's middle page, in a window of QQ. */
  readonly window: {
    readonly title: string
    readonly text: string
    readonly payee: string
    readonly amount: string
    readonly goods: string
    readonly note: string
    readonly pay: string
    readonly close: string
  }
  readonly refused: (heard: string) => Words
  readonly unreachable: (address: string) => Words
  readonly nothing: Words
  readonly retry: string
  readonly back: string
}
