import { verbs } from '../../mock-server/ctl/verbs'
import { shopVerbs } from '../../mock-server/ctl/shop-verbs'
import { usage } from '../../mock-server/local/config'
import { variables, type Variable, type VariableName } from '../../mock-server/production/variables'
import { faultNames, type FaultKind, type FaultName } from '../../mock-server/simulator/wechat/domain/fault-names'
import { toMarkdownTable, type Place } from './marked'
import { faultsInChinese, optionsInChinese, variablesInChinese, verbsInChinese } from './chinese'

/** A table that is made from code. `npm run fix` writes all of them; a test fails where one is stale. */
export interface Table extends Place {
  readonly text: string
}

type Language = 'en' | 'zh'

const documents = {
  simulator: { en: 'mock-server/simulator/README.md', zh: 'mock-server/simulator/README.zh-CN.md' },
  production: { en: 'mock-server/production/README.md', zh: 'mock-server/production/README.zh-CN.md' },
} as const

/** What the Chinese table says of something; without it the table cannot be made. */
function chinese(words: Readonly<Record<string, string>>, name: string): string {
  const text = words[name]
  if (text === undefined) throw new Error(`tests/documents/chinese.ts has no text for ${name}`)
  return text
}

function faultRow(name: FaultName, language: Language): readonly string[] {
  const { code, does, where, value }: FaultKind = faultNames[name]
  const text = language === 'en' ? does : faultsInChinese[name]
  const seconds =
    value === undefined
      ? ''
      : language === 'en'
        ? ` (${value.default} s unless a value is given)`
        : `（默认 ${value.default} 秒）`
  // No order of a shop reaches the calls of a mini program's server: they know no amount.
  const yuan = where === 'server' ? '–' : `6,666.${String(code).padStart(2, '0')}`
  return [`\`${name}\``, yuan, text + seconds]
}

function faultTable(language: Language): string {
  const head = language === 'en' ? ['fault', 'yuan', 'what happens'] : ['故障', '金额（元）', '会发生什么']
  const names = (Object.keys(faultNames) as FaultName[]).sort(
    (one, other) => faultNames[one].code - faultNames[other].code,
  )
  return toMarkdownTable(
    head,
    names.map((name) => faultRow(name, language)),
  )
}

/** The options of `npm run mock`, as its help lists them: a line each, continued further right. */
function optionTable(language: Language): string {
  const entries = [...usage.matchAll(/^ {2}(--[a-z-]+(?: [A-Z=]+)?) +(.*(?:\n {10,}.*)*)/gm)]
  const rows = entries.map(([, option = '', text = '']) => {
    const own = text.replace(/\s*\n\s*/g, ' ')
    return [`\`${option}\``, language === 'en' ? own : chinese(optionsInChinese, option.split(' ')[0]!)]
  })
  return toMarkdownTable(language === 'en' ? ['option', 'does'] : ['选项', '作用'], rows)
}

/** An example that describes a value instead of showing one. */
const prose = /^(\d+|the) .*[a-z]/

function variableTable(language: Language): string {
  const rows = (variables as readonly Variable[]).map(({ name, help, example, isSecret }) => [
    isSecret === true ? `\`${name}\`*` : `\`${name}\``,
    language === 'en' ? help : variablesInChinese[name as VariableName],
    !prose.test(example) ? `\`${example}\`` : language === 'en' ? example : '',
  ])
  const head =
    language === 'en'
      ? ['variable (`*`: or `NAME_FILE`)', 'is', 'example']
      : ['变量（`*`：也可用 `NAME_FILE`）', '含义', '示例']
  return toMarkdownTable(head, rows)
}

function verbTable(names: readonly string[], language: Language): string {
  const rows = names.map((name) => {
    const { usage: call, does } = verbs[name] ?? {
      usage: name,
      does: 'prints what happens, as it happens, until Ctrl-C',
    }
    return [`\`${call}\``, language === 'en' ? does : chinese(verbsInChinese, name)]
  })
  return toMarkdownTable(language === 'en' ? ['`npm run ctl --`', 'does'] : ['`npm run ctl --`', '作用'], rows)
}

const simulatorVerbs = [...Object.keys(verbs).filter((name) => !Object.hasOwn(shopVerbs, name)), 'tail']

const languages = ['en', 'zh'] as const

export const tables: readonly Table[] = languages.flatMap((language) => {
  const table = (document: keyof typeof documents, name: string, text: string): Table => ({
    file: documents[document][language],
    name,
    command: 'npm run fix',
    text,
  })
  return [
    table('simulator', 'options', optionTable(language)),
    table('simulator', 'faults', faultTable(language)),
    table('simulator', 'verbs', verbTable(simulatorVerbs, language)),
    table('production', 'variables', variableTable(language)),
    table('production', 'verbs', verbTable(Object.keys(shopVerbs), language)),
  ]
})
