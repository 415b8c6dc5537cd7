/** `grave`: the shop would lose money, or not work. `warning`: think about it. `fine`: checked, and good. */
export interface Finding {
  readonly level: 'grave' | 'warning' | 'fine'
  readonly about: string
  readonly message: string
  /** What to do; absent where it is fine. */
  readonly mend?: string
}

type Bad = (about: string, message: string, mend: string) => Finding

export const grave: Bad = (about, message, mend) => ({ level: 'grave', about, message, mend })
export const warning: Bad = (about, message, mend) => ({ level: 'warning', about, message, mend })
export const fine = (about: string, message: string): Finding => ({ level: 'fine', about, message })
