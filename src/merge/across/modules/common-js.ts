import type { ImportedName } from '../file-symbols.ts'
import { spanOf } from '../read-symbols.ts'
import { walkPath } from '../../structure/name-of.ts'
import type { Source } from '../../structure/source.ts'

/** The module that a declaration has from `require`, or undefined. */
export function requiredAt(source: Source, node: number): number | undefined {
  if (!/^(lexical|variable)_declaration$/.test(source.kind(node))) return undefined
  const call = walkPath(source, node, ['variable_declarator', 'value'])
  if (call === undefined || source.kind(call) !== 'call_expression') return undefined
  const [callee, list] = source.children(call)
  if (callee === undefined || list === undefined || source.textOf(callee) !== 'require') return undefined
  const [given] = source.children(list).filter((child) => source.isNamed(child))
  return given !== undefined && source.kind(given) === 'string' ? given : undefined
}

/** `const { a, b: c } = require('./x')` and `const x = require('./x')`. */
export function readRequired(source: Source, node: number, moduleNode: number): readonly ImportedName[] {
  const { from, end } = spanOf(source, moduleNode)
  const [moduleAt, statementAt] = [{ from: from + 1, end: end - 1 }, spanOf(source, node)]
  const module = source.text.slice(moduleAt.from, moduleAt.end)
  const at = walkPath(source, node, ['variable_declarator', 'name'])
  if (at === undefined) return []
  const shared = { module, moduleAt, statementAt, isHandedOn: false }
  const whole = { ...shared, name: '*', local: source.textOf(at), nameAt: spanOf(source, at), isAliased: true }
  if (source.kind(at) === 'identifier') return [whole]
  const [quote, semicolon] = [source.text[from]!, source.textOf(node).endsWith(';') ? ';' : '']
  return source.children(at).flatMap((item) => {
    const [own, local] = [source.tree.child(item, 'key') ?? item, source.tree.child(item, 'value') ?? item]
    if (![own, local].every((each) => /identifier/.test(source.kind(each)))) return []
    return [
      {
        ...shared,
        name: source.textOf(own),
        local: source.textOf(local),
        nameAt: spanOf(source, own),
        itemAt: spanOf(source, item),
        aliasSign: ': ' as const,
        statement: (target: string, text: string) =>
          `const { ${text} } = require(${quote}${target}${quote})${semicolon}`,
        isAliased: own !== local,
      },
    ]
  })
}

/** What `module.exports = { a, b: c }` and `exports.a = b` give to others; false where more may be given. */
export function readGiven(source: Source, node: number, exports: Map<string, string>): boolean {
  const assignment = walkPath(source, node, ['assignment_expression'])
  const text = source.textOf(node)
  if (assignment === undefined) return !/\bexports\b/.test(text) || source.kind(node) !== 'expression_statement'
  const [left, right] = [source.tree.child(assignment, 'left'), source.tree.child(assignment, 'right')]
  if (left === undefined || right === undefined) return false
  const [, own] = /^(?:module\.)?exports(?:\.([\p{L}\p{N}_$]+))?$/u.exec(source.textOf(left)) ?? []
  if (own !== undefined) {
    exports.set(own, source.kind(right) === 'identifier' ? source.textOf(right) : `\0${own}`)
    return true
  }
  if (source.textOf(left) !== 'module.exports') return !/\bexports\b/.test(text)
  exports.set('default', '\0default')
  if (source.kind(right) !== 'object') return false
  return source
    .children(right)
    .filter((child) => source.isNamed(child) && !source.isComment(child))
    .every((item) => {
      const [key, value] = [
        source.tree.child(item, 'key') ?? source.tree.child(item, 'name') ?? item,
        source.tree.child(item, 'value'),
      ]
      if (!/identifier/.test(source.kind(key))) return false
      const isName = value === undefined ? key === item : source.kind(value) === 'identifier'
      exports.set(source.textOf(key), isName ? source.textOf(value ?? key) : `\0${source.textOf(key)}`)
      return true
    })
}
