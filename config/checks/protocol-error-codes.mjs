import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const file = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../mock-server/merchant/gateway/errors.ts')

/** Every error code of WeChat Pay that the merchant's gateway knows, in all its spellings: read from its own source. */
export function readProtocolErrorCodes() {
  const source = ts.createSourceFile(file, readFileSync(file, 'utf8'), ts.ScriptTarget.Latest)
  const codes = [...listIn(source, 'protocolErrorCodes'), ...keysIn(source, 'olderSpellings')]
  if (codes.length === 0) throw new Error(`${file} holds no error codes: was a list renamed?`)
  return codes
}

function listIn(source, name) {
  let list = initializerOf(source, name)
  while (ts.isAsExpression(list)) list = list.expression
  return list.elements.map((element) => element.text)
}

function keysIn(source, name) {
  return initializerOf(source, name).properties.map((property) => property.name.text)
}

function initializerOf(source, name) {
  const declarations = source.statements.filter(ts.isVariableStatement).flatMap((s) => s.declarationList.declarations)
  const found = declarations.find((declaration) => declaration.name.text === name)
  if (!found) throw new Error(`${file} declares no ${name}.`)
  return found.initializer
}
