/** Scripted misbehaviour, by name. A row here is all that a new switch needs besides the place that asks for it. */
export const faultNames = {
  'drop-notices': 'No notification leaves; each attempt is recorded as dropped and retried by the schedule.',
} as const

export type FaultName = keyof typeof faultNames

export interface Faults {
  isOn(name: FaultName): boolean
  set(name: FaultName, on: boolean): void
  list(): readonly { readonly name: FaultName; readonly on: boolean; readonly does: string }[]
  reset(): void
}

export function isFaultName(name: string): name is FaultName {
  return Object.hasOwn(faultNames, name)
}

export function createFaults(): Faults {
  const on = new Set<FaultName>()
  return {
    isOn: (name) => on.has(name),
    set: (name, value) => void (value ? on.add(name) : on.delete(name)),
    list: () =>
      (Object.keys(faultNames) as FaultName[]).map((name) => ({ name, on: on.has(name), does: faultNames[name] })),
    reset: () => on.clear(),
  }
}
