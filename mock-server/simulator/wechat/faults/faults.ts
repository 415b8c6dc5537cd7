import {
  allFaultNames,
  defaultValue,
  faultNames,
  scenarioOf,
  type FaultKind,
  type FaultName,
} from '../domain/fault-names'
import { type FaultRule, type TradeKey } from '../domain/fault-rule'
import type { Store } from '../store/store'

export interface Faults {
  /** Whether no fault can strike there. Cheap: asked on the hot path. */
  isQuiet(where: FaultKind['where']): boolean
  /**
   * Whether the fault strikes this time. Asking uses up one strike of a limited fault, and writes that to disk.
   * @returns its value, or null
   */
  take(name: FaultName, trade: TradeKey | null): Promise<number | null>
  set(rule: FaultRule): Promise<void>
  /** Switches a fault off: for one trade, or for all. */
  clear(name: FaultName, trade: TradeKey | null): Promise<void>
  /** Sets for a new order's trade the faults that its amount or description asks for; rules that exist stay as they are. */
  applyScenario(trade: TradeKey, description: string, totalFen: number): Promise<void>
  list(): readonly FaultShown[]
  /** After the store was emptied. */
  reset(): void
}

export interface FaultShown extends FaultKind {
  readonly name: FaultName
  /** On for all trades. */
  readonly on: boolean
  readonly rules: readonly Omit<FaultRule, 'name'>[]
}

const keyOf = (name: FaultName, trade: TradeKey | null): string =>
  trade === null ? name : `${name}|${trade.mchid}|${trade.out_trade_no}`

const isLive = ({ remaining }: FaultRule): boolean => remaining === null || remaining > 0

/** Keeps rules in the store, so that a restart forgets none, and in memory, so that asking is cheap. */
export function createFaults(
  store: Pick<Store, 'write' | 'faultRules' | 'putFaultRule' | 'dropFaultRule'>,
  onStrike: (name: FaultName, trade: TradeKey | null) => void,
): Faults {
  const rules = new Map<string, FaultRule>()
  const live = { notice: 0, api: 0, server: 0, phone: 0, refund: 0, payer: 0 }
  for (const rule of store.faultRules()) remember(keyOf(rule.name, rule.trade), rule)

  function remember(key: string, rule: FaultRule | null): void {
    const former = rules.get(key)
    if (former && isLive(former)) live[faultNames[former.name].where] -= 1
    if (rule && isLive(rule)) live[faultNames[rule.name].where] += 1
    if (rule) rules.set(key, rule)
    else rules.delete(key)
  }

  async function keep(rule: FaultRule): Promise<void> {
    const key = keyOf(rule.name, rule.trade)
    // In memory first: a concurrent caller must not use the same strike.
    remember(key, rule)
    await store.write(() => store.putFaultRule(key, rule))
  }

  return {
    isQuiet: (where) => live[where] === 0,
    async take(name, trade) {
      const rule = (trade && rules.get(keyOf(name, trade))) ?? rules.get(name)
      if (rule === undefined || !isLive(rule)) return null
      if (rule.remaining !== null) await keep({ ...rule, remaining: rule.remaining - 1 })
      onStrike(name, trade)
      return rule.value
    },
    set: keep,
    async clear(name, trade) {
      const key = keyOf(name, trade)
      remember(key, null)
      await store.write(() => store.dropFaultRule(key))
    },
    async applyScenario(trade, description, totalFen) {
      for (const { name, times } of scenarioOf(description, totalFen)) {
        if (!rules.has(keyOf(name, trade))) await keep({ name, trade, remaining: times, value: defaultValue(name) })
      }
    },
    list: () =>
      allFaultNames.map((name) => {
        const own = [...rules.values()].filter((rule) => rule.name === name && isLive(rule))
        return {
          name,
          on: own.some(({ trade }) => trade === null),
          ...faultNames[name],
          rules: own.map(({ trade, remaining, value }) => ({ trade, remaining, value })),
        }
      }),
    reset() {
      for (const key of [...rules.keys()]) remember(key, null)
    },
  }
}
