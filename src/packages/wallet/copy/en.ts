import { spokenYuan } from '../../../domain/money'
import type { WalletCopy } from './types'

export const walletEn: WalletCopy = {
  title: 'WeChat Pay',
  simulated: 'Simulated',
  payTo: (payee) => `Pay ${payee}`,
  spoken: (fen) => `${spokenYuan(fen)} yuan`,
  method: 'Pay with',
  balance: 'Balance',
  pin: (entered, of) => `${entered} of ${of} digits entered`,
  keypad: 'Keypad',
  erase: 'Delete',
  choices: 'Developer choices. No real money moves.',
  choicesOf: 'Developer choices',
  paid: 'Pay',
  cancel: 'Cancel',
  wrongPin: 'Wrong password',
  poor: 'Low balance',
  unheard: 'Pay, no callback',
  paying: 'Paying…',
  mistyped: (triesLeft) =>
    triesLeft === 1 ? 'Incorrect password. 1 try left.' : `Incorrect password. ${triesLeft} tries left.`,
  tooPoor: 'Not enough balance. Choose another method.',
  opening: 'Opening WeChat Pay…',
  window: {
    title: 'Opening WeChat…',
    text: 'Pay there, then return to QQ.',
    payee: 'Payee',
    amount: 'Amount',
    goods: 'Goods',
    note: 'A middle page simulated in the app. No real money moves.',
    pay: 'Pay',
    close: 'Just close the window',
  },
  refused: (heard) => ({ title: 'WeChat Pay refused this payment', text: `The app will hear ${heard}` }),
  unreachable: (address) => ({
    title: 'No simulator answers',
    text: `Nobody answers at ${address}. Run npm start, then try again.`,
  }),
  nothing: { title: 'There is nothing to pay', text: 'A pay call opens this page: start from the checkout.' },
  retry: 'Try again',
  back: 'Back',
}
