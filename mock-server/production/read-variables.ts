import { readSecretFile } from '../kit/secrets'
import { grave, type Finding } from './finding'
import { toShown } from './shown'
import { variables, type Values, type Variable } from './variables'

export type Environment = Readonly<Record<string, string | undefined>>

export interface ReadVariables {
  /** Null also where there is a finding. */
  readonly values: { readonly [K in keyof Values]: Values[K] | null }
  readonly findings: readonly Finding[]
}

/** Reads every variable of the table, and reports all findings at once. */
export function readVariables(environment: Environment): ReadVariables {
  const api = environment['WECHATPAY_API'] === 'v2' ? 'v2' : 'v3'
  const read = (variables as readonly Variable[]).map((variable) => ({
    name: variable.name,
    ...readVariable(variable, environment, api),
  }))
  const findings = read.flatMap(({ messages = [], name }) => messages.map((message) => wrong(name, message)))
  const values = Object.fromEntries(read.map(({ name, value }) => [name, value]))
  // The names and the parsers of the table are those that the type is made of.
  return { values: values as unknown as ReadVariables['values'], findings }
}

/** A finding about a variable. What to do is shown by its example. */
export function wrong(name: string, message: string): Finding {
  return grave(name, message, `such as ${name}=${rowOf(name).example}`)
}

/** Whether a variable is set, itself or by the file of a secret. */
export function isSet(name: string, environment: Environment): boolean {
  const { isSecret } = rowOf(name)
  return Boolean(environment[name]) || (isSecret === true && Boolean(environment[`${name}_FILE`]))
}

function rowOf(name: string): Variable {
  const row = (variables as readonly Variable[]).find((variable) => variable.name === name)
  if (row === undefined) throw new Error(`No row of the table describes ${name}.`)
  return row
}

interface Read {
  readonly value: unknown
  readonly messages?: readonly string[]
}

function readVariable(variable: Variable, environment: Environment, api: 'v2' | 'v3'): Read {
  const nothing: Read = { value: null }
  if (variable.api !== undefined && variable.api !== api) return nothing
  const source = textOf(variable, environment)
  if ('message' in source) return { value: null, messages: [source.message] }
  const text = source.text ?? variable.default
  if (text === undefined) {
    const expected = expectedOf(variable, environment, api)
    return expected === null ? nothing : { value: null, messages: [`expected ${expected}, found nothing`] }
  }
  const parsed = variable.parser.parse(text)
  if ('value' in parsed) return parsed
  const { expected } = variable.parser
  const shown = variable.isSecret ? `${text.length} characters` : toShown(text)
  const messages = parsed.found.map((found) =>
    found === '' ? `expected ${expected}` : `expected ${expected}, found ${found === null ? shown : toShown(found)}`,
  )
  return { value: null, messages }
}

/** The text of each secret that can be read, whether it is good or not, and of both APIs. */
export function readSecrets(environment: Environment): ReadonlyMap<string, string> {
  const secrets = (variables as readonly Variable[]).filter(({ isSecret }) => isSecret)
  return new Map(
    secrets.flatMap((variable) => {
      const source = textOf(variable, environment)
      return 'text' in source && source.text !== null ? [[variable.name, source.text] as const] : []
    }),
  )
}

/** The text of a variable, or of the file that holds a secret; null where neither is set. */
function textOf(
  { name, isSecret }: Variable,
  environment: Environment,
): { readonly text: string | null } | { readonly message: string } {
  const given = environment[name] || null
  const file = isSecret ? environment[`${name}_FILE`] || null : null
  if ([given, file].some((text) => text?.includes('\0'))) return { message: 'it holds a zero byte' }
  if (file === null) return { text: given }
  if (given !== null) return { message: `given twice: take ${name} or ${name}_FILE` }
  try {
    return { text: readSecretFile(file) }
  } catch (error) {
    return { message: (error as Error).message }
  }
}

/** What a variable that is not set should be; null where it may be missing. */
function expectedOf({ needed, neededBy, parser }: Variable, environment: Environment, api: 'v2' | 'v3'): string | null {
  if (needed === 'always' || needed === api) return parser.expected
  if (neededBy === undefined) return null
  return isSet(neededBy.name, environment) ? neededBy.expected : null
}
