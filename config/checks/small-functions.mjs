import { readFileSync } from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/**
 * small-rooms, the half about functions: a body has at most 80 lines, a `create…` factory 120. Those that are longer stand in
 * `long-functions.json`, which may only shrink: an entry whose function has become short, or is gone, is reported too.
 */
export const wall = 80
export const factoryWall = 120

const folder = path.dirname(fileURLToPath(import.meta.url))
const root = path.resolve(folder, '../..')

const isFactory = (name) => /^create[A-Z]/.test(name)

function nameOf(node) {
  if (node.id) return node.id.name
  const { parent } = node
  if (parent?.type === 'VariableDeclarator' && parent.id.type === 'Identifier') return parent.id.name
  if ((parent?.type === 'Property' || parent?.type === 'MethodDefinition') && parent.key.type === 'Identifier')
    return parent.key.name
  return '(anonymous)'
}

/** @param {readonly string[]} exceptions entries such as `src/pages/goods/index.tsx GoodsPage` */
export function smallFunctions(exceptions) {
  return {
    meta: { type: 'suggestion', schema: [] },
    create(context) {
      const file = path.relative(root, context.filename).split(path.sep).join('/')
      const excused = new Set(exceptions.filter((entry) => entry.startsWith(`${file} `)))
      const unused = new Set(excused)
      function check(node) {
        if (node.body?.type !== 'BlockStatement') return
        const lines = node.body.loc.end.line - node.body.loc.start.line - 1
        const name = nameOf(node)
        const limit = isFactory(name) ? factoryWall : wall
        if (lines <= limit) return
        const entry = `${file} ${name}`
        unused.delete(entry)
        if (!excused.has(entry))
          context.report({
            loc: { start: node.loc.start, end: node.body.loc.start },
            message: `small-rooms: ${name} has ${lines} lines, ${limit} is the wall. Split it by what it is about.`,
          })
      }
      return {
        FunctionDeclaration: check,
        FunctionExpression: check,
        ArrowFunctionExpression: check,
        'Program:exit'(node) {
          for (const entry of unused)
            context.report({
              node,
              message: `small-rooms: ${entry} is no longer too long. Take it out of config/checks/long-functions.json.`,
            })
        },
      }
    },
  }
}

export const longFunctions = JSON.parse(readFileSync(path.join(folder, 'long-functions.json'), 'utf8'))
