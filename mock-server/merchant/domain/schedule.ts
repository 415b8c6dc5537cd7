const secondMs = 1000
const minuteMs = 60 * secondMs

/** Wait before each query for an attempt whose notification has not arrived, counted from the previous query. */
const queryWaitsMs = [30, 60, 120, 240, 480].map((seconds) => seconds * secondMs)
const laterWaitMs = 15 * minuteMs

/** How long to wait before query number `queries` (from 0). */
export function queryWaitMs(queries: number): number {
  return queryWaitsMs[queries] ?? laterWaitMs
}
