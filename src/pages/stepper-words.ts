import type { Copy } from '../copy/types'
import type { StepperWords } from '../components/stepper'

/** What a stepper says of an item. */
export function stepperWords({ goods }: Copy, name: string, limit: number): StepperWords {
  return {
    group: goods.quantity(name),
    more: goods.more(name),
    fewer: goods.fewer(name),
    full: goods.limitReached(limit),
  }
}
