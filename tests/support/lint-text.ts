import { spawnSync } from 'node:child_process'
import path from 'node:path'

const root = path.resolve(__dirname, '../..')

const script = `
  import { ESLint } from 'eslint'
  import tseslint from 'typescript-eslint'
  const eslint = new ESLint({
    overrideConfigFile: 'config/checks/eslint.config.mjs',
    overrideConfig: tseslint.configs.disableTypeChecked,
  })
  const answers = []
  for (const [filePath, text] of JSON.parse(process.argv[1])) {
    const [{ messages }] = await eslint.lintText(text, { filePath })
    answers.push(messages.map(({ message }) => message))
  }
  process.stdout.write(JSON.stringify(answers))
`

/**
 * Lints texts as if they stood in these files, by the rules of `npm test` that need no types; nothing is written. With types
 * the parser would read the whole project, and with `CI=true` look at the file on disk instead of the text.
 * @returns the messages, for each text
 */
export function lintTexts(texts: readonly (readonly [file: string, text: string])[]): readonly (readonly string[])[] {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ['--input-type=module', '--eval', script, JSON.stringify(texts)],
    { cwd: root, encoding: 'utf8' },
  )
  if (stdout === '') throw new Error(stderr)
  return JSON.parse(stdout) as readonly (readonly string[])[]
}
