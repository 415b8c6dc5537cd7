/** Scripted misbehaviour of QQ, by name. */
export const qqFaultNames = {
  'qq-busy': 'Token, sign-in and order proxy answer errcode -1 and do nothing.',
} as const

export type QqFaultName = keyof typeof qqFaultNames

export interface QqFaults {
  isOn(name: QqFaultName): boolean
  set(name: QqFaultName, on: boolean): void
  list(): readonly { readonly name: QqFaultName; readonly on: boolean; readonly does: string }[]
  reset(): void
}

export function isQqFaultName(name: string): name is QqFaultName {
  return Object.hasOwn(qqFaultNames, name)
}

export function createQqFaults(): QqFaults {
  const on = new Set<QqFaultName>()
  return {
    isOn: (name) => on.has(name),
    set: (name, value) => void (value ? on.add(name) : on.delete(name)),
    list: () =>
      (Object.keys(qqFaultNames) as QqFaultName[]).map((name) => ({
        name,
        on: on.has(name),
        does: qqFaultNames[name],
      })),
    reset: () => on.clear(),
  }
}
