const oldest = [20, 19] as const

/** @returns what is wrong with a version of Node and what to do; null where it is recent enough */
export function findNodeProblem(version: string): string | null {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const isOldEnough = major > oldest[0] || (major === oldest[0] && minor >= oldest[1])
  return isOldEnough
    ? null
    : `Node ${version} is too old: install ${oldest.join('.')} or later from your package manager.`
}
