import { readFileSync } from 'node:fs'
import path from 'node:path'

export interface Tally {
  passed: number
  failed: number
  skipped: number
}

/** What jest writes with `--json`, as far as it is read here. */
interface Report {
  readonly numPassedTests: number
  readonly numFailedTests: number
  readonly numRuntimeErrorTestSuites: number
  readonly numPendingTests: number
  readonly numTodoTests: number
  readonly testResults: readonly {
    readonly name: string
    readonly startTime: number
    readonly endTime: number
    readonly assertionResults: readonly {
      readonly fullName: string
      readonly ancestorTitles: readonly string[]
      readonly title: string
      readonly status: string
      readonly duration?: number | null
    }[]
  }[]
}

/** @param code how jest ended: it also fails for what is no test, such as a coverage limit */
export function tallyOf(report: unknown, code: number): Tally {
  const counts = report as Report
  const failed = counts.numFailedTests + counts.numRuntimeErrorTestSuites
  return {
    passed: counts.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: counts.numPendingTests + counts.numTodoTests,
  }
}

/** What was skipped for a reason, which ends the name of the group, in brackets; one line a group. */
export function describeSkipped(files: readonly string[]): readonly string[] {
  const counts = new Map<string, number>()
  for (const { assertionResults } of files.flatMap(suitesOf)) {
    for (const { status, ancestorTitles, title } of assertionResults) {
      const group = ancestorTitles[0] ?? title
      if (status === 'pending' && group.endsWith(')')) counts.set(group, (counts.get(group) ?? 0) + 1)
    }
  }
  return [...counts].map(([group, count]) => `skipped (${count}): ${group}`)
}

const suitesOf = (file: string): Report['testResults'] => (JSON.parse(readFileSync(file, 'utf8')) as Report).testResults

/** A table of the tests that took longest, and of the files whose loading did. */
export function describeSlowest(files: readonly string[], count: number): string {
  const suites = files.flatMap(suitesOf)
  const tests = suites.flatMap(({ name, assertionResults }) =>
    assertionResults.map(({ fullName, duration }) => ({ ms: duration ?? 0, name: `${short(name)}  ${fullName}` })),
  )
  const loading = suites.map(({ name, startTime, endTime, assertionResults }) => ({
    ms: endTime - startTime - assertionResults.reduce((sum, { duration }) => sum + (duration ?? 0), 0),
    name: short(name),
  }))
  return [
    `the ${count} slowest tests`,
    ...slowestOf(tests, count),
    `the ${count} files that took longest beside their tests (loading, beforeAll, afterAll)`,
    ...slowestOf(loading, count),
  ].join('\n')
}

function slowestOf(rows: readonly { readonly ms: number; readonly name: string }[], count: number): readonly string[] {
  return [...rows]
    .sort((one, other) => other.ms - one.ms)
    .slice(0, count)
    .map(({ ms, name }) => `${(ms / 1000).toFixed(1).padStart(7)} s  ${name}`)
}

const short = (file: string): string => path.relative(path.resolve(__dirname, '../..'), file)
