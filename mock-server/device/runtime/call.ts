import type { Scope } from './scope'

/** A call of the host API ended badly; its text follows `name:fail`. */
export class CallFailure extends Error {
  override readonly name = 'CallFailure'
  constructor(
    text: string,
    /** What else the app finds in the failure, e.g. `errno`. */
    readonly extra: Readonly<Record<string, unknown>> = {},
  ) {
    super(text)
  }
}

/** The app was killed during the call: no callback is made. */
export class Silence extends Error {
  override readonly name = 'Silence'
}

export type CallOptions = Readonly<Record<string, unknown>>
export type ApiFunction = (...args: never[]) => unknown
export type ApiTable = Readonly<Record<string, ApiFunction>>

/**
 * Makes an asynchronous call of a host API: `success`, `fail` and `complete` are called with `errMsg`, later and only while
 * the app lives. Without any of these it answers a promise, as WeChat does.
 * @param verb a full errMsg in `extra.errMsg` replaces the usual one
 */
export function createCall(
  name: string,
  scope: Scope,
  run: (options: CallOptions) => unknown,
): (options?: CallOptions) => Promise<unknown> | undefined {
  return (options = {}) => {
    // Code of a killed app may still run; the host ignores its calls.
    if (!scope.isAlive) return new Promise(() => undefined)
    const { success, fail, complete } = options
    const answers = [success, fail, complete]
    const hasCallbacks = answers.some((callback) => typeof callback === 'function')
    const outcome = settle(name, options, run)
    const finished = outcome.then(
      ({ isOk, result }) =>
        new Promise<unknown>((resolve, reject) => {
          // Callbacks come from the host's side: never in the stack of the call itself.
          scope.setTimeout(() => {
            call(isOk ? success : fail, result)
            call(complete, result)
            if (hasCallbacks || isOk) resolve(result)
            else reject(result)
          })
        }),
    )
    if (!hasCallbacks) return finished
    finished.catch(() => undefined)
    return undefined
  }

  function call(callback: unknown, result: unknown): void {
    if (typeof callback === 'function') scope.run(name, () => (callback as (value: unknown) => unknown)(result))
  }
}

async function settle(
  name: string,
  options: CallOptions,
  run: (options: CallOptions) => unknown,
): Promise<{ isOk: boolean; result: Record<string, unknown> }> {
  try {
    const value = (await run(options)) as Record<string, unknown> | undefined
    return { isOk: true, result: { errMsg: `${name}:ok`, ...value } }
  } catch (error) {
    if (error instanceof Silence) return new Promise(() => undefined)
    const text = error instanceof Error ? error.message : String(error)
    const extra = error instanceof CallFailure ? error.extra : {}
    return { isOk: false, result: { errMsg: failureText(name, text), ...extra } }
  }
}

/** `name:fail text`. Some texts of the native part begin with a colon: these follow without a blank. */
export function failureText(name: string, text: string): string {
  return `${name}:fail${text === '' || text.startsWith(':') ? text : ` ${text}`}`
}

const typeName = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1)

/**
 * Checks parameters as WeChat's framework does before a call leaves JavaScript.
 * @throws CallFailure with all faults, each ended by a semicolon
 */
export function checkParameters(
  options: CallOptions,
  expected: Readonly<Record<string, 'String' | 'Number' | 'Array'>>,
): void {
  const faults = Object.entries(expected)
    .filter(([name, type]) => typeName(options[name]) !== type)
    .map(([name, type]) => `parameter.${name} should be ${type} instead of ${typeName(options[name])};`)
  if (faults.length > 0) throw new CallFailure(`parameter error: ${faults.join('')}`)
}
