/** Joins lists of one length, place by place. @throws Error where the lengths differ: that is a defect of ours */
export function zip<T extends readonly unknown[]>(...lists: { readonly [K in keyof T]: readonly T[K][] }): T[] {
  const [first, ...others] = lists as readonly (readonly unknown[])[]
  if (first === undefined) return []
  if (others.some(({ length }) => length !== first.length))
    throw new Error('Lists of different lengths cannot be joined.')
  return first.map((_, place) => (lists as readonly (readonly unknown[])[]).map((list) => list[place]) as unknown as T)
}
