import type { Copy } from '../copy/types'
import type { StepperWords } from '../components/stepper'

/** The words of a stepper for an item. */
export function stepperWords({ goods }: Copy, name: string, limit: number): StepperWords {
  return {
    group: goods.quantity(name),
    more: goods.more(name),
    fewer: goods.fewer(name),
    full: goods.limitReached(limit),
  }
}
